"""Examine an installation: what is well, what is not, and what to do."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from allears.cli.setting_up import console, fail, out, prepare

LEAST_FREE = 1024**3
LATE_AFTER = 300
SAFE_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    is_good: bool
    message: str


def examine(*, as_json: bool) -> None:
    """Print every finding; exit 1 when something needs a person."""
    prepare()
    findings = [*_databases(), *_folder(), *_keys(), *_queue(), *_channels(), *_jobs()]
    if as_json:
        out.print_json(json.dumps([asdict(finding) for finding in findings]))
    for finding in findings if not as_json else []:
        out.print(f"{'ok  ' if finding.is_good else 'BAD '} {finding.name}: {finding.message}", markup=False)
    if not all(finding.is_good for finding in findings):
        sys.exit(1)


def rotate_vault_key() -> None:
    """Seal what older vault keys sealed with the first one."""
    prepare()
    from allears.foundation.vault import VaultLocked
    from allears.pipeline.channels.actions import seal_channels_again
    from allears.watch.webhooks.secrets import seal_endpoints_again

    try:
        count, webhooks = seal_channels_again(), seal_endpoints_again()
    except VaultLocked as error:
        fail(str(error))
    console.print(f"{count} channels and {webhooks} webhooks were sealed again with the first vault key.")


def _databases() -> Iterator[Finding]:
    from django.db import connections

    for connection in connections.all():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SHOW server_version")
                yield Finding("PostgreSQL", True, f"version {cursor.fetchone()[0]}")
                continue
            version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
            is_safe = tuple(map(int, version.split("."))) >= SAFE_SQLITE
            yield Finding(f"SQLite {connection.alias}", is_safe, f"version {version}")
            mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
            health = cursor.execute("PRAGMA quick_check").fetchone()[0]
            is_good = mode == "wal" and health == "ok"
            yield Finding(f"file {connection.alias}", is_good, f"journal {mode}, check {health}")


def _folder() -> Iterator[Finding]:
    from django.conf import settings

    free = shutil.disk_usage(settings.DATA).free
    yield Finding("disk", free > LEAST_FREE, f"{free / 1024**3:.1f} GB free")
    mode = settings.VAULT_KEY_FILE.stat().st_mode & 0o077 if settings.VAULT_KEY_FILE.exists() else 0
    yield Finding(
        "vault key", not mode, "readable by its owner only" if not mode else "readable by others: chmod 600"
    )
    yield Finding("data folder", os.access(settings.DATA, os.W_OK), str(settings.DATA.name))


def _keys() -> Iterator[Finding]:
    from allears.foundation.vault import VaultLocked
    from allears.pipeline.channels.models import Channel
    from allears.pipeline.channels.queries import secrets_of

    locked = []
    for channel in Channel.objects.order_by("id"):
        try:
            secrets_of(channel)
        except VaultLocked:
            locked.append(channel.name)
    message = (
        f"can't be opened for: {', '.join(locked)}. Put the old vault key back."
        if locked
        else "can be opened"
    )
    yield Finding("secrets", not locked, message)


def _queue() -> Iterator[Finding]:
    from allears.foundation.clock import now
    from allears.pipeline.intake.models import EndedAs, Ending
    from allears.pipeline.intake.queries import count_waiting, oldest_waiting_since

    since = oldest_waiting_since()
    wait = (now() - since).total_seconds() if since else 0
    advice = "" if wait < LATE_AFTER else " Is a worker running?"
    yield Finding("intake", wait < LATE_AFTER, f"{count_waiting()} wait, the first for {wait:.0f} s.{advice}")
    dead = Ending.objects.filter(ended_as=EndedAs.DEAD).count()
    yield Finding("dead letters", not dead, f"{dead}" + (". See settings, dead letters." if dead else ""))


def _channels() -> Iterator[Finding]:
    from allears.pipeline.channels.models import Channel

    for channel in Channel.objects.order_by("id"):
        trouble = channel.trouble % channel.trouble_facts if channel.trouble_facts else channel.trouble
        is_good = not trouble and channel.state != "disconnected"
        yield Finding(f"channel {channel.name}", is_good, trouble or channel.state)


def _jobs() -> Iterator[Finding]:
    from allears.foundation.work.models import Job

    parked = list(Job.objects.filter(is_parked=True).values_list("name", flat=True))
    yield Finding("jobs", not parked, f"given up: {', '.join(parked)}" if parked else "none given up")
