"""Server-sent events, as lightly as can be: an idle line is one waiting coroutine and no queue.

Thousands of pages stay open for hours, so what one of them holds decides how many a process can carry
(docs/decisions: live lines).
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import Receive, Scope, Send

RETRY_AFTER_MS = 2000
PING_EVERY = 25
MOST_WAITING = 200
PING = b": here\n\n"
_HEAD = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_flushing: "set[asyncio.Task[None]]" = set()


def encode_event(event: str, data: Any, id_: int | str = "") -> bytes:
    """Write one event as it goes over the line."""
    name = f"id: {id_}\n" if id_ else ""
    return f"{name}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


RESYNC = encode_event("resync", {})


class EventStream:
    """One open page's line; an ASGI answer. Whoever has something for it calls `put`, which never waits.

    A page that can't keep up is told to fetch everything again instead.
    """

    __slots__ = ("_first", "_headers", "_is_flushing", "_on_end", "_send", "_waiting", "is_over")

    def __init__(
        self,
        first: Iterable[bytes] = (),
        headers: Iterable[tuple[bytes, bytes]] = (),
        on_end: "Callable[[EventStream], None] | None" = None,
    ) -> None:
        self._first: Iterable[bytes] = first
        self._headers = headers
        self._on_end = on_end or _nothing
        self._send: Send | None = None
        self._waiting: list[bytes] | None = None
        self._is_flushing = False
        self.is_over = False

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and stay until either side ends it."""
        try:
            headers = [*_HEAD, *self._headers]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            self._headers = ()
            first = f"retry: {RETRY_AFTER_MS}\n".encode() + encode_event("hello", {})
            await send(_body(first + b"".join(self._first)))
            self._first, self._send = (), send
            self._flush_soon()
            while not self.is_over and (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.is_over = True
            on_end, self._on_end = self._on_end, _nothing
            on_end(self)

    def put(self, chunk: bytes) -> None:
        """Hand over what `encode_event` made."""
        if self.is_over:
            return
        if self._waiting is None:
            self._waiting = []
        elif len(self._waiting) >= MOST_WAITING:
            self._waiting[:] = [RESYNC]
        self._waiting.append(chunk)
        self._flush_soon()

    def end(self) -> None:
        """End the line from our side, after what still waits."""
        if self.is_over:
            return
        self.is_over = True
        self._waiting = [*(self._waiting or ()), b""]
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._send is None or not self._waiting or self._is_flushing:
            return
        self._is_flushing = True
        task = asyncio.get_running_loop().create_task(self._flush(self._send))
        _flushing.add(task)
        task.add_done_callback(_flushing.discard)

    async def _flush(self, send: Send) -> None:
        try:
            while self._waiting:
                chunks, self._waiting = self._waiting, None
                await send(_body(b"".join(chunks), is_last=self.is_over))
        except OSError:
            self.is_over = True
        finally:
            self._is_flushing = False


def _nothing(_stream: EventStream) -> None:
    """Whom nobody waits for ends quietly."""


def _body(chunk: bytes, *, is_last: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": chunk, "more_body": not is_last}


async def keep_lines_open(lines: Callable[[], Iterable[EventStream]], parts: int = 25) -> None:
    """Let every line say something now and then, a part of them each second, so that no proxy cuts it."""
    turn = 0
    while True:
        await asyncio.sleep(PING_EVERY / parts)
        turn = (turn + 1) % parts
        for number, line in enumerate(list(lines())):
            if number % parts == turn:
                line.put(PING)
