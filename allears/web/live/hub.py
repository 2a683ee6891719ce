"""The hub: reads the ledger as it grows and hands every event to the open pages of its workspace.

Others who want to hear the ledger are handed the same events, so that it is read once (asgi.py).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog
from django.db import DatabaseError, connections
from starlette.concurrency import run_in_threadpool

from allears.foundation.events.actions import forget, listen
from allears.foundation.events.passing import Told, hear_passing, stop_hearing
from allears.foundation.events.queries import Event, events_between
from allears.foundation.events.settled import SettledLedger
from allears.web.live.notices import Notices
from allears.web.sse import EventStream, encode_event, keep_lines_open

log = structlog.get_logger("allears.live")
GATHER_FOR = 0.05
LOOK_EVERY = 1.0
# What passes by is for open chats, too; the desk is told these.
FOR_MEMBERS = {"presence", "visitor"}


class Hearer(Protocol):
    """Somebody else who hears the ledger and what passes by, as the hub does."""

    def has_lines(self) -> bool:
        """Say whether anybody listens to it."""

    async def hear(self, events: list[Event]) -> None:
        """Take a batch of new events."""

    def hear_passing(self, workspace_id: int, kind: str, data: dict[str, Any]) -> None:
        """Take something passing."""


class Subscriber:
    """One open page: its workspace, its member, its line."""

    __slots__ = ("line", "member_id", "workspace_id")

    def __init__(self, workspace_id: int, member_id: int, line: EventStream) -> None:
        self.workspace_id, self.member_id, self.line = workspace_id, member_id, line


class Hub:
    """Fans events out to subscribers, by workspace."""

    def __init__(self, hearers: tuple[Hearer, ...] = ()) -> None:
        self._subscribers: dict[int, set[Subscriber]] = {}
        self._hearers = hearers
        self._woken = asyncio.Event()
        self._ledger = SettledLedger()
        self._last = 0
        self._tasks: list[asyncio.Task[None]] = []
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
        self._last = await run_in_threadpool(self._ledger.settled_id)
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(keep_lines_open(self._lines))]

    async def close(self) -> None:
        """End every stream."""
        self.is_closed = True
        forget(self._poke)
        stop_hearing(self._passing)
        self._notices.stop()
        for task in self._tasks:
            task.cancel()
        for line in self._lines():
            line.end()

    def _lines(self) -> list[EventStream]:
        return [one.line for subscribers in self._subscribers.values() for one in subscribers]

    def subscribe(self, subscriber: Subscriber) -> None:
        """Add an open page."""
        self._subscribers.setdefault(subscriber.workspace_id, set()).add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Forget a page that was closed."""
        mine = self._subscribers.get(subscriber.workspace_id, set())
        mine.discard(subscriber)
        if not mine:
            self._subscribers.pop(subscriber.workspace_id, None)

    def has_members(self, workspace_id: int) -> bool:
        """Say whether a page of a workspace is open in this process."""
        return workspace_id in self._subscribers

    def tell(self, workspace_id: int, event: str, data: dict[str, Any], but: int | None = None) -> None:
        """Send something passing, which no ledger keeps, to a workspace's pages."""
        for hearer in self._hearers:
            hearer.hear_passing(workspace_id, event, data)
        if event not in FOR_MEMBERS or workspace_id not in self._subscribers:
            return
        chunk = encode_event(event, data)
        for subscriber in self._subscribers[workspace_id]:
            if subscriber.member_id != but:
                subscriber.line.put(chunk)

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK_EVERY)
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(GATHER_FOR)
            self._woken.clear()
            if self._subscribers or any(hearer.has_lines() for hearer in self._hearers):
                await self._hand_out()
            else:
                self._last = max(self._last, await _ask(self._ledger.settled_id, 0))

    def _unheard(self) -> list[Event]:
        """Read on, but never past an id before which another may still be committed."""
        return events_between(self._last, self._ledger.settled_id())

    async def _hand_out(self) -> None:
        events: list[Event] = await _ask(self._unheard, [])
        if not events:
            return
        self._last = max(event.id for event in events)
        by_workspace: dict[int, list[Event]] = {}
        for event in events:
            by_workspace.setdefault(event.workspace_id, []).append(event)
        for workspace_id, its_events in by_workspace.items():
            if workspace_id in self._subscribers:
                chunk = as_changes(its_events)
                for subscriber in self._subscribers[workspace_id]:
                    subscriber.line.put(chunk)
        for hearer in self._hearers:
            await _hand_on(hearer.hear, events)


def as_changes(events: list[Event]) -> bytes:
    """Put events into one server-sent event; its id is the newest of theirs."""
    told = [
        {"id": event.id, "kind": event.kind, "conversation": event.conversation, "by": event.by}
        for event in events
    ]
    return encode_event("changes", {"events": told}, max(event.id for event in events))


async def _hand_on(hear: Callable[[list[Event]], Awaitable[None]], events: list[Event]) -> None:
    try:
        await hear(events)
    except DatabaseError as error:
        log.warning("not_handed_on", error=type(error).__name__)
        await run_in_threadpool(connections.close_all)


async def _ask(question: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return await run_in_threadpool(question)
    except DatabaseError as error:
        log.warning("ledger_not_read", error=type(error).__name__)
        await run_in_threadpool(connections.close_all)
        return otherwise
