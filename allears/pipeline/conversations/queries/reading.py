"""One conversation, read: its timeline, its person, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.events.models import Event
from allears.foundation.events.queries import timeline_events
from allears.foundation.rows import find_pairs, find_rows, hang_on, moment_for_rows
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.presence import FRESH_FOR
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Message,
    MessageBody,
    MessageReading,
    MessageVersion,
    Note,
    Presence,
    Reaction,
)
from allears.pipeline.conversations.queries.changes import reactions_to, versions_of
from allears.pipeline.conversations.queries.customers import visible_identities
from allears.pipeline.conversations.queries.queue import QueueRow, rows_by_id, visible_conversations
from allears.pipeline.conversations.queries.understood import readings_of
from allears.pipeline.people.models import CustomerNote, Identity

MESSAGES_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on a conversation's line of time: exactly one of message, note or event is set."""

    at: datetime
    message: Message | None = None
    body: MessageBody | None = None
    files: list[Attachment] = field(default_factory=list)
    versions: list[MessageVersion] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    reading: MessageReading | None = None
    note: Note | None = None
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries oldest first; `earlier` is the cursor of the messages before them ("" if none)."""

    entries: list[Entry]
    earlier: str


SHOWN_EVENTS = {
    "conversation.opened",
    "conversation.reopened",
    "conversation.status_changed",
    "conversation.assigned",
    "conversation.given_to_team",
    "conversation.priority_changed",
    "conversation.tagged",
    "conversation.untagged",
    "conversation.joined",
    "conversation.taken_private",
    "message.corrected",
    "message.correction_undone",
    "message.outcome_set",
    "reply.cancelled",
    "visitor.answered_by_mail",
    "visitor.blocked",
    "visitor.identified",
    "visitor.unblocked",
}


def timeline(conversation: Conversation, before: str = "", size: int = MESSAGES_AT_ONCE) -> Timeline:
    """Return a conversation's newest messages (or those before a cursor) with notes and events between."""
    messages = _messages(conversation, before, size)
    has_earlier = len(messages) > size
    messages = messages[-size:]
    since = messages[0].sent_at if has_earlier and messages else None
    until = _moment_of(before)
    others = [*_note_entries(conversation), *_event_entries(conversation)]
    kept = _message_entries(messages)
    kept += [e for e in others if (since is None or e.at >= since) and (until is None or e.at < until)]
    kept.sort(key=lambda entry: (entry.at, entry.message.id if entry.message else 0))
    return Timeline(kept, f"{messages[0].sent_at.isoformat()}|{messages[0].id}" if has_earlier else "")


def _messages(conversation: Conversation, before: str, size: int) -> list[Message]:
    """Read one message more than is shown, to know whether there are earlier ones; oldest first."""
    found = Message.objects.filter(conversation=conversation.id)
    at = _moment_of(before)
    if at is not None:
        found = found.filter(sent_at__lte=at).exclude(sent_at=at, id__gte=int(before.rpartition("|")[2]))
    ids = list(found.order_by("-sent_at", "-id").values_list("id", flat=True)[: size + 1])
    messages = find_rows(Message, "id {among} ORDER BY sent_at, id", among=ids)
    hang_on(messages, "member", "identity", "channel")
    _bring_dispatches(messages)
    return messages


def _bring_dispatches(messages: Sequence[Message]) -> None:
    """Hang on messages how they went out; a later stage's rows, which this one knows only as their own end."""
    model = Message._meta.get_field("dispatch").related_model
    assert isinstance(model, type)
    found = find_rows(model, "message_id {among}", among=[message.id for message in messages])
    by_message = {one.__dict__["message_id"]: one for one in found}
    for message in messages:
        message._state.fields_cache["dispatch"] = by_message.get(message.id)


def _moment_of(cursor: str) -> datetime | None:
    moment, _, id_ = cursor.rpartition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return at if id_.isdecimal() and at.tzinfo else None


def _message_entries(messages: list[Message]) -> list[Entry]:
    ids = [message.id for message in messages if message.has_more]
    bodies = {body.message_id: body for body in find_rows(MessageBody, "message_id {among}", among=ids)}
    files: dict[int, list[Attachment]] = {}
    for file in find_rows(Attachment, "message_id {among} ORDER BY id", among=ids):
        files.setdefault(file.message_id, []).append(file)
    versions, reactions = versions_of(messages), reactions_to(messages)
    readings = readings_of([message.id for message in messages if message.is_inbound])
    return [
        Entry(
            message.sent_at,
            message=message,
            body=bodies.get(message.id),
            files=files.get(message.id, []),
            versions=versions.get(message.id, []),
            reactions=reactions.get(message.id, []),
            reading=readings.get(message.id),
        )
        for message in messages
    ]


def _note_entries(conversation: Conversation) -> list[Entry]:
    notes = find_rows(Note, "conversation_id {among} ORDER BY id", among=[conversation.id])
    hang_on(notes, "member")
    return [Entry(note.written_at, note=note) for note in notes]


def _event_entries(conversation: Conversation) -> list[Entry]:
    return [Entry(event.at, event=event) for event in timeline_events(conversation.id, SHOWN_EVENTS)]


@dataclass(frozen=True, slots=True)
class CustomerContext:
    """The person beside a conversation: who they are elsewhere, and what else they wrote about."""

    identities: list[Identity]
    notes: list[CustomerNote]
    earlier: list[QueueRow]
    earlier_count: int


def customer_context(member: Member, conversation: Conversation, most: int = 6) -> CustomerContext:
    """Return what is known of a conversation's customer, as far as the member may see it."""
    others = visible_conversations(member).filter(customer=conversation.customer_id)
    others = others.exclude(id=conversation.id)
    identities = visible_identities(member, [conversation.customer_id]).get(conversation.customer_id, [])
    notes = CustomerNote.objects.filter(customer=conversation.customer_id).select_related("member")
    newest = list(others.order_by("-last_message_at").values_list("id", flat=True)[:most])
    earlier = sorted(rows_by_id(newest), key=lambda row: newest.index(row.id))
    count = others.count() if len(newest) == most else len(newest)
    return CustomerContext(identities, list(notes.order_by("-id")[:3]), earlier, count)


def present_members(conversation: Conversation, but: Member | None = None) -> list[Presence]:
    """List the members who are in a conversation just now."""
    return presence_in([conversation.id], but).get(conversation.id, [])


def presence_in(conversation_ids: list[int], but: Member | None) -> dict[int, list[Presence]]:
    """Say who is in each of several conversations, in one statement."""
    recent = moment_for_rows(now() - FRESH_FOR)
    rows = find_pairs(
        Presence,
        Member,
        "b.id = a.member_id AND a.seen_at >= %s AND a.member_id <> %s AND a.conversation_id {among}"
        " ORDER BY a.member_id",
        recent,
        but.id if but else 0,
        among=conversation_ids,
    )
    found: dict[int, list[Presence]] = {}
    for presence, member in rows:
        presence.member = member
        found.setdefault(presence.conversation_id, []).append(presence)
    return found


def get_visible_message(member: Member, message_id: int) -> Message:
    """Return a message of a conversation the member may see. Raise NotVisible for any other."""
    message = Message.objects.filter(id=message_id).select_related("body").first()
    if message is None or not visible_conversations(member).filter(id=message.conversation_id).exists():
        raise NotVisible
    return message


def get_visible_attachment(member: Member, attachment_id: int) -> Attachment:
    """Return an attachment of a conversation the member may see. Raise NotVisible for any other."""
    file = Attachment.objects.filter(id=attachment_id).select_related("message").first()
    if file is None or not visible_conversations(member).filter(id=file.message.conversation_id).exists():
        raise NotVisible
    return file


def inline_files_of(message: Message) -> dict[str, Attachment]:
    """Return a message's attachments by the content id its HTML calls them by."""
    found = Attachment.objects.filter(message=message).exclude(content_id="")
    return {file.content_id: file for file in found}
