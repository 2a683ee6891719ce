"""A world for one measurement: a temporary data folder, perhaps a PostgreSQL, a workspace, a channel, a server."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.usage import cpu_seconds
from tests.servers.desk import Desk, clean_environment, start_desk
from tests.servers.postgres import Postgres, start_postgres
from tests.servers.tables import lay_tables

OWNER = "owner@shop.example"
PASSWORD = "correct horse battery staple"
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class World:
    """Where the product under measurement lives, and how to talk to it."""

    folder: Path
    db: str
    environment: dict[str, str] = field(default_factory=dict)
    postgres: Postgres | None = None

    def run(self, *arguments: str, given: str = "") -> str:
        """Run a command of the product and return what it printed."""
        return self._run([sys.executable, "-m", "allears", *arguments], given)

    def inside(self, **order: Any) -> dict[str, Any]:
        """Have bench/inside.py do one thing in a process of its own."""
        cpu = self.database_cpu()
        lines = self._run([sys.executable, "-m", "bench.inside", json.dumps(order)]).splitlines()
        found: dict[str, Any] = json.loads(lines[-1])
        if self.postgres and "messages" in found:
            found["database_cpu_us"] = round((self.database_cpu() - cpu) / found["messages"] * 1e6, 1)
        return found

    def _run(self, command: list[str], given: str = "") -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[2:]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def add_channel(self, kind: str, name: str, **values: str) -> dict[str, Any]:
        """Add a channel and return what the product says of it."""
        settings = [part for key, value in values.items() for part in ("--set", f"{key}={value}")]
        return json.loads(self.run("channel", "add", kind, "--name", name, *settings, "--json"))

    def audit(self) -> dict[str, Any]:
        """Have the product prove that nothing was lost."""
        return json.loads(self.run("audit", "--json"))

    def database_cpu(self) -> float:
        """Return the CPU time of the database server so far; 0 where there is none."""
        return cpu_seconds(self.postgres.process.pid) if self.postgres else 0.0

    @contextmanager
    def serving(self) -> Iterator[Desk]:
        """Serve for as long as the block runs."""
        desk = start_desk(self.folder, environment=self.environment)
        try:
            yield desk
        finally:
            desk.stop()


@contextmanager
def world(db: str, folder: Path | None = None) -> Iterator[World]:
    """Make a world and take it down again; one in a folder that is named stays there."""
    place = Path(folder or tempfile.mkdtemp(prefix="allears-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    postgres = start_postgres(place, is_durable=True, settings=TUNED) if db == "postgres" else None
    environment = clean_environment() | {
        "ALLEARS_DATA": str(place / "data" if postgres else lay_tables(place / "data")),
        "ALLEARS_ALLOW_PRIVATE_ADDRESSES": "1",
        "ALLEARS_LOG_LEVEL": "WARNING",
    }
    if postgres:
        environment["DATABASE_URL"] = postgres.url
    made = World(place, db, environment, postgres)
    try:
        made.run("setup", "--owner", OWNER, "--password-file", "-", given=PASSWORD)
        yield made
    finally:
        if postgres:
            postgres.stop()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


# What a small server of its own would be given on this machine.
TUNED = {"shared_buffers": "512MB", "max_wal_size": "4GB", "work_mem": "16MB", "effective_cache_size": "4GB"}
