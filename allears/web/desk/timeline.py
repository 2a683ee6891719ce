"""A conversation's line of time, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from allears.pipeline.conversations.queries.names import Message, MessageBody, MessageVersion, Note
from allears.pipeline.conversations.queries.reading import Entry
from allears.pipeline.praise.queries import WallEntry, wall_entries_of
from allears.pipeline.replies.names import Dispatch
from allears.web.desk.changes import DrawnReaction, deletion_of, draw_reactions, item_label
from allears.web.desk.deeds import DrawnDeeds, draw_deeds
from allears.web.desk.media import DrawnFile, draw_files
from allears.web.desk.understood import Chip, draw_chip, version_of
from allears.web.desk.words import Names, describe_event, reason_label

if TYPE_CHECKING:
    from allears.web.desk.machine import DrawnSuggestion


@dataclass(frozen=True, slots=True)
class Happened:
    """One change, in words."""

    PERSONAL_TEXTS = ("sentence",)

    sentence: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class DrawnEntry:
    """One thing on the line: a message, a note, or changes that followed each other."""

    PERSONAL_TEXTS = ("new_subject", "trouble", "reason")
    PERSONAL_NAMES = ("author",)

    kind: str
    key: str
    author: str = ""
    message: Message | None = None
    body: MessageBody | None = None
    note: Note | None = None
    dispatch: Dispatch | None = None
    files: list[DrawnFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    new_subject: str = ""
    trouble: str = ""
    reason: str = ""
    is_ours_elsewhere: bool = False
    item: str = ""
    deletion: str = ""
    versions: list[MessageVersion] = field(default_factory=list)
    reactions: list[DrawnReaction] = field(default_factory=list)
    version: str = ""
    deeds: DrawnDeeds | None = None
    chip: Chip | None = None
    is_praise: bool = False
    wall: WallEntry | None = None
    is_newest: bool = False
    can_translate: bool = False
    translation: "DrawnSuggestion | None" = None


def draw_timeline(entries: Iterable[Entry], names: Names, us: str) -> list[DrawnEntry]:
    """Turn entries into what the page shows; `us` is how our own words from elsewhere are signed."""
    drawn: list[DrawnEntry] = []
    subject = ""
    for entry in entries:
        if entry.message:
            drawn.append(_draw_message(entry, entry.message, subject, us))
            subject = entry.body.subject if entry.body and entry.body.subject else subject
        elif entry.note:
            author = entry.note.member.name if entry.note.member else _("Someone")
            drawn.append(DrawnEntry(kind="note", key=f"n{entry.note.id}", author=author, note=entry.note))
        elif entry.event and (sentence := describe_event(entry.event, names)):
            if not drawn or drawn[-1].kind != "events":
                drawn.append(DrawnEntry(kind="events", key=f"e{entry.event.id}"))
            drawn[-1].events.append(Happened(sentence, entry.at))
    _mark_newest(drawn)
    return drawn


def _mark_newest(drawn: list[DrawnEntry]) -> None:
    """Mark the newest words that were read: those that a key corrects."""
    newest = next((one for one in reversed(drawn) if one.chip), None)
    if newest:
        newest.is_newest = True


def with_deeds(drawn: list[DrawnEntry], *, may_answer: bool) -> list[DrawnEntry]:
    """Hang on the messages what can be done to them without words, and what was done."""
    messages = [one.message for one in drawn if one.message]
    deeds = draw_deeds(messages, may_answer=may_answer)
    for entry in drawn:
        if entry.message:
            entry.deeds = deeds.get(entry.message.id)
    _put_wall(drawn)
    return drawn


def _put_wall(drawn: list[DrawnEntry]) -> None:
    """Say of praise whether it is on the wall."""
    praised = {one.message.id: one for one in drawn if one.message and one.is_praise}
    for message_id, wall_entry in (wall_entries_of(praised) if praised else {}).items():
        praised[message_id].wall = wall_entry
        praised[message_id].version += ".wall"


@dataclass(frozen=True, slots=True)
class DrawnWords:
    """One message of a customer's line of time over all networks."""

    PERSONAL_NAMES = ("author",)

    message: Message
    author: str
    item: str


def draw_said(messages: Iterable[Message]) -> list[DrawnWords]:
    """Turn messages of several conversations into one line."""
    return [DrawnWords(one, _author(one, one.channel.name), item_label(one)) for one in messages]


def _draw_message(entry: Entry, message: Message, subject: str, us: str) -> DrawnEntry:
    dispatch = getattr(message, "dispatch", None)
    body = entry.body
    return DrawnEntry(
        kind="message",
        key=f"m{message.id}",
        author=_author(message, us),
        message=message,
        body=body,
        dispatch=dispatch,
        files=draw_files(entry.files),
        warnings=[_(warning) for warning in (body.warnings if body else [])],
        new_subject=_new_subject(body, subject),
        trouble=trouble_of(dispatch) if dispatch else "",
        reason=reason_label(message.outcome_reason),
        is_ours_elsewhere=not message.is_inbound and message.member_id is None,
        item=item_label(message),
        deletion=deletion_of(message),
        versions=entry.versions,
        reactions=draw_reactions(entry.reactions),
        version=f"{_version_of(entry, message)}.{version_of(entry.reading)}",
        chip=draw_chip(message, entry.reading),
        is_praise=entry.reading is not None and entry.reading.is_praise,
    )


def _version_of(entry: Entry, message: Message) -> str:
    """Name the state in which a message is drawn, so that an open page draws it again when it is another."""
    moments = (message.edited_at, message.deleted_at, message.hidden_at)
    reactions = "".join(one.emoji for one in entry.reactions)
    files = "".join(file.state[0] for file in entry.files)
    return ".".join([*(f"{at:%s}" if at else "" for at in moments), reactions, files])


def _author(message: Message, us: str) -> str:
    if message.is_inbound:
        return str(message.identity) if message.identity else _("Someone")
    return message.member.name if message.member else us


def _new_subject(body: MessageBody | None, before: str) -> str:
    """Return the subject where it changed on the way, answers' "Re:" aside."""
    if body is None or not body.subject or not before:
        return ""
    return "" if body.subject.endswith(before) or before.endswith(body.subject) else body.subject


def trouble_of(dispatch: Dispatch) -> str:
    """Say what stands in the way of a dispatch, in the reader's language."""
    return _(dispatch.trouble) % dispatch.trouble_facts if dispatch.trouble else ""
