"""See from outside, as any reader of the database would, when messages are filed."""

import time
from threading import Event, Thread
from typing import Any

from bench.world import World

LOOK_EVERY = 0.01
_NEW = "SELECT m.id, m.envelope_id FROM conversations_message m"
_NEW += " JOIN conversations_conversation c ON c.id = m.conversation_id WHERE m.id > {}"


class Watcher:
    """Looks for new messages in conversations a hundred times a second."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped = Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._last = 0
        self.seen: dict[int, float] = {}

    def __enter__(self) -> "Watcher":
        connection, mark = self._connect()
        row = connection.execute("SELECT coalesce(max(id), 0) FROM conversations_message").fetchone()
        self._last = row[0]
        connection.close()
        self._mark = mark
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until so many messages were seen; say whether they were."""
        deadline = time.monotonic() + seconds
        while len(self.seen) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return len(self.seen) >= count

    def _run(self) -> None:
        connection, mark = self._connect()
        while not self._stopped.is_set():
            rows = connection.execute(_NEW.format(mark), [self._last]).fetchall()
            now = time.monotonic()
            for id_, envelope in rows:
                self._last = max(self._last, id_)
                self.seen[envelope] = now
            self._stopped.wait(LOOK_EVERY)
        connection.close()

    def _connect(self) -> tuple[Any, str]:
        """Return a connection that reads, and how its parameters are written."""
        if self._world.postgres:
            import psycopg

            return psycopg.connect(self._world.postgres.url, autocommit=True), "%s"
        from pysqlite3 import dbapi2

        path = self._world.folder / "data" / "allears.db"
        return dbapi2.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False), "?"
