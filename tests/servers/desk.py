"""All Ears itself, as people run it: a process of its own, a data folder of its own, a free port."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers.postgres import find_free_port

FROM_SOURCE = (sys.executable, "-m", "allears")
PATIENCE = 180


class DeskFailed(RuntimeError):
    """All Ears did not start; the message is what it wrote."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A running All Ears. `log` is what it has written so far."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """Ask it to finish, as a service manager would, and return its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def start_desk(
    folder: Path,
    *,
    program: Sequence[str | Path] = FROM_SOURCE,
    command: str = "serve",
    environment: Mapping[str, str] | None = None,
) -> Desk:
    """Start `allears serve` (or `web`) on the data in `folder` and return once it answers. Raise DeskFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    port = find_free_port()
    own = {"HOST": "127.0.0.1", "PORT": str(port), "ALLEARS_DATA": str(folder / "data")}
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, command],
            cwd=folder if program != FROM_SOURCE else None,
            env=clean_environment() | own | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    desk = Desk(url=f"http://127.0.0.1:{port}", process=process, log=log)
    wait_until_up(desk)
    return desk


def clean_environment() -> dict[str, str]:
    """Leave out whatever would tell the new process about this one's database."""
    ours = ("ALLEARS_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def wait_until_up(desk: Desk) -> None:
    deadline = time.monotonic() + PATIENCE
    while desk.process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(desk.url, timeout=10)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    desk.process.kill()
    raise DeskFailed(desk.log.read_text())
