"""One open page of a visitor."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp

from allears.pipeline.channels.queries import OpenChannel
from allears.public.chat.queries.streaming import missed_events, news_in
from allears.public.chat.queries.visitors import Own, Visitor, own_things, present_conversation, visitor_with
from allears.web.sse import EventStream, encode_event
from allears.web.threads import with_connections
from allears.web.widget.doors import token_of
from allears.web.widget.hub import Chat, VisitorHub, draw_news
from allears.web.widget.limits import TooFast
from allears.web.widget.offering import hours_event

MOST_MISSED = 200
MOST_PAGES = 20


class LiveDoor:
    """The endpoint /chat/<key>/live."""

    def __init__(self, hub: VisitorHub) -> None:
        self._hub = hub

    async def stream(self, request: Request, channel: OpenChannel) -> ASGIApp:
        """Stream what concerns a visitor, beginning after Last-Event-ID."""
        place = await run_in_threadpool(with_connections, _place_of, channel.id, token_of(request))
        hub, visitor = self._hub, place.visitor
        if hub.pages_of(visitor.id, visitor.thread) >= MOST_PAGES:
            raise TooFast(60)
        first = [place.hours]
        origin = _origin_headers(request.headers.get("origin", ""))
        line = EventStream(first, origin, on_end=lambda _line: hub.remove(chat))
        chat = Chat((channel.workspace_id, channel.id), visitor.id, place.own.names, line)
        hub.add(chat, place.conversation)
        # Only now, so that what happens meanwhile comes by the line.
        last = request.headers.get("last-event-id", "")
        if last.isdecimal() and len(last) < 19:
            try:
                first += await run_in_threadpool(with_connections, _missed, visitor, int(last))
            except BaseException:
                hub.remove(chat)
                raise
        return line


@dataclass(frozen=True, slots=True)
class _Place:
    visitor: Visitor
    own: Own
    conversation: int
    hours: bytes


def _place_of(channel_id: int, token: str) -> _Place:
    visitor = visitor_with(channel_id, token)
    own = own_things(visitor)
    conversation = present_conversation(own)
    return _Place(visitor, own, conversation.id if conversation else 0, hours_event(channel_id))


def _missed(visitor: Visitor, last_event_id: int) -> list[bytes]:
    """Tell again what happened since an event; too much of it is to be fetched anew."""
    events = missed_events(own_things(visitor), last_event_id, MOST_MISSED)
    if len(events) >= MOST_MISSED:
        return [encode_event("resync", {}, events[-1].id)]
    return [draw_news(news) for news in news_in(events, {visitor.channel_id})]


def _origin_headers(origin: str) -> list[tuple[bytes, bytes]]:
    vary = [(b"vary", b"Origin")]
    return [(b"access-control-allow-origin", origin.encode("latin-1", "replace")), *vary] if origin else vary
