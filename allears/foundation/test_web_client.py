"""Where the one way out to the web leads, and where it does not."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Event, Thread, Timer

import pytest

from allears.connectors.errors import Disconnected, Refused, SlowDown, Unreachable
from allears.foundation.web_client import WebClient


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(302 if self.path == "/away" else 200)
        if self.path == "/away":
            self.send_header("location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def post(url: str) -> int:
    return WebClient().post(url, body=b"{}", headers={}).status_code


def test_a_private_address_is_refused_where_others_can_open_all_ears(port, settings):
    settings.IS_LOCAL = settings.MAY_REACH_PRIVATE_ADDRESSES = False
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        with pytest.raises(Refused, match="private network"):
            post(f"http://{host}:{port}/")

    settings.MAY_REACH_PRIVATE_ADDRESSES = True
    assert post(f"http://127.0.0.1:{port}/") == 200


def test_at_this_very_machine_only_a_plainly_written_address_may_be_private(port, settings, monkeypatch):
    settings.IS_LOCAL, settings.MAY_REACH_PRIVATE_ADDRESSES = True, False
    assert post(f"http://127.0.0.1:{port}/") == 200

    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: inside)
    with pytest.raises(Refused, match="private network"):
        post(f"http://rebound.example:{port}/")
    with pytest.raises(Refused, match="private network"):
        post("http://169.254.169.254/latest/")


def test_a_redirect_is_told_and_not_followed(port, settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True
    assert post(f"http://127.0.0.1:{port}/away") == 302


def test_nothing_listening_is_unreachable_and_no_web_address_is_refused(settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            post(f"http://127.0.0.1:{closed.getsockname()[1]}/")
    with pytest.raises(Refused):
        post("file:///etc/passwd")


class Talks(BaseHTTPRequestHandler):
    """Holds lines open: what it says is set by the test, and then it is silent until it is let go."""

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.end_headers()
        for part in self.server.said:
            self.wfile.write(part)
            self.wfile.flush()
        self.server.let_go.wait(20)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def talk(settings) -> Iterator[ThreadingHTTPServer]:
    settings.IS_LOCAL = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Talks)
    server.daemon_threads = True
    server.status, server.said, server.let_go = 200, [], Event()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


def listen(server: ThreadingHTTPServer, stop: Event, silence: float = 10.0) -> Iterator[bytes]:
    return WebClient().lines(f"http://127.0.0.1:{server.server_port}/", stop=stop, silence=silence)


def test_lines_come_whole_however_they_are_cut(talk):
    talk.said = [b'{"text": "a', b'\xe2\x80\xa8b"}\r\n\r', b"\nlast\n", b"unfinished"]
    talk.let_go.set()

    assert list(listen(talk, Event())) == [b'{"text": "a\xe2\x80\xa8b"}', b"", b"last"]


def test_a_silent_line_ends_promptly_when_it_is_to_stop(talk):
    talk.said, stop = [b"one\n"], Event()
    heard = listen(talk, stop, silence=600)
    assert next(heard) == b"one"

    Timer(0.05, stop.set).start()
    assert list(heard) == []


def test_a_line_that_falls_silent_is_lost(talk):
    talk.said = [b"one\n"]
    heard = listen(talk, Event(), silence=0.01)
    assert next(heard) == b"one"

    with pytest.raises(Unreachable):
        next(heard)


def test_other_things_may_be_asked_between_two_lines(talk, port):
    talk.said, stop = [b"one\n", b"two\n"], Event()
    heard = listen(talk, stop)
    next(heard)
    assert post(f"http://127.0.0.1:{port}/") == 200
    assert next(heard) == b"two"


def test_a_line_without_end_is_no_line(talk):
    talk.said = [b"x" * 1_100_000]
    with pytest.raises(Unreachable):
        next(listen(talk, Event()))


@pytest.mark.parametrize(
    ("status", "error"), [(401, Disconnected), (403, Disconnected), (429, SlowDown), (503, Unreachable)]
)
def test_a_line_that_is_not_opened_says_what_it_means(talk, status, error):
    talk.status = status
    talk.let_go.set()
    with pytest.raises(error):
        next(listen(talk, Event()))


def test_a_line_leads_no_more_inside_than_anything_else(talk, settings):
    settings.IS_LOCAL = settings.MAY_REACH_PRIVATE_ADDRESSES = False
    with pytest.raises(Refused, match="private network"):
        next(listen(talk, Event()))
