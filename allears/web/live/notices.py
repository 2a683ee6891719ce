"""On PostgreSQL, hear what other processes committed: a thread that listens, and wakes the hub."""

import json
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from allears.foundation.events.actions import CHANNEL_OF_NOTICES
from allears.foundation.events.passing import CHANNEL_OF_PASSING, pass_on

if TYPE_CHECKING:
    import psycopg

log = structlog.get_logger("allears.live")
LOOK_EVERY = 1.0


class Notices:
    """Listens while it runs; a line that is lost is taken up again, and the hub looks by itself meanwhile."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Start the thread, if there is a PostgreSQL to listen to."""
        if settings.DATABASE_URL:
            self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; it does within a second."""
        self._stopped.set()

    def _run(self) -> None:
        import psycopg

        while not self._stopped.is_set():
            try:
                with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL_OF_NOTICES}")
                    connection.execute(f"LISTEN {CHANNEL_OF_PASSING}")
                    self._listen(connection)
            except psycopg.Error as error:
                log.warning("notices_lost", error=type(error).__name__)
                self._stopped.wait(LOOK_EVERY)

    def _listen(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._stopped.is_set():
            for notice in connection.notifies(timeout=LOOK_EVERY):
                if notice.channel == CHANNEL_OF_NOTICES:
                    self._wake()
                else:
                    told = json.loads(notice.payload)
                    pass_on(told["workspace"], told["kind"], told["data"], told["but"])
