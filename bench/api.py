"""How many requests of programs /api/v1 answers in a second, and what each costs. One command: bench/api.

Real HTTP over lasting connections to a server of its own; replies are sent, too, to a receiver here, so
their figure holds both.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from bench.figures import in_ms, report, tell
from bench.usage import cpu_seconds
from bench.world import OWNER, World, world

UNLIMITED = {"ALLEARS_API_READS": "100000000", "ALLEARS_API_WRITES": "100000000"}
PER_CONVERSATION = 6


@dataclass
class Size:
    """How much of everything; --quick takes little."""

    conversations: int = 5_000
    seconds: float = 4.0
    clients: tuple[int, ...] = (1, 4)


QUICK = Size(conversations=60, seconds=0.4, clients=(2,))


@dataclass(frozen=True)
class Request:
    """One request, before it is written."""

    method: str
    path: str
    body: Any = None
    key: str = ""

    def written(self, host: str, token: str) -> bytes:
        """Write it as it goes over the line."""
        body = b"" if self.body is None else json.dumps(self.body).encode()
        lines = [
            f"{self.method} /api/v1{self.path} HTTP/1.1",
            f"host: {host}",
            f"authorization: Bearer {token}",
        ]
        if body:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        if self.key:
            lines.append(f"idempotency-key: {self.key}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Seen:
    """What the clients saw: seconds until each answer, how large it was, and what went wrong."""

    took: list[float] = field(default_factory=list)
    size: int = 0
    failures: list[str] = field(default_factory=list)


Made = Callable[[int], Request]


def operations(ids: list[int]) -> dict[str, Made]:
    """Say what is asked: each operation makes its request from a number."""

    def one(number: int) -> int:
        return ids[number % len(ids)]

    return {
        "list_50": lambda _: Request("GET", "/conversations?status=new,open&limit=50"),
        "list_50_filtered": lambda _: Request("GET", "/conversations?waiting=yes&sort=newest&limit=50"),
        "count": lambda _: Request("GET", "/conversations/count?status=new,open"),
        "conversation": lambda n: Request("GET", f"/conversations/{one(n)}"),
        "messages": lambda n: Request("GET", f"/conversations/{one(n)}/messages"),
        "events_100": lambda n: Request("GET", f"/events?after={n}"),
        "patch": lambda n: Request(
            "PATCH", f"/conversations/{one(n)}", {"priority": ("high", "low")[n // len(ids) % 2]}
        ),
        "note": lambda n: Request("POST", f"/conversations/{one(n)}/notes", {"text": f"Note {n}"}),
        "note_once": lambda n: Request(
            "POST", f"/conversations/{one(n)}/notes", {"text": f"Note {n}"}, f"note-{n}"
        ),
        "reply": lambda n: Request("POST", f"/conversations/{one(n)}/replies", {"text": "On its way."}),
        "reply_once": lambda n: Request(
            "POST", f"/conversations/{one(n)}/replies", {"text": "On its way."}, f"reply-{n}"
        ),
    }


async def ask(url: str, token: str, make: Made, clients: int, seconds: float) -> Seen:
    """Have several programs ask at once, each as fast as it is answered."""
    place, seen, numbers = urlsplit(url), Seen(), count()
    until = time.monotonic() + seconds

    async def program() -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        while time.monotonic() < until:
            request = make(next(numbers)).written(place.netloc, token)
            began = time.perf_counter()
            writer.write(request)
            status, body = await _answer(reader)
            seen.took.append(time.perf_counter() - began)
            seen.size = len(body)
            if status not in {200, 201}:
                seen.failures.append(f"{status} {body[:200]!r}")
        writer.close()

    await asyncio.gather(*(program() for _ in range(clients)))
    return seen


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    )
    return int(head[9:12]), await reader.readexactly(length)


class Taker(BaseHTTPRequestHandler):
    """Takes every answer that is posted."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def receiver() -> Iterator[str]:
    """Take what the channel sends, for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/answers"
    server.shutdown()
    server.server_close()


def measure(place: World, size: Size) -> dict[str, Any]:
    """Measure each operation, by one program and by several."""
    token = json.loads(place.run("token", "create", "--member", OWNER, "--json"))["token"]
    place.environment |= UNLIMITED
    figures: dict[str, Any] = {}
    with place.serving() as desk:
        ids = _ids(desk.url, token)
        for name, make in operations(ids).items():
            asyncio.run(ask(desk.url, token, make, 1, 0.2))
            figures[name] = {}
            for clients in size.clients:
                figures[name][f"clients_{clients}"] = _measure_one(
                    desk.process.pid, lambda n=clients, m=make: ask(desk.url, token, m, n, size.seconds)
                )
            tell(f"{name}: {figures[name]}")
    return figures


def _measure_one(pid: int, run: Callable[[], Any]) -> dict[str, Any]:
    cpu, began = cpu_seconds(pid), time.monotonic()
    seen: Seen = asyncio.run(run())
    took = time.monotonic() - began
    assert not seen.failures, seen.failures[:3]
    done = len(seen.took)
    return {
        "per_second": round(done / took, 1),
        "cpu_ms": round((cpu_seconds(pid) - cpu) / done * 1000, 2),
        "answer_bytes": seen.size,
        **in_ms(seen.took),
    }


def _ids(url: str, token: str) -> list[int]:
    """Return some hundreds of open conversations."""
    found: list[int] = []
    cursor = ""
    while cursor is not None and len(found) < 500:
        request = Request("GET", f"/conversations?status=new,open&sort=id&limit=100&cursor={cursor}")
        page = asyncio.run(_one(url, token, request))
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    return found


async def _one(url: str, token: str, request: Request) -> Any:
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(request.written(place.netloc, token))
    status, body = await _answer(reader)
    writer.close()
    assert status == 200, body
    return json.loads(body)


def main() -> None:
    """Fill a store, and ask."""
    parser = argparse.ArgumentParser(prog="bench/api", description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--quick", action="store_true", help="a trial of seconds, whose figures mean nothing")
    parser.add_argument("--conversations", type=int, help="how many conversations there are")
    parser.add_argument("--seconds", type=float, help="for how long each operation is asked")
    given = parser.parse_args()
    size = QUICK if given.quick else Size()
    size.conversations = given.conversations or size.conversations
    size.seconds = given.seconds or size.seconds
    with ExitStack() as stack:
        place = stack.enter_context(world(given.db))
        address = stack.enter_context(receiver())
        channel = place.add_channel("api", "Shop", webhook_url=address)["id"]
        place.inside(
            do="fill",
            channel=channel,
            count=size.conversations * PER_CONVERSATION,
            share_of_new=1 / PER_CONVERSATION,
        )
        figures = measure(place, size)
    report("api", vars(given), {"conversations": size.conversations, **figures})


if __name__ == "__main__":
    main()
