"""Have texts read, and keep what was read: with the messages of a batch, or of messages that are here already.

Nothing that goes wrong in reading stops anything: a message without a reading is read later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from allears.foundation.clock import now
from allears.foundation.rows import find_rows, insert_rows, new_row
from allears.foundation.work.actions import put_job
from allears.pipeline.conversations.actions.learning import apply_lessons
from allears.pipeline.conversations.folding import READ_COLUMNS, columns_of, fold_all
from allears.pipeline.conversations.models import Conversation, Direction, Message, MessageReading, Outcome
from allears.pipeline.conversations.positions import place_in_queues
from allears.pipeline.understanding.reading import Reading, Text

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

log = structlog.get_logger("allears.reading")
LATER = timedelta(minutes=1)


def read_all(texts: Sequence[Text]) -> list[Reading | None]:
    """Read texts in one call; where one stands in the way, each alone, and None for what can't be read."""
    from allears.pipeline.understanding.reader import read_texts

    if not texts:
        return []
    try:
        return list(read_texts(texts))
    except Exception as error:  # noqa: BLE001 - filing goes on, whatever a model stumbles over
        log.warning("not_read", texts=len(texts), error=type(error).__name__)
        return [None] if len(texts) == 1 else [one for text in texts for one in read_all([text])]


def bring_readings(arrivals: "Sequence[Arrival]") -> None:
    """Make the rows of what was read in a batch, numbered already."""
    for arrival in arrivals:
        if arrival.reading and not arrival.incoming.is_ours:
            arrival.reading_row = new_row(
                MessageReading,
                message_id=arrival.message_id,
                workspace_id=arrival.workspace_id,
                **columns_of(arrival.reading),
            )
    apply_lessons([arrival.reading_row for arrival in arrivals if arrival.reading_row])


def write_readings(arrivals: "Sequence[Arrival]") -> None:
    """Write the readings of a batch, and have what could not be read tried again."""
    insert_rows(arrival.reading_row for arrival in arrivals if arrival.reading_row)
    unread = [a.message_id for a in arrivals if a.reading_row is None and not a.incoming.is_ours]
    read_later(unread, LATER)


def read_later(message_ids: Sequence[int], after: timedelta = timedelta()) -> None:
    """Have messages read, or read again, by a job."""
    if not message_ids:
        return
    put_job("read_messages", due_at=now() + after, message_ids=list(message_ids))


def refold(conversations: Iterable[Conversation]) -> None:
    """Compute anew, on conversations in hand, what their readings come to, and write it."""
    held = {one.id: one for one in conversations}
    readings = _readings_that_count(held)
    for id_, conversation in held.items():
        conversation.has_personal, conversation.copies = False, 0
        fold_all(conversation, readings.get(id_, []))
        place_in_queues(conversation)
    columns = [*READ_COLUMNS, "queue_position", "matter_position"]
    Conversation.objects.bulk_update(held.values(), columns)


def _readings_that_count(conversation_ids: Iterable[int]) -> Mapping[int, list[MessageReading]]:
    """Find the readings of what waits in conversations, oldest first; where nothing waits, of the newest words."""
    inbound = Message.objects.filter(conversation__in=list(conversation_ids), direction=Direction.IN)
    inbound = inbound.order_by("sent_at", "id")
    waiting: dict[int, list[int]] = {}
    newest: dict[int, list[int]] = {}
    for conversation, message, outcome in inbound.values_list("conversation_id", "id", "outcome"):
        newest[conversation] = [message]
        if outcome == Outcome.NONE:
            waiting.setdefault(conversation, []).append(message)
    wanted = {**newest, **waiting}
    ids = [message for messages in wanted.values() for message in messages]
    found = {one.message_id: one for one in find_rows(MessageReading, "message_id {among}", among=ids)}
    return {
        conversation: [found[message] for message in messages if message in found]
        for conversation, messages in wanted.items()
    }
