"""The way out in every disguise: never to a private address, by whatever name or turn; sure of what was sent."""

import gzip
import socket
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from allears.connectors.errors import Refused, Unknown, Unreachable
from allears.foundation.web_client import WebClient


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.asked = []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.server_address[1]}{path}"


class Page(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.asked.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
        if self.path == "/silent":
            self.server.released.wait(10)
            return
        if self.path == "/dropped":
            self.connection.close()
            return
        content = {"/packed": gzip.compress(b'{"id": "1"}'), "/endless": b"x" * 9_000_000}.get(
            self.path, b"fine"
        )
        self.send_response(302 if self.path == "/turn" else 200)
        if self.path == "/turn":
            self.send_header("location", self.server.url("/inside"))
        if self.path == "/packed":
            self.send_header("content-encoding", "gzip")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            return

    def log_message(self, *_given):
        pass


@pytest.fixture
def site():
    site = Site()
    yield site
    site.released.set()
    site.shutdown()
    site.server_close()


@pytest.fixture
def client():
    client = WebClient()
    yield client
    client._client.close()


@pytest.fixture(autouse=True)
def _on_a_server(settings):
    settings.IS_LOCAL = settings.MAY_REACH_PRIVATE_ADDRESSES = False


@pytest.fixture
def _open(settings, _on_a_server):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True


def post(client, url, body=b"words"):
    return client.post(url, body=body, headers={"x-name": "value"})


@pytest.mark.usefixtures("_open")
def test_where_private_addresses_are_allowed_it_posts(client, site):
    answer = post(client, site.url())

    assert (answer.status_code, answer.content, site.asked) == (200, b"fine", [("/", b"words")])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "224.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
    ],
)
def test_a_private_address_is_refused_however_it_is_written(client, site, host):
    with pytest.raises((Refused, Unreachable)):
        post(client, site.url(host=host))

    assert site.asked == []


def answer_with(*addresses):
    def look_up(host, port, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"]]
)
def test_a_public_name_that_leads_inside_is_refused(client, site, monkeypatch, addresses):
    monkeypatch.setattr(socket, "getaddrinfo", answer_with(*addresses))

    with pytest.raises(Refused):
        post(client, site.url(host="innocent.example"))

    assert site.asked == []


@pytest.mark.usefixtures("_open")
def test_a_turn_elsewhere_is_not_followed(client, site):
    answer = post(client, site.url("/turn"))

    assert answer.status_code == 302
    assert [path for path, _ in site.asked] == ["/turn"]


@pytest.mark.usefixtures("_open")
def test_a_packed_answer_is_unpacked_once(client, site):
    assert post(client, site.url("/packed")).content == b'{"id": "1"}'


@pytest.mark.usefixtures("_open")
def test_an_endless_answer_is_cut_off(client, site):
    assert 8_000_000 < len(post(client, site.url("/endless")).content) < 9_000_000


@pytest.mark.usefixtures("_open")
def test_where_nobody_listens_nothing_was_sent(client):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        with pytest.raises(Unreachable):
            post(client, f"http://127.0.0.1:{port}/")


@pytest.mark.usefixtures("_open")
def test_a_line_that_drops_after_the_words_is_unknown_and_not_repeated(client, site):
    with pytest.raises(Unknown):
        post(client, site.url("/dropped"))

    assert len(site.asked) == 1


@pytest.mark.usefixtures("_open")
def test_a_side_that_took_the_words_and_says_nothing_is_unknown(client, site):
    client._client.timeout = 0.3

    with pytest.raises(Unknown):
        post(client, site.url("/silent"))

    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example",
        "file:///etc/passwd",
        "javascript:1",
        "//a.example",
        "http://",
        "http://[",
        "https://a b",
    ],
)
def test_what_is_no_web_address_is_refused(client, url):
    with pytest.raises((Refused, Unreachable)):
        post(client, url)
