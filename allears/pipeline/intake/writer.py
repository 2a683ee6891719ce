"""The group commit: one thread stores whatever arrived meanwhile in one transaction, one fsync."""

from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread

import structlog
from django.db import InterfaceError, OperationalError, connections

from allears.pipeline.intake.storing import Submission, store_submissions

log = structlog.get_logger("allears.intake")
MOST_AT_ONCE = 1000
MOST_BYTES_AT_ONCE = 16 * 1024 * 1024
MOST_WAITING = 20_000

_Entry = tuple[Submission, "Future[list[int]]"]


class IntakeWriter:
    """Stores submissions of many callers together; each caller's future ends when its own are durable."""

    def __init__(self) -> None:
        self._entries: SimpleQueue[_Entry | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="intake-writer", daemon=True)
        self.is_stopping = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Store what was submitted, then end."""
        self.is_stopping = True
        self._entries.put(None)
        self._thread.join()

    @property
    def is_full(self) -> bool:
        """Say whether so much waits that senders should slow down."""
        return self._entries.qsize() > MOST_WAITING

    def submit(self, submission: Submission) -> "Future[list[int]]":
        """Hand in a submission; the future gives its envelope ids once they are durable."""
        future: Future[list[int]] = Future()
        self._entries.put((submission, future))
        return future

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            if batch:
                self._store(batch)
        connections.close_all()

    def _gather(self) -> tuple[list[_Entry], bool]:
        batch: list[_Entry] = []
        count = size = 0
        entry = self._entries.get()
        while entry is not None:
            batch.append(entry)
            count += len(entry[0].pieces)
            size += sum(len(piece.body) for piece in entry[0].pieces)
            if count >= MOST_AT_ONCE or size >= MOST_BYTES_AT_ONCE:
                return batch, True
            try:
                entry = self._entries.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _store(self, batch: list[_Entry]) -> None:
        try:
            ids = store_submissions([submission for submission, _ in batch])
        except (OperationalError, InterfaceError, OSError) as error:
            connections.close_all()
            self._store_once_more(batch, error)
            return
        except Exception as error:  # noqa: BLE001 - a worker's loop: the thread must live, each caller hears
            log.warning("not_stored_together", error=type(error).__name__)
            self._store_apart(batch, error)
            return
        for (_, future), its_ids in zip(batch, ids, strict=True):
            future.set_result(its_ids)

    def _store_once_more(self, batch: list[_Entry], error: Exception) -> None:
        """Try again on a new line, for the old one may have been dead; then say that it can't be stored."""
        try:
            ids = store_submissions([submission for submission, _ in batch])
        except Exception:  # noqa: BLE001 - the callers hear of the first error
            connections.close_all()
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), its_ids in zip(batch, ids, strict=True):
            future.set_result(its_ids)

    def _store_apart(self, batch: list[_Entry], error: Exception) -> None:
        """Store each alone, so that one that can't be stored never harms its neighbours."""
        if len(batch) == 1:
            batch[0][1].set_exception(error)
            return
        for entry in batch:
            self._store([entry])
