"""A whole Bluesky network on this machine: data server, view of the network, directory of names.

It comes from npm once, into a cache outside the repository, by the recipe beside the reference data; it needs a
PostgreSQL, which the tests bring, and Debian's redis-server. It has no direct messages.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.networks.shared import shared_folder
from tests.servers.postgres import PostgresMissing, find_free_port, start_postgres

PDS, VIEW = "http://localhost:2583", "http://localhost:2584"
PORTS = (2581, 2582, 2583, 2584, 2587)
INSTALLING, STARTING = 900.0, 300.0


class BlueskyMissing(RuntimeError):
    """The network can't be run here; the message says what is missing."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account on the network, and what their program may do."""

    handle: str
    did: str
    token: str
    password: str

    def ask(self, method: str, base: str = PDS, **query: Any) -> dict[str, Any]:
        """Ask the network something, as this person."""
        answer = httpx.get(f"{base}/xrpc/{method}", params=query, headers=self._headers(), trust_env=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def tell(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Have the network do something, as this person."""
        answer = httpx.post(f"{PDS}/xrpc/{method}", json=body, headers=self._headers(), trust_env=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def write(self, collection: str, **fields: Any) -> dict[str, Any]:
        """Write a record: {"uri", "cid"}."""
        record = {"$type": collection, "createdAt": datetime.now(UTC).isoformat(), **fields}
        return self.tell(
            "com.atproto.repo.createRecord", {"repo": self.did, "collection": collection, "record": record}
        )

    def post(self, text: str, **fields: Any) -> dict[str, Any]:
        return self.write("app.bsky.feed.post", text=text, **fields)

    def delete(self, uri: str) -> None:
        repo, collection, key = uri.removeprefix("at://").split("/")
        self.tell("com.atproto.repo.deleteRecord", {"repo": repo, "collection": collection, "rkey": key})

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def join(name: str) -> Person:
    """Open an account; it gets an app password as people make one for a desk."""
    handle = f"{name}.test"
    wanted = {"handle": handle, "email": f"{name}@people.example", "password": "a-long-password"}
    answer = httpx.post(f"{PDS}/xrpc/com.atproto.server.createAccount", json=wanted, trust_env=False)
    answer.raise_for_status()
    made = answer.json()
    person = Person(handle, made["did"], made["accessJwt"], "")
    password = person.tell("com.atproto.server.createAppPassword", {"name": "desk"})["password"]
    return Person(handle, made["did"], made["accessJwt"], password)


@contextmanager
def bluesky_network() -> Iterator[None]:
    """Run the network. Raise BlueskyMissing when this machine can't."""
    _look_around()
    program = _installed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            postgres = start_postgres(folder / "postgres")
        except PostgresMissing as error:
            raise BlueskyMissing(str(error)) from error
        redis_port = find_free_port()
        redis = subprocess.Popen(
            ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", name],
            stdout=subprocess.DEVNULL,
        )
        try:
            with psycopg.connect(postgres.url, autocommit=True) as line:
                line.execute("CREATE DATABASE bsky")
            url = postgres.url.rsplit("/", 1)[0] + "/bsky"
            with _running(program, url, redis_port, folder):
                yield
        finally:
            redis.terminate()
            redis.wait()
            postgres.stop()


@contextmanager
def _running(program: Path, database: str, redis_port: int, folder: Path) -> Iterator[None]:
    environment = {
        **os.environ,
        "PATH": f"{program / 'node22' / 'bin'}:{os.environ['PATH']}",
        "DB_POSTGRES_URL": database,
        "DB_POSTGRES_SCHEMA": "bsky",
        "REDIS_HOST": f"127.0.0.1:{redis_port}",
        "LOG_ENABLED": "false",
    }
    log = folder / "network.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["node", "--import", "./loopback.mjs", "up.mjs"],
            cwd=program,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for_ready(process, log)
            yield
        finally:
            process.kill()
            process.wait()


def _wait_for_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        if b"READY" in log.read_bytes():
            return
        time.sleep(0.1)
    raise RuntimeError(f"The network did not start: {log.read_text(errors='replace')[-2000:]}")


def _look_around() -> None:
    folder = shared_folder()
    if folder is None or not (folder / "servers" / "bluesky" / "install.sh").exists():
        raise BlueskyMissing("no reference data beside the repository says how to set the network up")
    for program in ("npm", "node", "redis-server"):
        if not shutil.which(program):
            raise BlueskyMissing(f"{program} is not installed here")
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise BlueskyMissing(f"something else already uses the port {port}") from error


def _installed() -> Path:
    """Give the folder of the network, installed on first use, which takes minutes."""
    found = shared_folder()
    assert found
    recipe = found / "servers" / "bluesky"
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "allears-tests" / "bluesky"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            for name in ("install.sh", "loopback.mjs", "up.mjs"):
                (folder / name).write_bytes((recipe / name).read_bytes())
            done = subprocess.CompletedProcess[bytes]([], 1)
            with suppress(subprocess.TimeoutExpired):
                done = subprocess.run(["bash", "install.sh"], cwd=folder, check=False, timeout=INSTALLING)
            if done.returncode:
                raise BlueskyMissing("the network could not be installed from npm")
            (folder / "installed").touch()
    return folder
