"""What the language model wrote in a conversation, ready to be drawn; nothing where none is set."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.replies.saying import in_words
from allears.pipeline.suggesting.queries import Suggestion, Use, uses_for, written_in
from allears.web.desk.timeline import DrawnEntry


@dataclass(frozen=True, slots=True)
class DrawnSuggestion:
    """A suggestion with its trouble in words; `is_old`: something was said since."""

    suggestion: Suggestion
    trouble: str
    is_old: bool

    @property
    def tokens(self) -> int:
        return self.suggestion.tokens_in + self.suggestion.tokens_out

    @property
    def version(self) -> str:
        one = self.suggestion
        return f"{one.id}{one.state[0]}{one.is_taken:d}{self.is_old:d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What can be asked for here, and what was written; translations by the message's id."""

    can_summarise: bool
    can_draft: bool
    can_translate: bool
    summary: DrawnSuggestion | None = None
    draft: DrawnSuggestion | None = None
    translations: dict[int, DrawnSuggestion] = field(default_factory=dict)

    @property
    def cards(self) -> list[DrawnSuggestion]:
        return [one for one in (self.summary, self.draft) if one]

    @property
    def version(self) -> str:
        can = f"{self.can_summarise:d}{self.can_draft:d}{get_language() or ''}"
        return ".".join([can, *(one.version for one in self.cards)])


def draw_machine(member: Member, conversation: Conversation) -> Machine | None:
    """Draw the strip above the composer; None while there is nothing that a member may ask for."""
    uses = uses_for(member)
    if not uses:
        return None
    written = written_in(conversation, member.account.language or member.workspace.language)
    draft = _drawn(written.draft, conversation)
    return Machine(
        can_summarise=Use.SUMMARY in uses,
        can_draft=Use.DRAFT in uses,
        can_translate=Use.TRANSLATION in uses,
        summary=_drawn(written.summary, conversation),
        draft=None if draft and draft.is_old and not draft.suggestion.is_under_way else draft,
        translations={
            id_: drawn for id_, one in written.translations.items() if (drawn := _drawn(one, conversation))
        },
    )


def with_translations(drawn: Iterable[DrawnEntry], machine: Machine | None) -> list[DrawnEntry]:
    """Hang translations on the customer's messages, or the way to ask for them."""
    entries = list(drawn)
    for entry in entries:
        message = entry.message
        if machine and message and message.is_inbound and message.text and not message.deleted_at:
            entry.can_translate = machine.can_translate
            entry.translation = machine.translations.get(message.id)
            entry.version += f".{entry.can_translate:d}" + (
                entry.translation.version if entry.translation else ""
            )
    return entries


def _drawn(one: Suggestion | None, conversation: Conversation) -> DrawnSuggestion | None:
    if one is None:
        return None
    is_old = one.message_id is None and one.seen_message_id != conversation.last_message_id
    return DrawnSuggestion(one, in_words(one.trouble, one.trouble_facts), is_old)
