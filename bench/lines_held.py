"""What one idle line holds, our way and by sse-starlette: python -m bench.lines_held."""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from bench.lines import Line, open_line
from bench.usage import resident_mb
from tests.servers.postgres import find_free_port

LINES = 2000


_kept: set[Any] = set()


async def idle() -> AsyncIterator[dict[str, str]]:
    """Say hello and nothing more."""
    queue: asyncio.Queue[dict[str, str]] = asyncio.Queue(200)
    _kept.add(queue)
    yield {"event": "hello", "data": "{}"}
    while True:
        yield await queue.get()


async def by_library(_request: Any) -> Any:
    """Answer by sse-starlette."""
    from sse_starlette import EventSourceResponse

    return EventSourceResponse(idle(), ping=25)


async def by_hand(_request: Any) -> Any:
    """Answer our way."""
    from allears.web.sse import EventStream

    line = EventStream()
    _kept.add(line)
    return line


WAYS = {"sse-starlette": by_library, "web/sse.py": by_hand}


def serve(way: str, port: int) -> None:
    """Serve idle lines in one of two ways."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Route

    app = Starlette(routes=[Route("/", WAYS[way])])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", backlog=2048)


async def hold(port: int, pid: int) -> float:
    """Open all lines and return the KB each holds."""
    lines: list[Line] = []

    async def more(count: int) -> None:
        url = f"http://127.0.0.1:{port}"
        lines.extend(await asyncio.gather(*(open_line(url, "/", {}, lambda *_: None) for _ in range(count))))

    await more(50)
    before = resident_mb(pid)
    for _ in range(LINES // 50):
        await more(50)
    await asyncio.sleep(2)
    return round((resident_mb(pid) - before) * 1024 / LINES, 1)


def main() -> None:
    """Measure each way in a process of its own."""
    if sys.argv[1:]:
        serve(sys.argv[1], int(sys.argv[2]))
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, hard), hard))
    found = {}
    for way in WAYS:
        port = find_free_port()
        process = subprocess.Popen([sys.executable, "-m", "bench.lines_held", way, str(port)])
        time.sleep(5)
        try:
            found[way] = {"kb_each": asyncio.run(hold(port, process.pid)), "lines": LINES}
        finally:
            process.kill()
            process.wait()
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
