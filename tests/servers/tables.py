"""The empty tables of an installation on SQLite, made once: whoever needs them begins from a copy.

To run every migration takes many seconds, and a whole test run needs them dozens of times. They are made
anew, by a start as people start it, whenever a migration or what migrations stand on has changed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.desk import clean_environment

ROOT = Path(__file__).parents[2]
FILES = ("allears.db", "intake.db")
# What a first start runs, no more, and nothing left unwritten beside the files.
FIRST_START = """
from allears.cli.setting_up import prepare
prepare()
from django.db import connections
connections.close_all()
"""


def lay_tables(data: Path) -> Path:
    """Put the files of a first start into a data folder, unless it has its own; return the folder."""
    data.mkdir(parents=True, exist_ok=True)
    if not any((data / name).exists() for name in FILES):
        for name in FILES:
            shutil.copyfile(kept_tables() / name, data / name)
    return data


def kept_tables() -> Path:
    """Give the folder of the files as they are after a first start."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "allears-tests"
    caches.mkdir(parents=True, exist_ok=True)
    folder = caches / f"tables-{digest()}"
    with (caches / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make_tables(caches, folder)
    return folder


def make_tables(caches: Path, folder: Path) -> None:
    for outdated in sorted(caches.glob("tables-*"), key=lambda path: path.stat().st_mtime)[:-9]:
        shutil.rmtree(outdated)
    with TemporaryDirectory(dir=caches) as made:
        environment = clean_environment() | {"ALLEARS_DATA": made}
        subprocess.run([sys.executable, "-c", FIRST_START], env=environment, cwd=ROOT, check=True)
        half = Path(made) / "half"
        half.mkdir()
        for name in FILES:
            assert not (Path(made) / f"{name}-wal").exists()
            shutil.move(Path(made) / name, half / name)
        half.rename(folder)


def digest() -> str:
    """Digest what decides how the tables come out: migrations, what they stand on, Django's version."""
    house = ROOT / "allears"
    paths = [*house.rglob("migrations/*.py"), *(house / "foundation").rglob("*.py"), house / "settings.py"]
    paths += [*(house / "cli").glob("*.py"), ROOT / "requirements.lock"]
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:24]
