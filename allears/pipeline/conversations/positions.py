"""Where a conversation stands in a queue: one sortable number for each order, kept at every write.

Urgent before high before normal before low; within each, those who wait, longest first; after all of
them those who do not wait, newest first. A number of microseconds since 1970 needs 51 bits.

By what matters most it is the same, but where nobody set a priority (it is normal), the urgency that was
read stands in its place: critical as urgent, high as high, low as low.
"""

from datetime import UTC, datetime

from allears.pipeline.conversations.models import Conversation, Priority

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BAND = 10**16
_NOT_WAITING = 4 * _BAND


def queue_position(priority: int, waiting_since: datetime | None, last_message_at: datetime) -> int:
    """Compute the number: the smaller, the earlier."""
    if waiting_since is not None:
        return priority * _BAND + _microseconds(waiting_since)
    return _NOT_WAITING + _BAND - _microseconds(last_message_at)


def matter_of(priority: int, urgency: int) -> int:
    """Say how soon, as a Priority: what a person set, else what was read (of understanding's Urgency)."""
    return priority if priority != Priority.NORMAL else 3 - urgency


def place_in_queues(conversation: Conversation) -> None:
    """Compute where a conversation stands, in every order."""
    since, newest = conversation.waiting_since, conversation.last_message_at
    conversation.queue_position = queue_position(conversation.priority, since, newest)
    matter = matter_of(conversation.priority, conversation.urgency)
    conversation.matter_position = (
        conversation.queue_position
        if matter == conversation.priority
        else queue_position(matter, since, newest)
    )


def _microseconds(at: datetime) -> int:
    span = max(at, _EPOCH) - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
