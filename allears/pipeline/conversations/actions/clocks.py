"""Keep each conversation's clock and counts: since when the customer waits, and where it stands in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce

from allears.connectors.interface import MessageKind
from allears.foundation.rows import insert_rows, moment_as_text, new_row
from allears.foundation.text import shorten
from allears.pipeline.conversations.folding import READ_COLUMNS, fold_in
from allears.pipeline.conversations.masking import masked
from allears.pipeline.conversations.models import Conversation, Leg, Message, Outcome, Status
from allears.pipeline.conversations.positions import place_in_queues
from allears.pipeline.understanding.reading import Reading

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

# Since when a message waits: it may have been changed after we had answered it.
WAITS_FROM = Coalesce("waits_from", "sent_at")
WAITS_FOR_AN_ANSWER = {MessageKind.MESSAGE, MessageKind.INVITE}
PREVIEW_LENGTH = 160
_UPDATE = """
UPDATE conversations_conversation SET status = %s, solved_at = %s, is_spam = %s, waiting_since = %s,
  first_answered_at = %s, answered_elsewhere_at = %s, last_message_at = %s, last_message_id = %s,
  last_outbound_id = %s, message_count = %s, preview = %s, subject = %s, queue_position = %s,
  language = %s, sentiment = %s, intent = %s, urgency = %s, asks = %s, is_praise = %s, advice = %s,
  has_personal = %s, copies = %s, matter_position = %s
WHERE id = %s
"""

_SET_WAITING = """
UPDATE conversations_conversation SET status = %s, solved_at = %s, waiting_since = %s, queue_position = %s,
  matter_position = %s
WHERE id = %s
"""


def count_in(arrival: "Arrival") -> None:
    """Count an arrival into its conversation, in memory."""
    assert arrival.conversation
    conversation, incoming, at = arrival.conversation, arrival.incoming, arrival.sent_at
    if arrival.reading_row and (needs_answer(arrival) or arrival.is_new_conversation):
        fold_in(conversation, arrival.reading_row, is_first=conversation.waiting_since is None)
    conversation.message_count += 1
    conversation.last_message_id = arrival.message_id
    if incoming.is_ours:
        conversation.last_outbound_id = arrival.message_id
    if at >= conversation.last_message_at or not conversation.preview:
        conversation.last_message_at = max(at, conversation.last_message_at)
        conversation.preview = preview_of(incoming.text, incoming.subject, arrival.reading)
    conversation.subject = conversation.subject or incoming.subject[:300]
    if incoming.is_ours:
        _count_answer(arrival)
    elif needs_answer(arrival):
        _start_waiting(arrival)
    elif arrival.is_new_conversation:
        conversation.status, conversation.solved_at = Status.SOLVED, at
        conversation.is_spam = incoming.is_unwanted
    place_in_queues(conversation)


def needs_answer(arrival: "Arrival") -> bool:
    """Say whether an inbound message waits: written by a person, not long before the channel was connected, and
    not answered since by words we heard on the network. (Our replies say themselves what they answer.)"""
    incoming = arrival.incoming
    if incoming.is_ours or incoming.is_unwanted or incoming.kind not in WAITS_FOR_AN_ANSWER:
        return False
    if arrival.is_past:
        return False
    answered_at = arrival.conversation.answered_elsewhere_at if arrival.conversation else None
    return answered_at is None or arrival.sent_at > answered_at


def _start_waiting(arrival: "Arrival") -> None:
    assert arrival.conversation
    conversation, at = arrival.conversation, arrival.sent_at
    conversation.waiting_since = min(conversation.waiting_since or at, at)
    if conversation.status == Status.SOLVED:
        arrival.was_finished = True
    if not arrival.is_new_conversation and conversation.status not in {Status.NEW, Status.OPEN}:
        conversation.status, conversation.solved_at = Status.OPEN, None
        conversation.is_spam = False


def _count_answer(arrival: "Arrival") -> None:
    """Count our own words, said somewhere else than here, as the answer they are."""
    assert arrival.conversation
    conversation, at = arrival.conversation, arrival.sent_at
    conversation.first_answered_at = min(conversation.first_answered_at or at, at)
    conversation.answered_elsewhere_at = max(conversation.answered_elsewhere_at or at, at)
    if conversation.waiting_since and conversation.waiting_since <= at:
        conversation.waiting_since = None
    if conversation.status in {Status.NEW, Status.OPEN} and not conversation.waiting_since:
        is_past = arrival.is_silent
        conversation.status = Status.SOLVED if is_past else Status.PENDING
        conversation.solved_at = at if is_past else None


def preview_of(text: str, subject: str = "", reading: Reading | None = None) -> str:
    """Return one line of a message for lists, personal data masked; its subject when it has no text."""
    shown = masked(text, reading.personal if reading else None)
    return shorten(shown, PREVIEW_LENGTH) or shorten(masked(subject), PREVIEW_LENGTH)


def mask_previews(conversations: Iterable[Conversation]) -> None:
    """Mask, on conversations in hand, the lines that were kept before personal data was looked for."""
    held = {one.last_message_id: one for one in conversations}
    newest = dict(Message.objects.filter(id__in=held).values_list("id", "text"))
    changed = []
    for id_, one in held.items():
        text = newest.get(id_, "")
        # What was cut in the middle of a number shows it no longer: mask the whole text, then cut.
        is_its_beginning = bool(text) and shorten(text, PREVIEW_LENGTH) == one.preview
        preview = preview_of(text, one.subject) if is_its_beginning else masked(one.preview)
        if preview != one.preview:
            one.preview = preview
            changed.append(one)
    Conversation.objects.bulk_update(changed, ["preview"])


def save_conversations(arrivals: "Sequence[Arrival]") -> None:
    """Write the conversations of a batch: new ones with their legs, the others in one statement."""
    new = {id(a.conversation): a for a in arrivals if a.is_new_conversation}
    insert_rows(a.conversation for a in new.values() if a.conversation)
    insert_rows(
        (_leg(a) for a in new.values()),
        "ON CONFLICT (thread_id, party) DO UPDATE SET conversation_id = excluded.conversation_id",
    )
    old = {
        a.conversation.id: a.conversation
        for a in arrivals
        if a.conversation and id(a.conversation) not in new
    }
    if old:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, [_row(conversation) for conversation in old.values()])


def _leg(arrival: "Arrival") -> Leg:
    assert arrival.thread and arrival.conversation
    return new_row(
        Leg, thread_id=arrival.thread.id, party=arrival.party, conversation_id=arrival.conversation.id
    )


def _row(conversation: Conversation) -> list[Any]:
    adapt = moment_as_text if connection.vendor == "sqlite" else _unchanged
    return [
        conversation.status,
        adapt(conversation.solved_at),
        conversation.is_spam,
        adapt(conversation.waiting_since),
        adapt(conversation.first_answered_at),
        adapt(conversation.answered_elsewhere_at),
        adapt(conversation.last_message_at),
        conversation.last_message_id,
        conversation.last_outbound_id,
        conversation.message_count,
        conversation.preview,
        conversation.subject,
        conversation.queue_position,
        *(getattr(conversation, name) for name in READ_COLUMNS),
        conversation.matter_position,
        conversation.id,
    ]


def _unchanged(moment: datetime | None) -> datetime | None:
    return moment


def set_waiting(conversations: Iterable[Conversation], waiting: Mapping[int, datetime]) -> None:
    """Set since when conversations wait (absent: they do not); those who wait are never left pending or solved."""
    adapt = connection.ops.adapt_datetimefield_value
    rows = []
    for conversation in conversations:
        since = conversation.waiting_since = waiting.get(conversation.id)
        if since and conversation.status not in {Status.NEW, Status.OPEN}:
            conversation.status, conversation.solved_at = Status.OPEN, None
        place_in_queues(conversation)
        solved_at = adapt(conversation.solved_at)
        places = [conversation.queue_position, conversation.matter_position]
        rows.append([conversation.status, solved_at, adapt(since), *places, conversation.id])
    with connection.cursor() as cursor:
        cursor.executemany(_SET_WAITING, rows)


def recount_conversation(conversation_id: int) -> None:
    """Compute a conversation's clock and counts again from its messages, and write them."""
    conversation = Conversation.objects.get(id=conversation_id)
    messages = Message.objects.filter(conversation=conversation_id)
    totals = messages.aggregate(**_TOTALS)
    conversation.message_count = totals["count"]
    conversation.last_message_at = totals["newest"] or conversation.last_message_at
    conversation.last_message_id = totals["last_id"] or 0
    conversation.last_outbound_id = totals["last_out"] or 0
    conversation.waiting_since = totals["waiting"]
    if conversation.waiting_since and conversation.is_finished:
        conversation.status, conversation.solved_at = Status.OPEN, None
    newest = messages.order_by("-sent_at", "-id").first()
    if newest:
        conversation.preview = preview_of(newest.text, conversation.subject)
    place_in_queues(conversation)
    conversation.save()


_TOTALS = {
    "count": Count("id"),
    "newest": Max("sent_at"),
    "last_id": Max("id"),
    "last_out": Max("id", filter=Q(direction="out")),
    "waiting": Min(WAITS_FROM, filter=Q(direction="in", outcome=Outcome.NONE)),
}
