"""The worker of suggestions: a few threads, so that a slow model keeps nothing else waiting."""

from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from django.conf import settings
from django.db import connections

from allears.foundation.gate import behind_people
from allears.pipeline.suggesting.actions.writing import (
    fail_interrupted,
    waiting_suggestions,
    write_suggestion,
)
from allears.pipeline.suggesting.speaking import Poster

log = structlog.get_logger("allears.suggesting")
THREADS = 3


class SuggestionWriter:
    """Has waiting suggestions written. `step` is called again and again by a loop."""

    def __init__(self, poster: Poster | None = None) -> None:
        self._poster = poster
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="suggestions")
        self._in_hand: dict[int, Future[None]] = {}

    def begin(self) -> None:
        """End what an earlier process left in hand."""
        fail_interrupted(is_only_writer=not settings.DATABASE_URL)

    def step(self) -> int:
        """Begin what waits, while threads are free; return how many were begun."""
        self._in_hand = {id_: one for id_, one in self._in_hand.items() if not one.done()}
        free = THREADS - len(self._in_hand)
        if settings.DATABASE_URL and not self._in_hand:
            fail_interrupted(is_only_writer=False)
        found = [id_ for id_ in waiting_suggestions() if id_ not in self._in_hand][: max(free, 0)]
        for id_ in found:
            self._in_hand[id_] = self._pool.submit(self._write, id_)
        return len(found)

    def stop(self) -> None:
        """Begin nothing more; a call in hand may end by itself, or is called interrupted at the next start."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _write(self, suggestion_id: int) -> None:
        try:
            with behind_people():
                write_suggestion(suggestion_id, self._poster)
        except Exception:
            log.exception("suggestion_failed", suggestion=suggestion_id)
        finally:
            connections.close_all()
