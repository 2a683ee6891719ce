"""Where a conversation stands in a queue: one sortable number, kept at every write.

Urgent before high before normal before low; within each, those who wait, longest first; after all of
them those who do not wait, newest first. A number of microseconds since 1970 needs 51 bits.
"""

from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BAND = 10**16
_NOT_WAITING = 4 * _BAND


def queue_position(priority: int, waiting_since: datetime | None, last_message_at: datetime) -> int:
    """Compute the number: the smaller, the earlier."""
    if waiting_since is not None:
        return priority * _BAND + _microseconds(waiting_since)
    return _NOT_WAITING + _BAND - _microseconds(last_message_at)


def _microseconds(at: datetime) -> int:
    span = max(at, _EPOCH) - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
