"""One open page's stream."""

from collections.abc import AsyncIterator

from django.conf import settings
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from allears.foundation.events.queries import events_of_workspace_since
from allears.foundation.workspaces.queries import Member
from allears.web.access.sessions import member_of_session
from allears.web.live.hub import Hub, Subscriber, as_changes
from allears.web.threads import with_connections

PING_EVERY = 25
RETRY_AFTER_MS = 2000
MOST_MISSED = 500


class EventsDoor:
    """The endpoint /live/events."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def stream(self, request: Request) -> Response:
        """Stream a workspace's changes to a member, beginning after Last-Event-ID."""
        key = request.cookies.get(settings.SESSION_COOKIE_NAME)
        member = await run_in_threadpool(with_connections, member_of_session, key)
        if member is None:
            return PlainTextResponse("Sign in first.", 401)
        subscriber = Subscriber(member.workspace_id, member.id)
        self._hub.subscribe(subscriber)
        missed = await self._missed(member, request.headers.get("last-event-id", ""))
        return EventSourceResponse(
            self._stream(subscriber, missed),
            ping=PING_EVERY,
            headers={"x-accel-buffering": "no", "cache-control": "no-store"},
        )

    async def _missed(self, member: Member, last_event_id: str) -> list[dict[str, str]]:
        if not last_event_id.isdecimal():
            return []
        events = await run_in_threadpool(
            with_connections, events_of_workspace_since, member.workspace_id, int(last_event_id), MOST_MISSED
        )
        if len(events) >= MOST_MISSED:
            return [{"event": "resync", "id": str(events[-1].id), "data": "{}"}]
        return [as_changes(events)] if events else []

    async def _stream(
        self, subscriber: Subscriber, missed: list[dict[str, str]]
    ) -> AsyncIterator[dict[str, object]]:
        try:
            yield {"event": "hello", "data": "{}", "retry": RETRY_AFTER_MS}
            for change in missed:
                yield dict(change)
            while not self._hub.is_closed:
                item = await subscriber.queue.get()
                if item is None:
                    return
                yield dict(item)
        finally:
            self._hub.unsubscribe(subscriber)
