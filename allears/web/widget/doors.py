"""What every door of the chat has in common: its channel, its origin, its visitor, and how it says no."""

import json
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import translation
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from allears.connectors.chat.connector import allowed_origins
from allears.connectors.interface import Ability
from allears.foundation.errors import AllEarsError, NotValid
from allears.foundation.vault import VaultLocked
from allears.pipeline.channels.queries import OPENED_FOR, OpenChannel, open_channel_by_key
from allears.public.chat.queries.visitors import Visitor, visitor_with
from allears.web.threads import with_connections
from allears.web.widget.limits import TooFast, network_of

log = structlog.get_logger("allears.widget")
LARGEST_QUESTION = 64 * 1024
PREFLIGHT_FOR = "7200"
Answer = Callable[[Request, OpenChannel], Awaitable[ASGIApp]]
Endpoint = Callable[[Request], Awaitable[ASGIApp]]


class NotReadable(NotValid):
    """This is not what the chat says."""

    status = 400


class Doors:
    """Opens channels by their keys and remembers them for a few seconds; unknown keys not at all."""

    def __init__(self) -> None:
        self._channels: dict[str, tuple[float, OpenChannel]] = {}

    def opened(self, answer: Answer) -> Endpoint:
        """Make an endpoint that finds the channel, minds the origin, and turns errors into answers."""

        async def endpoint(request: Request) -> ASGIApp:
            try:
                channel = await self.find(request.path_params["key"])
            except (DatabaseError, InterfaceError, VaultLocked):
                return with_origin(problem(503, "", retry_after=5), "*")
            if channel is None:
                return with_origin(
                    problem(404, translation.gettext("There is no chat at this address.")), "*"
                )
            origin = request.headers.get("origin", "")
            if origin and not may_ask(channel, origin, request):
                return problem(403, translation.gettext("This web site may not show this chat."))
            if request.method == "OPTIONS":
                return with_origin(_preflight(), origin)
            with translation.override(language_of(request)):
                response = await _answered(answer, request, channel)
            return with_origin(response, origin) if isinstance(response, Response) else response

        return endpoint

    async def find(self, key: str) -> OpenChannel | None:
        """Return the chat channel with a key."""
        known = self._channels.get(key)
        if known and known[0] > monotonic():
            return known[1]
        self._channels.pop(key, None)
        channel = await run_in_threadpool(with_connections, open_channel_by_key, key)
        if channel is None or Ability.CHAT not in channel.connector.can:
            return None
        self._channels[key] = (monotonic() + OPENED_FOR, channel)
        return channel


async def _answered(answer: Answer, request: Request, channel: OpenChannel) -> ASGIApp:
    try:
        return await answer(request, channel)
    except TooFast as error:
        detail = translation.gettext("That was a little too fast. Your words are kept and sent in a moment.")
        return problem(429, detail, retry_after=error.wait)
    except AllEarsError as error:
        return problem(error.status, str(error))
    except ClientDisconnect:
        return Response(status_code=400)
    except (DatabaseError, InterfaceError, OSError) as error:
        log.exception("not_answered", channel=channel.id, error=type(error).__name__)
        return problem(
            503, translation.gettext("This can't be stored just now. It is sent again."), retry_after=5
        )


def may_ask(channel: OpenChannel, origin: str, request: Request) -> bool:
    """Say whether a page of an origin may show this channel's chat; our own pages always may."""
    allowed = allowed_origins(channel.account.settings)
    own = {settings.BASE_URL, f"{request.url.scheme}://{request.url.netloc}"}
    return not allowed or origin.lower() in allowed or origin in own


def with_origin(response: Response, origin: str) -> Response:
    """Let a page of an origin read an answer, an error too; it is never sent a cookie."""
    if origin:
        response.headers["access-control-allow-origin"] = origin
        response.headers["access-control-expose-headers"] = "retry-after"
    response.headers["vary"] = "Origin, Accept-Language"
    response.headers.setdefault("cache-control", "no-store")
    return response


def _preflight() -> Response:
    headers = {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type, last-event-id",
        "access-control-max-age": PREFLIGHT_FOR,
        "cache-control": "no-store",
    }
    return Response(status_code=204, headers=headers)


def problem(status: int, detail: str, *, retry_after: int | None = None) -> JSONResponse:
    """Say what is in the way, in the form of RFC 9457."""
    body: dict[str, Any] = {"status": status, "title": detail, "detail": detail}
    headers = {}
    if retry_after is not None:
        body["retry_after"] = retry_after
        headers["retry-after"] = str(retry_after)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def language_of(request: Request) -> str:
    """Return the language to answer in: the one asked for, else the browser's, else English."""
    wanted = [request.query_params.get("language", "")]
    wanted += [part.partition(";")[0] for part in request.headers.get("accept-language", "").split(",")]
    known = {code for code, _ in settings.LANGUAGES}
    codes = (one.strip().lower().partition("-")[0] for one in wanted)
    return next((code for code in codes if code in known), settings.LANGUAGE_CODE)


async def visitor_of(request: Request, channel: OpenChannel) -> Visitor:
    """Return the visitor whose token a request bears. Raise UnknownVisitor."""
    return await run_in_threadpool(with_connections, visitor_with, channel.id, token_of(request))


def token_of(request: Request) -> str:
    """Return the token a request bears; "" without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address_of(request: Request) -> str:
    """Return the network a request comes from."""
    return network_of(request.client.host if request.client else "")


async def read_question(request: Request) -> dict[str, Any]:
    """Read a small JSON object. Raise NotReadable."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_QUESTION:
            raise NotReadable
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise NotReadable from error
    if not isinstance(value, dict):
        raise NotReadable
    return value


def text_in(value: dict[str, Any], name: str) -> str:
    """Return a text of a question; "" if it is missing. Raise NotReadable for anything else."""
    found = value.get(name) or ""
    if not isinstance(found, str):
        raise NotReadable
    return found.replace("\x00", "").encode("utf-8", "replace").decode()


def object_in(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object of a question; an empty one if it is missing. Raise NotReadable for anything else."""
    found = value.get(name) or {}
    if not isinstance(found, dict):
        raise NotReadable
    return found
