"""Who came and who left, written down together once a second, however many there are."""

from collections.abc import Collection
from datetime import timedelta
from time import monotonic

import structlog
from django.db import DatabaseError, connections
from starlette.concurrency import run_in_threadpool

from allears.foundation.gate import behind_people
from allears.public.chat.actions.seeing import HERE_FOR, keep_visitors_here, tell_who_is_here

log = structlog.get_logger("allears.widget")
# Whoever goes to another page of the site is back before that.
GONE_AFTER = 5.0
AT_ONCE = 500
MOST_TOLD = 200


class Arrivals:
    """Visitors who came, stayed or left since that was last written down."""

    def __init__(self) -> None:
        self._came: set[int] = set()
        self._stayed: set[int] = set()
        self._left: dict[int, float] = {}

    def came(self, visitor_id: int) -> None:
        """Note that a visitor opened a page."""
        if self._left.pop(visitor_id, None) is None:
            self._came.add(visitor_id)

    def left(self, visitor_id: int) -> None:
        """Note that a visitor closed a page; perhaps they have others open."""
        self._left[visitor_id] = monotonic() + GONE_AFTER

    def stay(self, visitor_ids: Collection[int]) -> None:
        """Note that these are still here."""
        self._stayed |= set(visitor_ids)

    def is_due(self) -> bool:
        """Say whether something is to be written down."""
        return bool(self._came) or any(until < monotonic() for until in self._left.values())

    async def flush(self, here: Collection[int]) -> None:
        """Write down who is here and who is not, and tell the members who talk with them."""
        at = monotonic()
        gone = {id_ for id_, until in self._left.items() if until < at} - set(here)
        self._left = {id_: until for id_, until in self._left.items() if until >= at}
        came, self._came = self._came, set()
        stayed, self._stayed = self._stayed - came - gone, set()
        try:
            await run_in_threadpool(_write, sorted(came), sorted(stayed), sorted(gone))
        except DatabaseError as error:
            log.warning("arrivals_not_written", error=type(error).__name__)
            await run_in_threadpool(connections.close_all)


def _write(came: list[int], stayed: list[int], gone: list[int]) -> None:
    with behind_people():
        for ids, length in ((came, HERE_FOR), (stayed, HERE_FOR), (gone, timedelta())):
            for start in range(0, len(ids), AT_ONCE):
                keep_visitors_here(ids[start : start + AT_ONCE], for_=length)
        tell_who_is_here(came[:MOST_TOLD], is_here=True)
        tell_who_is_here(gone[:MOST_TOLD], is_here=False)
