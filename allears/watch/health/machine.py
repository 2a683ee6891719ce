"""The machine: disk and what grows on it, memory, clocks, versions."""

import os
import platform
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from allears import __version__
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.queries import newest_event_at
from allears.foundation.work.queries import last_time
from allears.watch.health.findings import Finding, Light, as_size, length_of

LEAST_FREE, LITTLE_FREE = 1024**3, 5 * 1024**3
LEAST_MEMORY = 100 * 1024**2
SAFE_SQLITE = (3, 51, 3)
SKEW = timedelta(seconds=5)
GROWN_IN = timedelta(days=7)
SIZES = "sizes"
SIZED = {"default": mark("Main database"), "intake": mark("Envelopes"), "files": mark("Attachments")}


def look_at_disk(_workspace_id: int | None) -> Iterator[Finding]:
    """Look at the space that is left, and at what takes it."""
    yield _free(shutil.disk_usage(settings.DATA).free)
    sizes = measure_sizes()
    for key, name in SIZED.items():
        if key in sizes:
            yield Finding(group="disk", name=name, message="%(size)s", facts={"size": as_size(sizes[key])})
    yield _growth(sum(sizes.values()))
    is_writable = os.access(settings.DATA, os.W_OK)
    yield Finding(
        group="disk",
        name=mark("Data folder"),
        message=mark("can be written to") if is_writable else mark("can't be written to"),
        light=Light.GOOD if is_writable else Light.HOT,
        advice="" if is_writable else mark("Give it to the user that All Ears runs as."),
    )


def _free(size: int) -> Finding:
    light = Light.HOT if size < LEAST_FREE else Light.WARM if size < LITTLE_FREE else Light.GOOD
    advice = mark("Make room, or move the data folder: nothing can be taken in on a full disk.")
    return Finding(
        group="disk",
        name=mark("Free"),
        message=mark("%(size)s free"),
        facts={"size": as_size(size)},
        light=light,
        advice="" if light == Light.GOOD else advice,
    )


def measure_sizes() -> dict[str, int]:
    """Measure the databases and the attachments, in bytes."""
    sizes = {one.alias: _database_size(one.alias) for one in connections.all()}
    return {**sizes, "files": _folder_size(Path(settings.FILES))}


def _database_size(alias: str) -> int:
    one = connections[alias]
    if one.vendor == "postgresql":
        with one.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(one.settings_dict["NAME"])
    files = [path, path.with_name(f"{path.name}-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def _folder_size(folder: Path) -> int:
    """Add up a folder's files, as the last count of them knew it plus what stands in it now.

    Attachments lie in 256 folders; a million of them take a second or so to walk, once in a while.
    """
    total = 0
    pending = [folder] if folder.exists() else []
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def _growth(size: int) -> Finding:
    """Say how much it grew, against the oldest note of the last week."""
    noted = last_time(SIZES)
    days = {datetime.fromisoformat(day): int(total) for day, total in (noted.facts if noted else {}).items()}
    recent = {at: total for at, total in days.items() if timedelta(hours=20) < now() - at <= GROWN_IN}
    name = mark("Growth")
    if not recent:
        return Finding(group="disk", name=name, message=mark("known after the first day"))
    since = min(recent)
    facts = {"size": as_size(max(size - recent[since], 0)), "age": length_of(now() - since)}
    return Finding(group="disk", name=name, message=mark("%(size)s in %(age)s"), facts=facts)


def look_at_machine(_workspace_id: int | None) -> Iterator[Finding]:
    """Look at memory and clocks."""
    memory = _memory()
    if memory:
        used, free = memory
        is_little = free < LEAST_MEMORY
        yield Finding(
            group="machine",
            name=mark("Memory"),
            message=mark("this process takes %(used)s; %(free)s are free"),
            facts={"used": as_size(used), "free": as_size(free)},
            light=Light.WARM if is_little else Light.GOOD,
            advice=mark("Close what else runs on this machine, or give it more memory.") if is_little else "",
        )
    skew = max(_ahead_of_us(), timedelta())
    yield Finding(
        group="machine",
        name=mark("Clock"),
        message=mark("%(age)s behind what was recorded last") if skew > SKEW else mark("right"),
        facts={"age": length_of(skew)},
        light=Light.WARM if skew > SKEW else Light.GOOD,
        advice=mark("Let the machine keep its time by the network (NTP).") if skew > SKEW else "",
    )


def _memory() -> tuple[int, int] | None:
    """Read how much memory this process takes and how much is free, in bytes; None where nobody tells."""
    status, machine = Path("/proc/self/status"), Path("/proc/meminfo")
    if not (status.exists() and machine.exists()):
        return None
    return _kilobytes(status, "VmRSS:"), _kilobytes(machine, "MemAvailable:")


def _kilobytes(path: Path, name: str) -> int:
    lines = [line for line in path.read_text().splitlines() if line.startswith(name)]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def _ahead_of_us() -> timedelta:
    """Say how far the database's clock, or the newest event, is ahead of this machine's clock."""
    newest = newest_event_at()
    ahead = newest - now() if newest else timedelta()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            ahead = max(ahead, cursor.fetchone()[0] - now(), key=abs)
    return ahead


def look_at_versions(_workspace_id: int | None) -> Iterator[Finding]:
    """Say what runs, and whether the tables and the database files are as they should be."""
    for name, version in (
        ("All Ears", __version__),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
    ):
        yield Finding(group="versions", name=name, message="%(version)s", facts={"version": version})
    for one in connections.all():
        yield from _postgresql() if one.vendor == "postgresql" else _sqlite(one.alias)
    yield _migrations()
    mode = settings.VAULT_KEY_FILE.stat().st_mode & 0o077 if settings.VAULT_KEY_FILE.exists() else 0
    yield Finding(
        group="secrets",
        name=mark("Vault key"),
        message=mark("readable by others") if mode else mark("readable by its owner only"),
        light=Light.HOT if mode else Light.GOOD,
        advice=mark("chmod 600 the key's file.") if mode else "",
    )


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        facts = {"version": cursor.fetchone()[0]}
    yield Finding(group="versions", name="PostgreSQL", message="%(version)s", facts=facts)


def _sqlite(alias: str) -> Iterator[Finding]:
    with connections[alias].cursor() as cursor:
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    is_good = tuple(map(int, version.split("."))) >= SAFE_SQLITE and mode == "wal"
    if alias == "default" or not is_good:
        yield Finding(
            group="versions",
            name="SQLite",
            message=mark("%(version)s, journal %(mode)s"),
            facts={"version": version, "mode": mode},
            light=Light.GOOD if is_good else Light.HOT,
            advice="" if is_good else mark("Install what requirements.lock lists; older ones may lose data."),
        )


def _migrations() -> Finding:
    missing = _missing_migrations()
    return Finding(
        group="versions",
        name=mark("Tables"),
        message=mark("%(count)s changes are missing") if missing else mark("up to date"),
        facts={"count": missing},
        light=Light.HOT if missing else Light.GOOD,
        advice=mark("Start All Ears again: it brings its tables up to date.") if missing else "",
    )


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
