"""Serve pages, do the work, or both."""

import os
import signal
import socket
import sys
from threading import Event
from types import FrameType

from allears.cli.setting_up import console, fail, prepare

GRACE = 2


def serve_everything() -> None:
    """Serve pages and do all the work in this process."""
    prepare()
    from allears.workers import hold_pipeline

    if not hold_pipeline():
        fail("another process already serves this data folder. Stop it first, or use another ALLEARS_DATA.")
    _serve(with_workers=True)


def serve_web() -> None:
    """Serve pages only."""
    prepare()
    _serve(with_workers=False)


def run_worker() -> None:
    """Do the work only, until SIGTERM or SIGINT."""
    prepare()
    from allears.workers import Workers, hold_pipeline

    if not hold_pipeline():
        fail("another process already works on this data folder. Stop it first.")
    stopped = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    workers = Workers()
    workers.start()
    console.print("All Ears is at work. Stop it with Ctrl+C.")
    stopped.wait()
    workers.stop()


def _serve(*, with_workers: bool) -> None:
    import uvicorn
    from django.conf import settings

    from allears.asgi import make_application

    application = make_application(with_workers=with_workers)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await application.state.end_lines()
            await super().shutdown(sockets)

    listener = _bind(settings.HOST, settings.PORT)
    sys.setswitchinterval(float(os.environ.get("ALLEARS_SWITCH_INTERVAL", "0.002")))
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # web/proxies.py does it
        timeout_graceful_shutdown=GRACE,
    )
    console.print(f"All Ears is at {settings.BASE_URL}. Stop it with Ctrl+C.")
    Server(config).run(sockets=[listener])


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        fail(f"{host}:{port} can't be used ({error.strerror}). Set PORT (and HOST) to a free one.")
    listener.listen(2048)
    return listener
