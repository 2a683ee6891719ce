"""Prism as an independent judge: what we ask of a network, and what its fake answers, by the official description.

    def test_a_reply_is_as_x_wants_it() -> None:
        with FakeX() as fake, judged(fake, spec("x", "openapi.care.json")) as judge:
            ...  # the connector's base address is judge.url
        assert judge.violations == []

A request goes to our front, to Prism, to our back, to the fake. One Prism serves each description for the whole
run, for it takes seconds to start; the back is what lets it stand before another fake each time.
Prism comes from npm, once, into a cache outside the repository; without node a test says so and is skipped.
"""

import atexit
import contextlib
import fcntl
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from tests.networks.faults import Asked, FakeNetwork, Fault, Reply

VERSION = "5.16.0"
STARTING = 60.0
NOT_PASSED_ON = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "content-encoding",
    "accept-encoding",
}


class Relay(FakeNetwork):
    """Hands every request on to `target`, and keeps what Prism says of it."""

    def __init__(self, target: str = "") -> None:
        super().__init__()
        self.target = target
        self.violations: list[str] = []

    def respond(self, asked: Asked) -> tuple[Reply, Fault]:
        self.asked.append(asked)
        headers = {name: value for name, value in asked.headers.items() if name not in NOT_PASSED_ON}
        headers["accept-encoding"] = "identity"
        url = f"{self.target}{asked.path}?{asked.raw_query}"
        answer = httpx.request(
            asked.method, url, content=asked.body, headers=headers, timeout=30, trust_env=False
        )
        kept = {name: value for name, value in answer.headers.items() if name not in NOT_PASSED_ON}
        self.violations += [
            told(asked, answer.status_code, violation) for violation in listed(kept.pop("sl-violations", ""))
        ]
        return Reply(status=answer.status_code, body=answer.content, headers=kept), Fault(is_done=True)


def listed(header: str) -> Iterator[dict[str, Any]]:
    """Read the violations of a header; when there are many, Prism cuts it off in the middle of one."""
    decoder, at = json.JSONDecoder(), header.find("{")
    while at >= 0:
        try:
            violation, end = decoder.raw_decode(header, at)
        except json.JSONDecodeError:
            return
        yield violation
        at = header.find("{", end)


def told(asked: Asked, status: int, violation: dict[str, Any]) -> str:
    """Put a violation in one line: which request, where in it, what is wrong."""
    place = ".".join(str(piece) for piece in violation.get("location", []))
    return f"{asked.method} {asked.path} ({status}) {place}: {violation.get('message')}"


class Judge(Relay):
    """The front: `url` is what a connector is given, `violations` is what Prism objected to."""

    def of_requests(self) -> list[str]:
        """Leave out what is wrong with the fake's own answers."""
        return [line for line in self.violations if ") request" in line]


@contextlib.contextmanager
def judged(fake: FakeNetwork, description: Path) -> Iterator[Judge]:
    """Put Prism before a fake. Skips the test where there is no node."""
    prism_url, back = prism_for(description)
    back.target = fake.url
    with Judge(prism_url) as judge:
        yield judge


@cache
def prism_for(description: Path) -> tuple[str, Relay]:
    """Start the one Prism of a description; it ends with the run."""
    program = installed_prism()
    back = Relay().__enter__()
    port = free_port()
    command = [
        str(program),
        "proxy",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        str(bearable(description)),
        back.url,
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=quiet())
        atexit.register(end, process, back)
        wait_for(port, process, log)
    return f"http://127.0.0.1:{port}", back


def bearable(description: Path) -> Path:
    """Mend what would make Prism fall over a description, or object to what it means to allow.

    A header is described as an object (Mastodon's keys): it is a string. A body is exactly one of several
    kinds, though words with a picture are two of them (Mastodon's statuses): it is any.
    """
    if description.suffix != ".json":
        return description
    content = json.loads(description.read_text())
    operations = [it for path in content["paths"].values() for it in path.values() if isinstance(it, dict)]
    for parameter in (each for operation in operations for each in operation.get("parameters", [])):
        if parameter.get("in") == "header" and parameter.get("schema", {}).get("type") == "object":
            parameter["schema"]["type"] = "string"
    contents = [operation.get("requestBody", {}).get("content", {}) for operation in operations]
    for schema in (kind.get("schema", {}) for kinds in contents for kind in kinds.values()):
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")
    folder = Path(tempfile.mkdtemp(prefix="allears-prism-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / description.name
    copy.write_text(json.dumps(content))
    return copy


def end(process: "subprocess.Popen[bytes]", back: Relay) -> None:
    process.terminate()
    process.wait()
    back.__exit__()


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    log.seek(0)
    pytest.fail("Prism did not start: " + log.read().decode(errors="replace")[-2000:])


def free_port() -> int:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        return int(holder.getsockname()[1])


def quiet() -> dict[str, str]:
    return {**os.environ, "SCARF_ANALYTICS": "false", "npm_config_update_notifier": "false", "NO_COLOR": "1"}


@cache
def installed_prism() -> Path:
    """Give the program, installed on first use; skip the test where that can't be."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no node: requests are not held against the official description here")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "allears-tests" / f"prism-{VERSION}"
    program = folder / "node_modules" / ".bin" / "prism"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            install(folder)
    if not program.exists():
        pytest.skip(
            "Prism could not be installed by npm: requests are not held against the official description"
        )
    return program


def install(folder: Path) -> None:
    package = f"@stoplight/prism-cli@{VERSION}"
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package]
    subprocess.run(command, check=False, env=quiet(), timeout=300)
