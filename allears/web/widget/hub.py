"""The open chats of this process: hears what the ledger tells and hands it to the visitors it is for."""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any

import structlog
from django.db import DatabaseError
from starlette.concurrency import run_in_threadpool

from allears.foundation.events.queries import Event
from allears.public.chat.actions.seeing import HERE_FOR
from allears.public.chat.queries.streaming import News, newest_inbound, news_in
from allears.web.sse import EventStream, encode_event, keep_lines_open
from allears.web.threads import with_connections
from allears.web.widget.arrivals import Arrivals
from allears.web.widget.drawing import draw_line
from allears.web.widget.offering import hours_event

log = structlog.get_logger("allears.widget")
TYPING_FOR = 8.0
LOOK_EVERY = 1.0
KEEP_EVERY = HERE_FOR.total_seconds() / 2


class Chat:
    """One open page of a visitor. `names` are their threads, `conversation` the one they are in (0: none yet)."""

    __slots__ = ("channel_id", "conversation", "line", "names", "visitor_id", "workspace_id")

    def __init__(
        self, channel: tuple[int, int], visitor_id: int, names: Iterable[str], line: EventStream
    ) -> None:
        self.workspace_id, self.channel_id = channel
        self.visitor_id = visitor_id
        self.names = tuple(names)
        self.conversation = 0
        self.line = line


class VisitorHub:
    """Fans out what concerns visitors: a fixed number of statements for each batch of events."""

    def __init__(self) -> None:
        self._by_thread: dict[str, set[Chat]] = {}
        self._by_conversation: dict[int, set[Chat]] = {}
        self._channels: dict[int, int] = {}
        self._typing: dict[int, float] = {}
        self._hours: dict[int, bytes] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.arrivals = Arrivals()

    def open(self) -> None:
        """Begin to look after the open chats."""
        self._tasks = [
            asyncio.create_task(keep_lines_open(self._lines)),
            asyncio.create_task(self._look_after()),
        ]

    async def close(self) -> None:
        """End every chat's line."""
        for task in self._tasks:
            task.cancel()
        for line in self._lines():
            line.end()
        await self.arrivals.flush(self.visitors_here())

    def _lines(self) -> list[EventStream]:
        return list({id(c): c.line for chats in self._by_thread.values() for c in chats}.values())

    def visitors_here(self) -> set[int]:
        """Say which visitors have a page open."""
        return {chat.visitor_id for chats in self._by_thread.values() for chat in chats}

    def pages_of(self, visitor_id: int, thread: str) -> int:
        """Count the pages a visitor has open in this process."""
        return sum(chat.visitor_id == visitor_id for chat in self._by_thread.get(thread, ()))

    def add(self, chat: Chat, conversation: int) -> None:
        """Add an open page."""
        for name in chat.names:
            self._by_thread.setdefault(name, set()).add(chat)
        self._channels[chat.channel_id] = self._channels.get(chat.channel_id, 0) + 1
        self._move(chat, conversation)
        self.arrivals.came(chat.visitor_id)

    def remove(self, chat: Chat) -> None:
        """Forget a page that was closed."""
        for name in chat.names:
            _discard(self._by_thread, name, chat)
        _discard(self._by_conversation, chat.conversation, chat)
        self._channels[chat.channel_id] -= 1
        if not self._channels[chat.channel_id]:
            del self._channels[chat.channel_id]
        self.arrivals.left(chat.visitor_id)

    def _move(self, chat: Chat, conversation: int) -> None:
        if conversation and conversation != chat.conversation:
            _discard(self._by_conversation, chat.conversation, chat)
            chat.conversation = conversation
            self._by_conversation.setdefault(conversation, set()).add(chat)

    def has_lines(self) -> bool:
        """Say whether any chat is open."""
        return bool(self._by_thread)

    async def hear(self, events: list[Event]) -> None:
        """Hand a batch of events to the chats it concerns."""
        channels = set(self._channels)
        if not channels:
            return
        for news in await run_in_threadpool(with_connections, news_in, events, channels):
            chats = self._by_thread.get(news.thread)
            if chats:
                chunk = draw_news(news)
                for chat in chats:
                    self._move(chat, news.conversation)
                    chat.line.put(chunk)
                if news.line and news.line.is_ours:
                    self._typing.pop(news.conversation, None)

    def hear_passing(self, _workspace_id: int, kind: str, data: dict[str, Any]) -> None:
        """Let visitors see that a member writes, and that one has seen what they wrote."""
        conversation = int(data.get("conversation") or 0)
        if conversation not in self._by_conversation:
            return
        if kind == "typing":
            self._tell_typing(conversation, str(data["name"]))
        elif kind == "presence":
            writers = [one["name"] for one in data["members"] if one["state"] == "replying"]
            if writers:
                self._tell_typing(conversation, str(writers[0]))
            elif self._typing.pop(conversation, None):
                self._tell(conversation, encode_event("typing", {"is_typing": False, "name": ""}))
            if data["members"]:
                _keep(asyncio.ensure_future(self._tell_seen(conversation)))

    def _tell_typing(self, conversation: int, name: str) -> None:
        self._typing[conversation] = monotonic() + TYPING_FOR
        self._tell(conversation, encode_event("typing", {"is_typing": True, "name": name}))

    async def _tell_seen(self, conversation: int) -> None:
        until = await run_in_threadpool(with_connections, newest_inbound, conversation)
        self._tell(conversation, encode_event("seen", {"until": str(until)}))

    def _tell(self, conversation: int, chunk: bytes) -> None:
        for chat in self._by_conversation.get(conversation, ()):
            chat.line.put(chunk)

    async def _look_after(self) -> None:
        """Say that somebody stopped typing who said nothing more, and remember who is here."""
        kept_at = monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            at = monotonic()
            for conversation in [one for one, until in self._typing.items() if until < at]:
                del self._typing[conversation]
                self._tell(conversation, encode_event("typing", {"is_typing": False, "name": ""}))
            here = self.visitors_here() if at - kept_at > KEEP_EVERY or self.arrivals.is_due() else None
            if here is None:
                continue
            if at - kept_at > KEEP_EVERY:
                kept_at = at
                self.arrivals.stay(here)
                try:
                    await self._tell_hours()
                except DatabaseError as error:
                    log.warning("hours_not_told", error=type(error).__name__)
            await self.arrivals.flush(here)

    async def _tell_hours(self) -> None:
        """Tell open chats when somebody came to the desk, or closing time came."""
        for channel_id in list(self._channels):
            told = await run_in_threadpool(with_connections, hours_event, channel_id)
            if self._hours.setdefault(channel_id, told) != told:
                self._hours[channel_id] = told
                for chats in list(self._by_thread.values()):
                    for chat in chats:
                        if chat.channel_id == channel_id:
                            chat.line.put(told)


def draw_news(news: News) -> bytes:
    """Write news as the event that a visitor's page is told."""
    if news.line:
        return encode_event("message", draw_line(news.line), news.event_id)
    if news.seen_until:
        return encode_event("seen", {"until": str(news.seen_until)}, news.event_id)
    return encode_event("status", {"status": news.status}, news.event_id)


_told: "set[asyncio.Future[None]]" = set()


def _keep(task: "asyncio.Future[None]") -> None:
    _told.add(task)
    task.add_done_callback(_told.discard)


def _discard(places: "dict[Any, set[Chat]]", place: object, chat: Chat) -> None:
    mine = places.get(place)
    if mine:
        mine.discard(chat)
        if not mine:
            del places[place]
