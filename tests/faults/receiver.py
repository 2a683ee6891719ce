"""The other side of the API channel: takes answers on loopback, counts each by its webhook id."""

import random
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Takes every answer after up to `slowest` seconds; `taken` counts them by id."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, seed: int = 0, slowest: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: Counter[str] = Counter()
        self.slowest = slowest
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/answers"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        with self.server.lock:
            pause = self.server.random.uniform(0, self.server.slowest)
            self.server.taken[self.headers["webhook-id"]] += 1
        threading.Event().wait(pause)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_given: object) -> None:
        """Keep quiet."""
