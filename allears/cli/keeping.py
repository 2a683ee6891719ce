"""Back up everything into one file while All Ears runs, and put it back.

The file of envelopes is copied first: what the main file has filed since is then simply here twice,
never missing (see docs/operating.md).
"""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.progress import track

from allears.cli.setting_up import console, fail, out, prepare

DATABASES = ("intake", "default")
NAMES = {"intake": "intake.db", "default": "allears.db"}
KEYS = ("secret.key", "vault.key")
DUMP = "allears.pgdump"


def back_up(target: Path) -> None:
    """Write the databases, the attachments and the keys into a .tar.gz that only its owner can read."""
    prepare()
    from django.conf import settings

    from allears.foundation.work.actions import note_time
    from allears.watch.health.running import BACKUP

    if target.exists():
        fail(f"{target} exists already. Choose another name.")
    half = target.with_name(f"{target.name}.part")
    with TemporaryDirectory(dir=settings.DATA) as folder:
        copies = _dump_postgresql(Path(folder)) if settings.DATABASE_URL else _copy_sqlite(Path(folder))
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar:
            for copy in copies:
                tar.add(copy, copy.name)
            _add_files(tar, settings)
            raw.flush()
            os.fsync(raw.fileno())
    half.replace(target)
    note_time(BACKUP, size=target.stat().st_size)
    out.print(f"Backed up to {target}. It holds your keys: keep it safe.", markup=False)


def _copy_sqlite(folder: Path) -> list[Path]:
    from django.db import connections

    copies = []
    for alias in DATABASES:
        copy = folder / NAMES[alias]
        with connections[alias].cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        copies.append(copy)
    return copies


def _dump_postgresql(folder: Path) -> list[Path]:
    program = shutil.which("pg_dump")
    if program is None:
        fail("pg_dump is not here. Install PostgreSQL's client programs, of the server's version or newer.")
    copy = folder / DUMP
    done = subprocess.run(
        [program, "--format=custom", f"--file={copy}", os.environ["DATABASE_URL"]], check=False
    )
    if done.returncode:
        fail("pg_dump failed; see above.")
    return [copy]


def _add_files(tar: tarfile.TarFile, settings: Any) -> None:
    for key in KEYS:
        if (settings.DATA / key).exists():
            tar.add(settings.DATA / key, key)
    files = [path for path in Path(settings.FILES).rglob("*") if path.is_file() and path.suffix != ".part"]
    for path in track(files, "Attachments", console=console, disable=not files):
        tar.add(path, f"files/{path.relative_to(settings.FILES)}")


def restore(source: Path, *, replace: bool) -> None:
    """Put a backup back. What is there now is put aside first, or the command refuses."""
    prepare(with_tables=False)
    from django.conf import settings

    from allears.foundation.clock import now
    from allears.foundation.work.lock import hold_folder

    if not hold_folder(settings.DATA, "workers"):
        fail("All Ears is running on this data folder. Stop it first.")
    if any((settings.DATA / name).exists() for name in NAMES.values()):
        if not replace:
            fail("this data folder is in use. Add --replace to put what is there aside.")
        _put_aside(settings.DATA, f"before-restore-{now():%Y%m%d-%H%M%S}")
    with tarfile.open(source, "r:gz") as tar:
        tar.extractall(settings.DATA, filter="data")
    if (settings.DATA / DUMP).exists():
        _restore_postgresql(settings.DATA / DUMP)
    else:
        _mark_newer_endings()
    out.print("Restored. Start All Ears again.")


def _put_aside(folder: Path, name: str) -> None:
    aside = folder / name
    aside.mkdir()
    for path in folder.iterdir():
        if path != aside and path.suffix != ".lock":
            path.rename(aside / path.name)
    console.print(f"What was there is in {aside}.", markup=False)


def _restore_postgresql(dump: Path) -> None:
    program = shutil.which("pg_restore")
    if program is None:
        fail("pg_restore is not here. Install PostgreSQL's client programs.")
    url = os.environ["DATABASE_URL"]
    done = subprocess.run(
        [program, "--clean", "--if-exists", "--no-owner", f"--dbname={url}", str(dump)], check=False
    )
    dump.unlink()
    if done.returncode:
        fail("pg_restore failed; see above.")


def _mark_newer_endings() -> None:
    """Mark the endings whose envelopes came after the first copy was made: their bytes are not here."""
    from django.db import connections
    from django.db.models import Max

    from allears.pipeline.intake.models import Ending, Envelope

    connections.close_all()
    newest = Envelope.objects.aggregate(newest=Max("id"))["newest"] or 0
    Ending.objects.filter(envelope_id__gt=newest).update(is_purged=True)
