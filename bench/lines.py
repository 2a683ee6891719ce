"""A client with thousands of open lines: raw sockets and one loop, so that it costs little itself."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

Hear = Callable[[str, dict[str, Any], float], None]


class Line(asyncio.Protocol):
    """One open stream of server-sent events; `hear` is told each event's name, data and moment."""

    __slots__ = ("_buffer", "_hear", "_is_open", "transport")

    def __init__(self, is_open: "asyncio.Future[None]", hear: Hear) -> None:
        self._is_open, self._hear = is_open, hear
        self._buffer = b""
        self.transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the socket."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Take events out of what came; the frames between them are passed over."""
        now = time.monotonic()
        *events, self._buffer = (self._buffer + data).replace(b"\r\n", b"\n").split(b"\n\n")
        for event in events:
            name = _after(event, b"event: ")
            if name == b"hello" and not self._is_open.done():
                self._is_open.set_result(None)
            elif name and name not in {b"hello", b"hours"}:
                self._hear(name.decode(), json.loads(_after(event, b"data: ")), now)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so if it never opened."""
        if not self._is_open.done():
            self._is_open.set_exception(exc or ConnectionError("closed"))


def _after(event: bytes, name: bytes) -> bytes:
    return event.partition(name)[2].partition(b"\n")[0]


def head_of(method: str, path: str, headers: Mapping[str, str], length: int = 0) -> bytes:
    """Write the head of a request."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: desk",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if method != "GET":
        lines += ["content-type: application/json", f"content-length: {length}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def open_line(url: str, path: str, headers: Mapping[str, str], hear: Hear) -> Line:
    """Open a stream and return once it said hello."""
    loop, place = asyncio.get_running_loop(), urlsplit(url)
    is_open: asyncio.Future[None] = loop.create_future()
    _, line = await loop.create_connection(lambda: Line(is_open, hear), place.hostname, place.port)
    assert isinstance(line.transport, asyncio.Transport)
    line.transport.write(head_of("GET", path, headers))
    await asyncio.wait_for(is_open, 60)
    return line


class Caller:
    """One lasting connection for questions, one after the other."""

    def __init__(self, url: str) -> None:
        self._place = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, headers: Mapping[str, str], said: object) -> tuple[int, float]:
        """Post JSON; return the status and the seconds it took."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._place.hostname, self._place.port)
        reader, writer = self._streams
        body = json.dumps(said).encode()
        began = time.monotonic()
        writer.write(head_of("POST", path, headers, len(body)) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        return int(head[9:12]), time.monotonic() - began
