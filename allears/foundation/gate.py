"""One door for writers in a process: people first, then the pipeline.

SQLite lets one writer in at a time and wakes the others in no order; behind this gate an agent's
click never waits for more than the batch that is being written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Condition

_is_patient: ContextVar[bool] = ContextVar("is_patient", default=False)


@contextmanager
def behind_people() -> Iterator[None]:
    """Let everyone else write first: for workers and imports."""
    token = _is_patient.set(True)
    try:
        yield
    finally:
        _is_patient.reset(token)


class WriteGate:
    """A lock that lets people in before patient writers."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._is_held = False
        self._people_waiting = 0

    def enter(self, wait_for: float) -> bool:
        """Enter the gate, waiting at most so many seconds; say whether it opened."""
        with self._condition:
            if _is_patient.get():
                return self._take(lambda: not self._is_held and not self._people_waiting, wait_for)
            self._people_waiting += 1
            try:
                return self._take(lambda: not self._is_held, wait_for)
            finally:
                self._people_waiting -= 1
                self._condition.notify_all()

    def leave(self) -> None:
        """Leave the gate to the next."""
        with self._condition:
            self._is_held = False
            self._condition.notify_all()

    def _take(self, is_free: Callable[[], bool], wait_for: float) -> bool:
        if not self._condition.wait_for(is_free, wait_for):
            return False
        self._is_held = True
        return True
