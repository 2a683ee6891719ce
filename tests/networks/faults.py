"""A network on loopback: a real HTTP server that keeps state, and misbehaves when told to.

    class FakeX(FakeNetwork):
        def __init__(self) -> None:
            super().__init__()
            self.posts: list[dict[str, object]] = []

        @answers("POST", "/2/tweets")
        def create(self, asked: Asked) -> Reply:
            self.posts.append(asked.json())
            return Reply.json({"data": {"id": str(len(self.posts))}}, status=201)

    with FakeX() as fake:
        fake.misbehave(fails(503), never_answers(), on="POST /2/tweets")
        ...  # the first request meets 503, the second silence, the third an answer
        assert fake.asked[0].headers["authorization"] == "Bearer ..."

One rule: a fault says whether the network did what it was asked (`is_done`), for that is what matters to us.
"""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came. `parts` are the named pieces of its path, header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    raw_query: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        return {
            name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()
        }


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is answered. An iterable body is streamed, piece by piece, until it ends or the fake stops."""

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        given = {"content-type": "application/json", **(headers or {})}
        return cls(status=status, body=json.dumps(content).encode(), headers=given)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How one answer goes wrong. `is_done`: the network did first what it was asked.

    `reply` is answered instead of the true answer; `pause` passes before any answer; of the answer only
    `cut_after` bytes of its body are sent; `is_silent` never answers; `hangs_up` closes the line at once.
    """

    is_done: bool = False
    reply: Reply | None = None
    pause: float = 0.0
    cut_after: int | None = None
    is_silent: bool = False
    hangs_up: bool = False


def slow(seconds: float) -> Fault:
    """Answer truly, but late."""
    return Fault(is_done=True, pause=seconds)


def fails(status: int = 503, body: object = None, *, is_done: bool = False) -> Fault:
    """Answer with an error of the server."""
    return Fault(is_done=is_done, reply=Reply.json(body or {"error": "Something is broken"}, status))


def too_many(headers: Mapping[str, str] | None = None, body: object = None) -> Fault:
    """Answer 429, with the headers by which this network says until when."""
    return Fault(reply=Reply.json(body or {"error": "Too many requests"}, 429, headers))


def cut_short(after: int = 5) -> Fault:
    """Do it, and break off in the middle of the answer."""
    return Fault(is_done=True, cut_after=after)


def never_answers(*, is_done: bool = True) -> Fault:
    """Take the request, do it, and say nothing for ever."""
    return Fault(is_done=is_done, is_silent=True)


def hangs_up(*, is_done: bool = False) -> Fault:
    """Close the line without a word."""
    return Fault(is_done=is_done, hangs_up=True)


def done_then_refused(status: int = 400, body: object = None) -> Fault:
    """Do it, then say that it was refused."""
    return Fault(is_done=True, reply=Reply.json(body or {"error": "Bad request"}, status))


@dataclass
class Planned:
    """A fault that waits for the requests it is meant for; `times` None: for all of them."""

    fault: Fault
    method: str
    path: str
    times: int | None

    def meets(self, asked: Asked) -> bool:
        return self.times != 0 and self.method in {"", asked.method} and bool(matched(self.path, asked.path))


Answering = Callable[[Any, Asked], Reply]


def answers(method: str, path: str) -> Callable[[Answering], Answering]:
    """Name the request that a method of a fake answers; {name} in the path stands for one piece of it."""

    def named(function: Answering) -> Answering:
        function.__dict__.setdefault("answered", []).append((method, path))
        return function

    return named


def matched(pattern: str, path: str) -> re.Match[str] | None:
    if not pattern:
        return re.match("", path)
    pieces = re.split(r"(\{\w+\})", pattern)
    expression = "".join(f"(?P<{it[1:-1]}>[^/]+)" if it[:1] == "{" else re.escape(it) for it in pieces)
    return re.fullmatch(expression, path)


class FakeNetwork:
    """A stateful fake of a network. `url` is where it listens, `asked` all it was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.is_revoked = False
        self.stopped = threading.Event()
        self.lock = threading.RLock()
        self._planned: list[Planned] = []
        self._server = _Server(self)

    def __enter__(self) -> Self:
        serve = {"poll_interval": 0.02}
        threading.Thread(target=self._server.serve_forever, kwargs=serve, daemon=True).start()
        return self

    def __exit__(self, *_given: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def misbehave(self, *faults: Fault, on: str = "", times: int | None = 1) -> None:
        """Let the next requests meet these faults, one after the other.

        `on` names which ("POST /2/tweets", "/2/tweets/{id}", "POST"); without it, whichever comes.
        `times=None` goes on until `behave`.
        """
        method, _, path = on.rpartition(" ") if "/" in on else (on, "", "")
        with self.lock:
            self._planned += [Planned(fault, method, path, times) for fault in faults]

    def behave(self) -> None:
        """Answer truly again."""
        with self.lock:
            self._planned.clear()
            self.is_revoked = False

    def revoke(self) -> None:
        """Refuse every key from now on, as `revoked` says it."""
        self.is_revoked = True

    def revoked(self, asked: Asked) -> Reply:
        """Say in the network's own words that the keys count no more."""
        return Reply.json({"error": "The access token was revoked"}, 401)

    def missing(self, asked: Asked) -> Reply:
        """Say in the network's own words that there is no such thing."""
        return Reply.json({"error": "Not found"}, 404)

    def asked_for(self, method: str, path: str) -> list[Asked]:
        """Give the requests of one kind, in order."""
        return [it for it in self.asked if it.method == method and matched(path, it.path)]

    def answer(self, asked: Asked) -> Reply:
        """Do what was asked."""
        for name in dir(type(self)):
            function = getattr(type(self), name)
            for method, path in getattr(function, "answered", ()):
                if method == asked.method and (found := matched(path, asked.path)):
                    return function(self, replace(asked, parts=found.groupdict()))
        return self.missing(asked)

    def take_fault(self, asked: Asked) -> Fault | None:
        for planned in self._planned:
            if planned.meets(asked):
                if planned.times is not None:
                    planned.times -= 1
                return planned.fault
        return None

    def respond(self, asked: Asked) -> tuple[Reply, Fault]:
        with self.lock:
            self.asked.append(asked)
            fault = self.take_fault(asked) or Fault(is_done=True)
            if not fault.is_done:
                return fault.reply or Reply(), fault
            reply = self.revoked(asked) if self.is_revoked else self.answer(asked)
            return fault.reply or reply, fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, fake: FakeNetwork) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Answering)

    def handle_error(self, *_given: object) -> None:
        """Say nothing of a client that left: it was told to find us unbearable."""


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        reply, fault = self.server.fake.respond(self._asked())
        if fault.pause:
            self.server.fake.stopped.wait(fault.pause)
        if fault.is_silent:
            self._wait_for_the_other_side()
        elif not fault.hangs_up:
            self._say(reply, fault)
        if fault.is_silent or fault.hangs_up or fault.cut_after is not None:
            self._break_off()

    def _asked(self) -> Asked:
        target = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(target.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        return Asked(
            method=self.command,
            path=target.path,
            query=query,
            headers=headers,
            body=body,
            raw_query=target.query,
        )

    def _say(self, reply: Reply, fault: Fault) -> None:
        is_whole = isinstance(reply.body, bytes)
        length = (
            ("content-length", str(len(reply.body)))
            if isinstance(reply.body, bytes)
            else ("connection", "close")
        )
        self.send_response(reply.status)
        for name, value in (*reply.headers.items(), length):
            self.send_header(name, value)
        self.end_headers()
        parts = [reply.body[: fault.cut_after]] if isinstance(reply.body, bytes) else reply.body
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()
        self.close_connection = not is_whole

    def _wait_for_the_other_side(self) -> None:
        self.connection.settimeout(0.05)
        while not self.server.fake.stopped.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def _break_off(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_given: object) -> None:
        """Keep quiet."""
