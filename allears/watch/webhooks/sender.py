"""The worker of webhooks: reads the ledger on, and serves every endpoint in a turn of its own.

Endpoints that were slow or failed lately have threads of their own, so that they delay only each other.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import structlog
from django.conf import settings
from django.db import connections

from allears.foundation.events.settled import SettledLedger
from allears.foundation.gate import behind_people
from allears.watch.webhooks.actions.calling import (
    Poster,
    endpoints_to_call,
    free_endpoints,
    keep_endpoint,
    leave_endpoint,
    make_call,
    next_call,
    take_endpoint,
)
from allears.watch.webhooks.actions.telling import put_calls

log = structlog.get_logger("allears.webhooks")
QUICK_THREADS = 4
SLOW_THREADS = 8
A_TURN = 50


class WebhookSender:
    """Tells endpoints what happened. `step` is called again and again by a loop."""

    def __init__(self, poster: Poster | None = None) -> None:
        self._poster = poster
        self._ledger = SettledLedger()
        self._quick = ThreadPoolExecutor(QUICK_THREADS, thread_name_prefix="webhooks")
        self._slow = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="slow-webhooks")
        self._served: dict[int, Future[None]] = {}
        self._is_stopping = Event()

    def begin(self) -> None:
        """Find what an earlier process left in hand."""
        if not settings.DATABASE_URL:
            free_endpoints()

    def step(self) -> int:
        """Put the calls that the ledger asks for, and give every endpoint that waits a turn."""
        moved = put_calls(self._ledger.settled_id())
        self._served = {id_: turn for id_, turn in self._served.items() if not turn.done()}
        begun = 0
        for endpoint_id, is_slow in endpoints_to_call():
            if endpoint_id not in self._served and not self._is_stopping.is_set():
                pool = self._slow if is_slow else self._quick
                self._served[endpoint_id] = pool.submit(self._serve, endpoint_id)
                begun += 1
        return moved + begun

    def stop(self) -> None:
        """Finish the calls in hand; the rest waits in its table."""
        self._is_stopping.set()
        for pool in (self._quick, self._slow):
            pool.shutdown(wait=True, cancel_futures=True)

    def _serve(self, endpoint_id: int) -> None:
        try:
            with behind_people():
                serve_endpoint(endpoint_id, self._is_stopping, self._poster)
        except Exception:
            log.exception("webhooks_failed", endpoint=endpoint_id)
        finally:
            connections.close_all()


def serve_endpoint(endpoint_id: int, is_stopping: Event, poster: Poster | None = None) -> int:
    """Make one endpoint's due calls, a turn's worth at most; return how many were tried."""
    endpoint = take_endpoint(endpoint_id)
    if endpoint is None:
        return 0
    made = 0
    try:
        while made < A_TURN and not is_stopping.is_set() and keep_endpoint(endpoint):
            call = next_call(endpoint)
            if call is None:
                break
            make_call(endpoint, call, poster)
            made += 1
    finally:
        leave_endpoint(endpoint_id)
    return made
