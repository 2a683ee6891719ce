"""Where the one way out to the web leads, and where it does not."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from allears.connectors.errors import Refused, Unreachable
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
