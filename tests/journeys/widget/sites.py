"""Servers for browsers to meet: All Ears itself, which may go away and come back, and a site of somebody else."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep

import uvicorn

# What a careless or a hostile site does to everything on its pages.
HOSTILE = """
* { color: #b0005a !important; font: italic 9px serif !important; letter-spacing: 4px; transform: none; }
button, textarea, div, section, header { display: block !important; position: static !important; }
button, textarea, div, section, header { background: pink !important; border: 9px solid lime !important; }
allears-chat { display: none !important; opacity: 0.1 !important; transform: scale(3) !important; }
:focus { outline: none !important; }
"""


class RunningDesk:
    """All Ears with its live lines, in a thread, on one port."""

    def __init__(self) -> None:
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start, on the same port as before."""
        from allears.asgi import make_application

        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        application = make_application(with_workers=False)
        config = uvicorn.Config(application, log_config=None, timeout_graceful_shutdown=1, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        until = monotonic() + 20
        while not self._server.started and monotonic() < until:
            sleep(0.02)
        self._listener = listener

    def stop(self) -> None:
        """Go away; whoever asks is refused."""
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()


@dataclass
class OtherSite:
    """A site of another origin with a strict policy; its pages carry the tag."""

    url: str = ""
    tag: str = ""
    policy: str = ""
    language: str = "en"
    sheet: str = HOSTILE
    doctype: str = "<!doctype html>"
    before: str = ""
    asked: list[str] = field(default_factory=list)

    def page(self) -> str:
        """Write a page of a shop."""
        return f"""{self.doctype}
<html lang="{self.language}">
<head><meta charset="utf-8"><title>Lantern shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{self.before}<link rel="stylesheet" href="/site.css"></head>
<body><main><h1>Lanterns</h1><p>Warm light for long evenings.</p>
<p><label>Search <input id="search"></label></p></main>{self.tag}</body></html>"""


@contextmanager
def running_site() -> Iterator[OtherSite]:
    """Serve a site of somebody else."""
    site = OtherSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_sheet = self.path == "/site.css"
            body = (site.sheet if is_sheet else site.page()).encode()
            self.send_response(200)
            self.send_header("content-type", "text/css" if is_sheet else "text/html")
            self.send_header("content-length", str(len(body)))
            self.send_header("content-security-policy", site.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_facts: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join(5)
