"""The web application: native doors for intake and live updates, Django behind one synchronous hop.

Django's own ASGI handler costs several times the CPU and a thread for every open stream
(docs/decisions/0003), so a2wsgi carries it on a fixed pool of threads with lasting connections.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allears.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.concurrency import run_in_threadpool  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.routing import Mount, Route  # noqa: E402

from allears.foundation.letters import use_carrier  # noqa: E402
from allears.pipeline.channels.letters import MailboxCarrier  # noqa: E402
from allears.pipeline.intake.writer import IntakeWriter  # noqa: E402
from allears.web.health import healthz, readyz  # noqa: E402
from allears.web.hooks.intake import IntakeDoor  # noqa: E402
from allears.web.live.hub import Hub  # noqa: E402
from allears.web.live.streams import EventsDoor  # noqa: E402
from allears.web.proxies import BehindProxies  # noqa: E402
from allears.web.widget.hub import VisitorHub  # noqa: E402
from allears.web.widget.routes import chat_routes  # noqa: E402
from allears.workers import Workers  # noqa: E402

ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def make_application(*, with_workers: bool) -> Starlette:
    """Build the application; with workers it also does everything that goes on by itself."""
    writer, visitors = IntakeWriter(), VisitorHub()
    hub = Hub(hearers=(visitors,))
    use_carrier(MailboxCarrier())
    workers = Workers() if with_workers else None

    async def end_lines() -> None:
        await hub.close()
        await visitors.close()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        writer.start()
        await hub.open()
        visitors.open()
        if workers:
            await run_in_threadpool(workers.start)
        yield
        await end_lines()
        await run_in_threadpool(writer.stop)
        if workers:
            await run_in_threadpool(workers.stop)

    wake = workers.pipeline.wake if workers else None
    routes = _routes(IntakeDoor(writer, wake), EventsDoor(hub), chat_routes(writer, visitors, wake))
    application = Starlette(routes=routes, middleware=_proxies(), lifespan=lifespan)
    # The server calls it as soon as it is asked to end: open lines would keep it waiting.
    application.state.end_lines = end_lines
    return application


def _proxies() -> list[Middleware]:
    return [Middleware(BehindProxies, settings.PROXIES)] if settings.PROXIES else []


def _routes(intake: IntakeDoor, events: EventsDoor, chat: list[Route]) -> list[Any]:
    pages: Any = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=settings.WEB_THREADS)
    return [
        Route("/in/{key}", intake.answer, methods=ANY_METHOD),
        Route("/live/events", events.stream, methods=["GET"]),
        *chat,
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Mount("/", pages),
    ]
