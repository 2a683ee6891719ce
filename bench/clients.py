"""Many programs that deliver at once, over lasting connections; each waits for its answer before the next."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Delivered:
    """What the clients saw: seconds until each answer, and when each envelope was acknowledged."""

    took: list[float] = field(default_factory=list)
    acknowledged: dict[int, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0


LONGEST = 15.0


def deliver(url: str, secret: str, bodies: list[bytes], clients: int, rate: float = 0.0) -> Delivered:
    """Post the bodies, for LONGEST seconds at most; `rate` spaces them evenly (bodies a second), 0 goes as
    fast as answers come."""
    return asyncio.run(_deliver(url, secret, bodies, clients, rate))


async def _deliver(url: str, secret: str, bodies: list[bytes], clients: int, rate: float) -> Delivered:
    place = urlsplit(url)
    requests = [_request(place.hostname or "", place.path, secret, body) for body in bodies]
    seen = Delivered(began=time.monotonic())
    queue = iter(enumerate(requests))
    await asyncio.gather(
        *(_client(place.hostname or "", place.port or 80, queue, rate, seen) for _ in range(clients))
    )
    seen.ended = time.monotonic()
    return seen


def _request(host: str, path: str, secret: str, body: bytes) -> bytes:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nx-allears-signature: sha256={signature}\r\n\r\n"
    )
    return head.encode() + body


async def _client(
    host: str, port: int, requests: Iterator[tuple[int, bytes]], rate: float, seen: Delivered
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for number, request in requests:
        if time.monotonic() > seen.began + LONGEST:
            break
        due = seen.began + number / rate if rate else 0.0
        if due > time.monotonic():
            await asyncio.sleep(due - time.monotonic())
        started = due or time.monotonic()
        writer.write(request)
        status, body = await _answer(reader)
        now = time.monotonic()
        seen.took.append(now - started)
        if status != 202:
            seen.failures.append(f"{status} {body[:200]!r}")
            continue
        for id_ in json.loads(body)["envelopes"]:
            seen.acknowledged[id_] = now
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return int(head[9:12]), await reader.readexactly(length)
