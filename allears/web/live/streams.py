"""One open page's stream."""

from django.conf import settings
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from allears.foundation.events.queries import events_of_workspace_since
from allears.web.access.sessions import member_of_session
from allears.web.live.hub import Hub, Subscriber, as_changes
from allears.web.sse import EventStream, encode_event
from allears.web.threads import with_connections

MOST_MISSED = 500


class EventsDoor:
    """The endpoint /live/events."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def stream(self, request: Request) -> ASGIApp:
        """Stream a workspace's changes to a member, beginning after Last-Event-ID."""
        key = request.cookies.get(settings.SESSION_COOKIE_NAME)
        member = await run_in_threadpool(with_connections, member_of_session, key)
        if member is None:
            return PlainTextResponse("Sign in first.", 401)
        hub = self._hub
        first: list[bytes] = []
        line = EventStream(first, on_end=lambda _line: hub.unsubscribe(subscriber))
        subscriber = Subscriber(member.workspace_id, member.id, line)
        hub.subscribe(subscriber)
        try:
            first += await self._missed(member.workspace_id, request.headers.get("last-event-id", ""))
        except BaseException:
            hub.unsubscribe(subscriber)
            raise
        return line

    async def _missed(self, workspace_id: int, last_event_id: str) -> list[bytes]:
        if not last_event_id.isdecimal():
            return []
        events = await run_in_threadpool(
            with_connections, events_of_workspace_since, workspace_id, int(last_event_id), MOST_MISSED
        )
        if len(events) >= MOST_MISSED:
            return [encode_event("resync", {}, events[-1].id)]
        return [as_changes(events)] if events else []
