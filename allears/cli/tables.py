"""Bring the tables up to date, one process at a time, and let the database look at them afterwards."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connections, transaction

from allears.cli.setting_up import console, fail
from allears.foundation.work.actions import note_time
from allears.foundation.work.queries import last_time

MIGRATE_LOCK = 7_215_002
TABLES = "tables"
# A file of its own for one app has no use for the migrations of the others, and they are half of a first start.
ONLY = {"intake": "intake"}


def bring_tables_up_to_date(databases: list[str]) -> None:
    """Run what migrations are missing; fail with what to do when a database can't be reached."""
    try:
        if not _are_as_left(databases):
            _look_at_each(databases)
        _keep_ids_apart()
    except OperationalError as error:
        fail(f"the database can't be used: {str(error).strip()}. Check DATABASE_URL, or the data folder.")


def _look_at_each(databases: list[str]) -> None:
    if any(_has_missing_migrations(alias) for alias in databases):
        with _alone():
            for alias in databases:
                _migrate(alias)
    note_time(TABLES, fingerprint=_fingerprint(databases))


def _are_as_left(databases: list[str]) -> bool:
    """Say whether neither the tables nor the migrations have changed since they last agreed.

    To read all migrations takes a second of every start, and nearly always there is nothing new.
    """
    try:
        noted = last_time(TABLES)
        return noted is not None and noted.facts.get("fingerprint") == _fingerprint(databases)
    except DatabaseError:
        return False


def _fingerprint(databases: list[str]) -> str:
    """Digest the names of all migrations there are, and of those that each database has seen."""
    paths = (path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/*.py"))
    parts = sorted(f"{path.parent.parent.name}/{path.name}" for path in paths)
    for alias in databases:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
            parts += [f"{alias}:{app}.{name}" for app, name in cursor.fetchall()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _keep_ids_apart() -> None:
    from allears.pipeline.intake.actions import keep_ids_apart

    keep_ids_apart()


def _has_missing_migrations(alias: str) -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes(ONLY.get(alias))))


def _migrate(alias: str) -> None:
    """Migrate, then ANALYZE: without it one index made the queue two thousand times slower."""
    if not _has_missing_migrations(alias):
        return
    console.print("Bringing the tables up to date …")
    wanted = [ONLY[alias]] if alias in ONLY else []
    with _all_or_nothing(alias):
        call_command("migrate", *wanted, database=alias, verbosity=0, interactive=False)
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _all_or_nothing(alias: str) -> Iterator[None]:
    """Migrate SQLite in one transaction: Django makes tables and notes it in two, and a process killed
    between them could never start again."""
    connection = connections[alias]
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    with connection.constraint_checks_disabled(), transaction.atomic(using=alias):
        yield


@contextmanager
def _alone() -> Iterator[None]:
    """Let processes that start together, on one machine or several, migrate one after the other."""
    connection = connections["default"]
    with (settings.DATA / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATE_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATE_LOCK])
