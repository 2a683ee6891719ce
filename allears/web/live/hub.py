"""The hub: reads the ledger as it grows and hands every event to the open pages of its workspace."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError, connections
from starlette.concurrency import run_in_threadpool

from allears.foundation.events.actions import forget, listen
from allears.foundation.events.passing import Told, hear_passing, stop_hearing
from allears.foundation.events.queries import Event, events_after, last_event_id
from allears.web.live.notices import Notices

log = structlog.get_logger("allears.live")
GATHER_FOR = 0.05
LOOK_EVERY = 1.0
MOST_WAITING = 200


@dataclass(eq=False, slots=True)
class Subscriber:
    """One open page: its workspace, its member, and what it has not been sent yet."""

    workspace_id: int
    member_id: int
    queue: "asyncio.Queue[dict[str, str] | None]" = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def put(self, item: dict[str, str]) -> None:
        """Hand over one item; a page that can't keep up is told to fetch everything again."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait({"event": "resync", "data": "{}"})
        self.queue.put_nowait(item)


class Hub:
    """Fans events out to subscribers, by workspace."""

    def __init__(self) -> None:
        self._subscribers: dict[int, set[Subscriber]] = {}
        self._woken = asyncio.Event()
        self._last = 0
        self._task: asyncio.Task[None] | None = None
        self._poke: Callable[[], None] = lambda: None
        self._passing: Told = lambda _workspace, _kind, _data, _but: None
        self._notices = Notices(self._poke)
        self.is_closed = False

    async def open(self) -> None:
        """Begin to read the ledger from its present end."""
        loop = asyncio.get_running_loop()

        def poke() -> None:
            loop.call_soon_threadsafe(self._woken.set)

        def passing(workspace_id: int, kind: str, data: dict[str, Any], but: int) -> None:
            loop.call_soon_threadsafe(self.tell, workspace_id, kind, data, but)

        self._poke, self._passing = poke, passing
        listen(poke)
        hear_passing(passing)
        self._notices = Notices(poke)
        self._notices.start()
        self._last = await run_in_threadpool(last_event_id)
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End every stream."""
        self.is_closed = True
        forget(self._poke)
        stop_hearing(self._passing)
        self._notices.stop()
        if self._task:
            self._task.cancel()
        for subscribers in self._subscribers.values():
            for subscriber in subscribers:
                while not subscriber.queue.empty():
                    subscriber.queue.get_nowait()
                subscriber.queue.put_nowait(None)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Add an open page."""
        self._subscribers.setdefault(subscriber.workspace_id, set()).add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget a page that was closed."""
        mine = self._subscribers.get(subscriber.workspace_id, set())
        mine.discard(subscriber)
        if not mine:
            self._subscribers.pop(subscriber.workspace_id, None)

    def tell(self, workspace_id: int, event: str, data: dict[str, Any], but: int | None = None) -> None:
        """Send something passing, which no ledger keeps, to a workspace's pages."""
        item = {"event": event, "data": json.dumps(data, ensure_ascii=False)}
        for subscriber in self._subscribers.get(workspace_id, ()):
            if subscriber.member_id != but:
                subscriber.put(item)

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK_EVERY)
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(GATHER_FOR)
            self._woken.clear()
            if self._subscribers:
                await self._hand_out()
            else:
                self._last = max(self._last, await _ask(last_event_id, 0))

    async def _hand_out(self) -> None:
        events: list[Event] = await _ask(lambda: events_after(self._last), [])
        if not events:
            return
        self._last = max(event.id for event in events)
        by_workspace: dict[int, list[Event]] = {}
        for event in events:
            by_workspace.setdefault(event.workspace_id, []).append(event)
        for workspace_id, its_events in by_workspace.items():
            item = as_changes(its_events)
            for subscriber in self._subscribers.get(workspace_id, ()):
                subscriber.put(item)


def as_changes(events: list[Event]) -> dict[str, str]:
    """Put events into one server-sent event; its id is the newest of theirs."""
    told = [
        {"id": event.id, "kind": event.kind, "conversation": event.conversation, "by": event.by}
        for event in events
    ]
    newest = str(max(event.id for event in events))
    return {"event": "changes", "id": newest, "data": json.dumps({"events": told})}


async def _ask(question: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return await run_in_threadpool(question)
    except DatabaseError as error:
        log.warning("ledger_not_read", error=type(error).__name__)
        await run_in_threadpool(connections.close_all)
        return otherwise
