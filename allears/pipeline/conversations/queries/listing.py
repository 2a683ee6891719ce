"""Conversations and messages as lists that programs read: page by page, by keyset, a few statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from allears.foundation.events.queries import newest_event_id_of
from allears.pipeline.conversations.folding import READ_COLUMNS
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Correction,
    Direction,
    Message,
    MessageBody,
    MessageReading,
    Note,
)
from allears.pipeline.conversations.queries.understood import corrections_among, readings_of

# How a list may be ordered: the columns that order it, and whether from the greatest down.
SORTS: dict[str, tuple[tuple[str, ...], bool]] = {
    "queue": (("queue_position", "id"), False),
    "matters": (("matter_position", "id"), False),
    "waiting_since": (("waiting_since", "id"), False),
    "newest": (("last_message_at", "id"), True),
    "oldest": (("last_message_at", "id"), False),
    "id": (("id",), False),
}
_FIELDS = (
    "id",
    "subject",
    "preview",
    "status",
    "priority",
    "visibility",
    "is_spam",
    "customer_id",
    "customer_name",
    "channel_id",
    "channel__name",
    "channel__kind",
    "team_id",
    "team__name",
    "assignee_id",
    "assignee__name",
    "opened_at",
    "waiting_since",
    "first_answered_at",
    "solved_at",
    "last_message_at",
    "last_message_id",
    "message_count",
    "queue_position",
    "matter_position",
    *READ_COLUMNS,
)


@dataclass(frozen=True, slots=True)
class ListedConversation:
    """One conversation, whole, as plain values."""

    PERSONAL_TEXTS = ("subject", "preview")
    PERSONAL_NAMES = ("customer_name",)

    id: int
    subject: str
    preview: str
    status: str
    priority: int
    visibility: str
    is_spam: bool
    customer_id: int
    customer_name: str
    channel_id: int
    channel_name: str
    channel_kind: str
    team_id: int | None
    team_name: str | None
    assignee_id: int | None
    assignee_name: str | None
    opened_at: datetime
    waiting_since: datetime | None
    first_answered_at: datetime | None
    solved_at: datetime | None
    last_message_at: datetime
    last_message_id: int
    message_count: int
    queue_position: int
    matter_position: int
    language: str
    sentiment: str
    intent: str
    urgency: int
    asks: bool
    is_praise: bool
    advice: str
    has_personal: bool
    copies: int

    def place_in(self, sort: str) -> tuple[Any, ...]:
        """Return what stands in the columns of an order: where the next page begins."""
        return tuple(getattr(self, name) for name in SORTS[sort][0])


def listed_conversations(
    found: QuerySet[Conversation], sort: str, after: Sequence[Any] | None, size: int
) -> tuple[list[ListedConversation], bool]:
    """Return one page of some conversations in an order (SORTS), and whether there are more.

    `after` is the place of the last one seen. By "waiting_since" only those who wait are listed.
    """
    names, is_down = SORTS[sort]
    if sort == "waiting_since":
        found = found.filter(waiting_since__isnull=False)
    if after is not None:
        found = found.filter(_beyond(names, after, is_down=is_down))
    ordered = found.order_by(*(f"-{name}" if is_down else name for name in names))
    # First the order, from one index; then what to show. Together, a planner may begin with the channels.
    ids = list(ordered.values_list("id", flat=True)[: size + 1])
    shown = {row.id: row for row in conversations_by_id(ids[:size])}
    return [shown[id_] for id_ in ids[:size] if id_ in shown], len(ids) > size


def conversations_by_id(ids: Sequence[int]) -> list[ListedConversation]:
    """Read conversations that were found to be visible before, in one statement and no order."""
    rows = Conversation.objects.filter(id__in=ids).values_list(*_FIELDS)
    return [ListedConversation(*row) for row in rows]


def version_of(conversation_id: int) -> int:
    """Return a number that grows with everything that happens to a conversation: its newest event's id."""
    return newest_event_id_of(conversation_id)


def _beyond(names: Sequence[str], after: Sequence[Any], *, is_down: bool) -> Q:
    """Ask for what comes after a place in an order."""
    beyond = "lt" if is_down else "gt"
    if len(names) == 1:
        return Q(**{f"{names[0]}__{beyond}": after[0]})
    first, last = names
    # The plain bound first: it is what an index can use.
    bound = Q(**{f"{first}__{beyond}e": after[0]})
    return bound & ~Q(**{first: after[0], f"{last}__{'gte' if is_down else 'lte'}": after[1]})


_MESSAGE_FIELDS = (
    "id",
    "conversation_id",
    "direction",
    "kind",
    "visibility",
    "channel_id",
    "external_id",
    "text",
    "has_more",
    "sent_at",
    "received_at",
    "outcome",
    "outcome_reason",
    "outcome_at",
    "identity_id",
    "identity__name",
    "identity__handle",
    "identity__address",
    "member_id",
    "member__name",
    "dispatch__id",
    "dispatch__state",
)


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """One message as plain values, with what it holds beside its new text, its files, and how it was read."""

    values: dict[str, Any]
    body: MessageBody | None
    files: list[Attachment]
    reading: MessageReading | None
    corrections: list[Correction]


def listed_messages(
    conversation_id: int, after: Sequence[Any] | None, size: int, *, newest_first: bool = False
) -> tuple[list[ListedMessage], bool]:
    """Return one page of a conversation's messages by when they were sent, and whether there are more."""
    found = Message.objects.filter(conversation=conversation_id)
    if after is not None:
        found = found.filter(_beyond(("sent_at", "id"), after, is_down=newest_first))
    order = ("-sent_at", "-id") if newest_first else ("sent_at", "id")
    rows = list(found.order_by(*order).values(*_MESSAGE_FIELDS)[: size + 1])
    return _with_rest(rows[:size]), len(rows) > size


def listed_message(message: Message) -> ListedMessage:
    """Return one message that was found to be visible before."""
    return _with_rest(list(Message.objects.filter(id=message.id).values(*_MESSAGE_FIELDS)))[0]


def messages_after(conversation_id: int, message_id: int, most: int = 20) -> list[ListedMessage]:
    """Return our own messages in a conversation that are newer than one, oldest first."""
    found = Message.objects.filter(conversation=conversation_id, id__gt=message_id, direction="out")
    return _with_rest(list(found.order_by("id").values(*_MESSAGE_FIELDS)[:most]))


def _with_rest(rows: list[dict[str, Any]]) -> list[ListedMessage]:
    bodies = MessageBody.objects.defer("html").in_bulk([row["id"] for row in rows if row["has_more"]])
    files: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.filter(message__in=[row["id"] for row in rows]).order_by("id"):
        files.setdefault(file.message_id, []).append(file)
    readings = readings_of([row["id"] for row in rows if row["direction"] == Direction.IN])
    said = corrections_among([id_ for id_, reading in readings.items() if reading.is_corrected])
    return [
        ListedMessage(
            row,
            bodies.get(row["id"]),
            files.get(row["id"], []),
            readings.get(row["id"]),
            said.get(row["id"], []),
        )
        for row in rows
    ]


def listed_notes(conversation_id: int, after: int, size: int) -> tuple[list[Note], bool]:
    """Return one page of a conversation's notes, oldest first, after an id; and whether there are more."""
    found = Note.objects.filter(conversation=conversation_id, id__gt=after).select_related("member")
    notes = list(found.order_by("id")[: size + 1])
    return notes[:size], len(notes) > size
