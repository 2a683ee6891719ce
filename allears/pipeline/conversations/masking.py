"""Personal data hidden from those who need not see it. What is stored stays as it is; only what is shown is masked.

Lists show it masked to everyone (their previews are kept so); a conversation shows it to whoever may answer.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from allears.foundation.workspaces.models import Member
from allears.pipeline.understanding.reading import Personal

if TYPE_CHECKING:
    from allears.pipeline.conversations.models import Message
    from allears.pipeline.conversations.queries.reading import Entry


def masked(text: str, found: Sequence[Personal] | None = None) -> str:
    """Return a text with the personal data in it hidden; `found` is where it stands, if that is known."""
    from allears.pipeline.understanding.personal import mask, personal_in

    return mask(text, personal_in(text) if found is None else found)


def text_for(member: Member, text: str) -> str:
    """Return a text as a member may see it."""
    return text if member.may_see_personal else masked(text)


def hide_personal(messages: "Iterable[Message]") -> None:
    """Mask the texts of messages in hand, which are not to be saved after that."""
    for message in messages:
        message.text = masked(message.text)


def hide_in_entries(entries: "Iterable[Entry]") -> None:
    """Mask what a line of time shows, in hand; a mail as it was sent can't be, and is left out."""
    for entry in entries:
        if entry.message:
            entry.message.text = masked(entry.message.text)
        for version in entry.versions:
            version.text = masked(version.text)
        if entry.note:
            entry.note.text = masked(entry.note.text)
        if entry.body:
            entry.body.quoted, entry.body.signature = masked(entry.body.quoted), masked(entry.body.signature)
            entry.body.html = ""
