"""One installation under test: its folder, the processes on it, and programs that deliver to it."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.servers.desk import clean_environment
from tests.servers.postgres import find_free_port

PATIENCE = 60.0


def wait_until(is_so: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait for a condition and return it; fail with what was waited for."""
    deadline = time.monotonic() + patience
    while True:
        began = time.monotonic()
        if found := is_so():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        # A question that is dear is asked less often.
        time.sleep(max(0.01, time.monotonic() - began))


class Nursery:
    """The one process that loaded everything, whose forks work on any installation."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "nursery.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                env=clean_environment() | {"ALLEARS_DATA": str(folder / "unused")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._answer() == "ready", self.log.read_text()

    def begin(self, environment: Mapping[str, str], log: Path, *command: str) -> int:
        """Have a process born for an installation, and return its id."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([dict(environment), str(log), *command]) + "\n")
        self._process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@dataclass
class Rig:
    """A data folder, and the processes that work on it. `url` is where `serve` and `web` listen."""

    nursery: Nursery
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.port = find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._reports = 0
        self._children: list[int] = []
        self._own = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "ALLEARS_DATA": str(self.data),
            "ALLEARS_ALLOW_PRIVATE_ADDRESSES": "1",
            **self.environment,
        }

    def start(self, command: str, *arguments: str) -> int:
        """Start a process and return its id."""
        self._children.append(self.nursery.begin(self._own, self.log, command, *arguments))
        return self._children[-1]

    def serve(self, *arguments: str, command: str = "serve") -> int:
        """Start the web server (with workers) and return once it answers."""
        pid = self.start(command, *arguments)
        wait_until(lambda: self.is_ready() or not is_alive(pid), "an answer")
        assert is_alive(pid), self.log.read_text()[-3000:]
        return pid

    def is_ready(self) -> bool:
        return self.ask("GET", "/readyz")[0] == 200

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Ask on a line of its own; return the status (0 when nobody answered) and the body."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, body, dict(headers or {}))
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            return 0, b""
        finally:
            line.close()

    def kill(self, pid: int) -> None:
        """Kill outright, and return when it is gone."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid), "its end")

    def end(self, pid: int) -> float:
        """Ask to finish, and return the seconds it took."""
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not is_alive(pid), "its end")
        return time.monotonic() - began

    def do(self, deed: str, *arguments: str) -> Any:
        """Have a deed done and return what it found."""
        self._reports += 1
        report = self.folder / f"report-{self._reports}.json"
        pid = self.start("deed", deed, str(report), *arguments)
        wait_until(lambda: report.exists() or not is_alive(pid), deed)
        assert report.exists(), self.log.read_text()[-3000:]
        return json.loads(report.read_text())

    def audit(self) -> dict[str, Any]:
        """Run `allears audit --json`."""
        self._reports += 1
        report = self.folder / f"report-{self._reports}.json"
        pid = self.start("audit", str(report))
        wait_until(lambda: not is_alive(pid), "the audit")
        found: dict[str, Any] = json.loads(report.read_text())
        return found

    def drained(self) -> dict[str, Any]:
        """Wait until nothing waits to be read, and return what is stored."""
        wait_until(self._is_drained, "an empty queue")
        found: dict[str, Any] = self.do("look")
        return found

    def _is_drained(self) -> bool:
        status, body = self.ask("GET", "/readyz")
        return status == 200 and json.loads(body)["waiting"] == 0

    def close(self) -> None:
        """Kill whatever still runs on it."""
        for pid in self._children:
            if is_alive(pid):
                self.kill(pid)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Sender:
    """A program that delivers numbered messages, each until it is acknowledged, as a careful program does."""

    def __init__(self, rig: Rig, desk: Mapping[str, str], name: str, *, size: int = 0) -> None:
        self.name = name
        self.acknowledged: list[str] = []
        self.tried: list[str] = []
        self.statuses: list[int] = []
        self._rig, self._desk, self._size = rig, desk, size
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> "Sender":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop after the message in hand."""
        self._stopped.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            self.tried.append(f"{self.name}-{number}")
            self.deliver(self.tried[-1])

    def deliver(self, id_: str) -> bool:
        """Deliver one message until it is acknowledged; false when stopped before that."""
        while not self._stopped.is_set():
            if self.post(id_) == 202:
                self.acknowledged.append(id_)
                return True
            self._stopped.wait(0.02)
        return False

    def post(self, id_: str) -> int:
        """Deliver one message once; 0 when nobody answered."""
        author = {"id": self.name, "name": self.name}
        message = {
            "id": id_,
            "thread": f"with {self.name}",
            "author": author,
            "text": f"{id_} {'x' * self._size}",
        }
        body = json.dumps(message).encode()
        signature = hmac.new(self._desk["secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-allears-signature": f"sha256={signature}"}
        self.statuses.append(self._rig.ask("POST", self._desk["path"], body, headers)[0])
        return self.statuses[-1]
