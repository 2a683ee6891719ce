"""One open page of a visitor."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp

from allears.pipeline.channels.queries import OpenChannel
from allears.public.chat.queries.offers import offer_of
from allears.public.chat.queries.streaming import missed_events, news_in
from allears.public.chat.queries.visitors import Own, Visitor, own_things, present_conversation
from allears.web.sse import EventStream, encode_event
from allears.web.threads import with_connections
from allears.web.widget.doors import visitor_of
from allears.web.widget.drawing import draw_hours
from allears.web.widget.hub import Chat, VisitorHub, draw_news
from allears.web.widget.limits import TooFast

MOST_MISSED = 200
MOST_PAGES = 20


class LiveDoor:
    """The endpoint /chat/<key>/live."""

    def __init__(self, hub: VisitorHub) -> None:
        self._hub = hub

    async def stream(self, request: Request, channel: OpenChannel) -> ASGIApp:
        """Stream what concerns a visitor, beginning after Last-Event-ID."""
        visitor = await visitor_of(request, channel)
        if self._hub.pages_of(visitor.id, visitor.thread) >= MOST_PAGES:
            raise TooFast(60)
        own, conversation = await run_in_threadpool(with_connections, _place_of, visitor)
        hub = self._hub
        first: list[bytes] = []
        line = EventStream(
            first, _origin_headers(request.headers.get("origin", "")), on_end=lambda _line: hub.remove(chat)
        )
        chat = Chat((channel.workspace_id, channel.id), visitor.id, own.names, line)
        hub.add(chat, conversation)
        # Only now, so that what happens meanwhile comes by the line.
        last = request.headers.get("last-event-id", "")
        if last.isdecimal() and len(last) < 19:
            first += await run_in_threadpool(with_connections, _missed, visitor, int(last))
        first.append(await run_in_threadpool(with_connections, _hours_of, channel.id))
        return line


def _place_of(visitor: Visitor) -> tuple[Own, int]:
    own = own_things(visitor)
    conversation = present_conversation(own)
    return own, conversation.id if conversation else 0


def _missed(visitor: Visitor, last_event_id: int) -> list[bytes]:
    """Tell again what happened since an event; too much of it is to be fetched anew."""
    events = missed_events(own_things(visitor), last_event_id, MOST_MISSED)
    if len(events) >= MOST_MISSED:
        return [encode_event("resync", {}, events[-1].id)]
    return [draw_news(news) for news in news_in(events, {visitor.channel_id})]


def _hours_of(channel_id: int) -> bytes:
    offer = offer_of(channel_id)
    return encode_event("hours", {**draw_hours(offer), "agents_here": offer.has_members_here})


def _origin_headers(origin: str) -> list[tuple[bytes, bytes]]:
    vary = [(b"vary", b"Origin")]
    return [(b"access-control-allow-origin", origin.encode("latin-1", "replace")), *vary] if origin else vary
