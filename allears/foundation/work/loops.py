"""The loop that serves a queue: do what is there, else sleep until woken or a short time has passed."""

from collections.abc import Callable
from threading import Event, Thread

import structlog
from django.db import DatabaseError, connections

from allears.foundation.gate import behind_people

log = structlog.get_logger("allears.work")
LONGEST_PAUSE = 10.0


class Loop:
    """A thread that calls a step again and again. The step returns how much it did.

    Whatever a step raises is logged and tried again after a growing pause: a worker never ends by itself.
    """

    def __init__(self, name: str, step: Callable[[], int], idle: float = 0.5) -> None:
        self.name = name
        self._step = step
        self._idle = idle
        self._woken = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Have the loop look at once."""
        self._woken.set()

    def ask_to_stop(self) -> None:
        """Let the loop end after the step in hand."""
        self._stopped.set()
        self._woken.set()

    def join(self, wait_for: float) -> bool:
        """Wait for the loop to end; say whether it did."""
        self._thread.join(wait_for)
        return not self._thread.is_alive()

    def _run(self) -> None:
        pause = self._idle
        with behind_people():
            while not self._stopped.is_set():
                self._woken.clear()
                try:
                    done = self._step()
                    pause = 0.0 if done else self._idle
                except Exception as error:
                    log.warning("step_failed", loop=self.name, error=type(error).__name__, exc_info=error)
                    if isinstance(error, DatabaseError):
                        connections.close_all()
                    pause = min(max(pause * 2, self._idle), LONGEST_PAUSE)
                if pause and not self._stopped.is_set():
                    self._woken.wait(pause)
        connections.close_all()
