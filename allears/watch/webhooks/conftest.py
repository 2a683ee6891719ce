"""A desk, and a program's server that is told what happens there: real HTTP on this machine."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook

from allears.foundation.clock import shifted_clock
from allears.foundation.events.queries import last_event_id
from allears.foundation.workspaces.actions import create_team
from allears.foundation.workspaces.models import Member
from allears.pipeline.conftest import (  # noqa: F401 - fixtures
    agent,
    channel,
    deliver,
    network,
    owner,
    stranger,
)
from allears.watch.webhooks.actions.keeping import add_endpoint
from allears.watch.webhooks.actions.telling import put_calls
from allears.watch.webhooks.models import Call, Endpoint
from allears.watch.webhooks.sender import serve_endpoint


@dataclass
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What the program answers with."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Program(ThreadingHTTPServer):
    """Other people's program: it keeps what it got and answers as it was told, in turn, then with 204."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Door)
        self.got: list[Got] = []
        self.answers: list[Answer] = []
        self.is_silent = threading.Event()
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def kinds(self, secret: str) -> list[str]:
        """Verify everything that came and say what it was."""
        return [told(one, secret)["type"] for one in self.got]


class _Door(BaseHTTPRequestHandler):
    server: Program

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(Got({name.lower(): value for name, value in self.headers.items()}, body))
        if self.server.is_silent.is_set():
            self.server.released.wait(20)
            return
        answer = self.server.answers.pop(0) if self.server.answers else Answer()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_given):
        pass


def told(got: Got, secret: str):
    """Verify a request by the specification's own library, and return what it says."""
    return Webhook(secret).verify(got.body, got.headers)


@pytest.fixture
def program():
    program = Program()
    yield program
    program.released.set()
    program.shutdown()
    program.server_close()


@pytest.fixture
def _may_go_inside(settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True


@dataclass
class Wire:
    """An endpoint that leads to a program, with its secret."""

    endpoint: Endpoint
    secret: str
    program: Program

    def run(self, later: float = 0.0) -> int:
        """Tell and call, so many seconds later; return how many calls were tried."""
        with shifted_clock(timedelta(seconds=later)):
            put_calls(last_event_id())
            return serve_endpoint(self.endpoint.id, threading.Event())

    def told(self) -> list[str]:
        return self.program.kinds(self.secret)

    def call(self, **which: object) -> Call:
        return Call.objects.filter(endpoint=self.endpoint, **which).latest("id")


@pytest.fixture
def wire(owner: Member, program, _may_go_inside) -> Wire:  # noqa: F811
    return connect(owner, program)


def connect(by: Member, program: Program, *kinds: str, name: str = "Shop", **more) -> Wire:
    """Let a program be told."""
    endpoint, secret = add_endpoint(by, name, program.url, kinds, **more)
    return Wire(endpoint, secret, program)


def happen(owner: Member, *names: str) -> None:  # noqa: F811
    """Let some teams be made: the plainest of events."""
    for name in names:
        create_team(owner, name)
