"""Take in deliveries and answer networks' questions: native ASGI, because every network waits for this answer."""

import asyncio
from collections.abc import Callable
from time import monotonic

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from allears.connectors.errors import Unreadable, Unverified
from allears.connectors.interface import Ability, Answer, Asked, Delivery, Piece
from allears.flow import receive, receive_unreadable
from allears.foundation.clock import now
from allears.foundation.vault import VaultLocked
from allears.pipeline.channels.queries import OPENED_FOR, OpenChannel, open_channel_by_key
from allears.pipeline.intake.writer import IntakeWriter
from allears.web.threads import with_connections

log = structlog.get_logger("allears.hooks")
RETRY_AFTER = {"retry-after": "5"}


class IntakeDoor:
    """The endpoint /in/<key>; it remembers channels for a few seconds, unknown keys not at all."""

    def __init__(self, writer: IntakeWriter, wake: Callable[[], None] | None = None) -> None:
        self._writer = writer
        self._wake = wake or (lambda: None)
        self._channels: dict[str, tuple[float, OpenChannel]] = {}

    async def answer(self, request: Request) -> Response:
        """Take in a delivery by POST, answer a network's question; 405 to every other method."""
        if request.method not in METHODS:
            return _no_such_method()
        if self._writer.is_full:
            return _problem(503, "All Ears is busy. Deliver this again in a few seconds.", RETRY_AFTER)
        try:
            channel = await self._find(request.path_params["key"])
        except (DatabaseError, InterfaceError):
            return _problem(503, "All Ears can't look anything up just now. Deliver this again.", RETRY_AFTER)
        except VaultLocked:
            return _problem(
                503, "This channel's secret can't be opened just now. Deliver this again.", RETRY_AFTER
            )
        if channel is None:
            return _problem(404, "There is no channel at this address.")
        return await self._answer(channel, request)

    async def _answer(self, channel: OpenChannel, request: Request) -> Response:
        body = await _read_body(request)
        if body is None:
            megabytes = settings.LARGEST_DELIVERY // 1024 // 1024
            return _problem(413, f"A delivery may have at most {megabytes} MB. Send fewer messages at once.")
        kept = KEPT_HEADERS | getattr(channel.connector, "headers", frozenset())
        headers = {name: request.headers[name] for name in sorted(kept) if name in request.headers}
        try:
            greeting = _greet(channel, request, headers, body)
        except Unverified:
            return _problem(401, "This question is not the network's own.")
        if greeting:
            return _said(greeting)
        if request.method != "POST":
            return _no_such_method()
        return await self._store(channel, Delivery(body=body, headers=headers, received_at=now()))

    async def _find(self, key: str) -> OpenChannel | None:
        known = self._channels.get(key)
        if known and known[0] > monotonic():
            return known[1]
        self._channels.pop(key, None)
        channel = await run_in_threadpool(with_connections, open_channel_by_key, key)
        if channel is None or Ability.HEAR_PUSHED not in channel.connector.can:
            return None
        self._channels[key] = (monotonic() + OPENED_FOR, channel)
        return channel

    async def _store(self, channel: OpenChannel, delivery: Delivery) -> Response:
        problem = ""
        pieces: list[Piece] = []
        try:
            pieces, future = receive(channel, delivery, self._writer)
            ids = await asyncio.wrap_future(future)
        except Unverified:
            return _problem(401, "The signature is missing or wrong. Sign the very bytes of the body.")
        except Unreadable as error:
            problem = f"{error} It was kept as it came."
            ids = await asyncio.wrap_future(receive_unreadable(channel, delivery, self._writer))
        except (DatabaseError, InterfaceError, OSError) as error:
            log.exception("not_stored", channel=channel.id, error=type(error).__name__)
            return _problem(503, "It could not be stored. Deliver this again.", RETRY_AFTER)
        self._wake()
        return _acknowledge(channel, delivery, pieces, ids, problem)


METHODS = ("GET", "POST")
KEPT_HEADERS = frozenset({"content-type", "user-agent", "x-allears-signature"})


def _greet(channel: OpenChannel, request: Request, headers: dict[str, str], body: bytes) -> Answer | None:
    """Let a connector that can answer what the network asks before it trusts an address. Raise Unverified."""
    greet = getattr(channel.connector, "greet", None)
    if greet is None:
        return None
    query = dict(request.query_params)
    asked = Asked(method=request.method, query=query, headers=headers, body=body)
    answer: Answer | None = greet(asked, channel.account)
    return answer


def _acknowledge(
    channel: OpenChannel, delivery: Delivery, pieces: list[Piece], ids: list[int], problem: str
) -> Response:
    """Answer what is stored as the network wants to be answered, else with the envelopes' ids.

    A network that is told of a bad request switches its deliveries off, so what it sent unreadable is
    taken as well: it is a dead letter that a person sees.
    """
    acknowledge = getattr(channel.connector, "acknowledge", None)
    if acknowledge:
        return _said(acknowledge(delivery))
    if problem:
        return _problem(400, problem, envelopes=ids)
    return JSONResponse({"envelopes": ids, **_problems_in(pieces, ids)}, 202)


def _said(answer: Answer) -> Response:
    """Say a connector's answer; nothing in it may run in a browser that is led here."""
    headers = {"content-type": answer.content_type, "x-content-type-options": "nosniff"}
    headers["content-security-policy"] = "default-src 'none'; sandbox"
    return Response(answer.body, answer.status, headers)


def _no_such_method() -> Response:
    return _problem(405, "Deliver messages here by POST.", {"allow": "POST"})


async def _read_body(request: Request) -> bytes | None:
    """Read the whole body, or None when it is larger than may be."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > settings.LARGEST_DELIVERY:
                return None
            chunks.append(chunk)
    except ClientDisconnect:
        return None
    return b"".join(chunks)


def _problems_in(pieces: list[Piece], ids: list[int]) -> dict[str, object]:
    """Tell a program at once which of its messages will not be readable; they are kept all the same."""
    found = [
        {"index": index, "envelope": id_, "problem": piece.problem}
        for index, (piece, id_) in enumerate(zip(pieces, ids, strict=True))
        if piece.problem
    ]
    return {"problems": found} if found else {}


def _problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: object) -> JSONResponse:
    body = {"status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
