"""The one clock. Tests and the demo can set it; nothing else asks the machine for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_shift = timedelta()
_stopped_at: datetime | None = None
_told_at: ContextVar[datetime | None] = ContextVar("told_at", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _told_at.get() or _stopped_at or datetime.now(UTC) + _shift


@contextmanager
def told_clock(at: datetime) -> Iterator[None]:
    """Let a moment be now for this thread alone: a story of the past is told while others work on."""
    token = _told_at.set(at)
    try:
        yield
    finally:
        _told_at.reset(token)


@contextmanager
def stopped_clock(at: datetime) -> Iterator[None]:
    """Hold the clock at a moment."""
    global _stopped_at  # noqa: PLW0603
    before, _stopped_at = _stopped_at, at
    try:
        yield
    finally:
        _stopped_at = before


@contextmanager
def shifted_clock(by: timedelta) -> Iterator[None]:
    """Let the clock run ahead (or behind) by a length of time."""
    global _shift  # noqa: PLW0603
    before, _shift = _shift, by
    try:
        yield
    finally:
        _shift = before
