"""Mail on its way in: from an mbox file, and from a mailbox of a small IMAP server."""

import imaplib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.messages import say
from bench.usage import cpu_seconds
from bench.watching import Watcher
from bench.world import World
from tests.servers.postgres import find_free_port

USER, PASSWORD = "care@shop.example", "kettle-harbour-39"


def measure_import(place: World, count: int, run: int) -> dict[str, Any]:
    """Import an mbox file in a process of its own; what starting costs is measured and taken off."""
    channel = f"Import {run}"
    place.add_channel("email", channel, **mailbox(9))
    empty, full = place.folder / "one.mbox", place.folder / f"{run}.mbox"
    write_mbox(empty, 1, 30_000_001 + run)
    write_mbox(full, count, 31_000_001 + run * count)
    start_wall, start_cpu, _ = timed_import(place, empty, channel)
    wall, cpu, report = timed_import(place, full, channel)
    assert report["messages"] == count, report
    return {
        "mails": count,
        "bytes_per_mail": round(full.stat().st_size / count),
        "per_second": round(count / (wall - start_wall)),
        "cpu_us_per_mail": round((cpu - start_cpu) / count * 1e6),
    }


def timed_import(place: World, path: Path, channel: str) -> tuple[float, float, dict[str, Any]]:
    """Run the product's import and return wall seconds, CPU seconds and its report."""
    import resource

    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    cpu = place.database_cpu()
    report = json.loads(place.run("import", str(path), "--as", "mbox", "--channel", channel, "--json"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent + place.database_cpu() - cpu, report


def write_mbox(path: Path, count: int, first: int) -> None:
    """Write a file of mails."""
    with path.open("wb") as file:
        for one in say(count, first=first):
            file.write(b"From bench Mon Jan  6 08:00:00 2025\n")
            file.write(one.as_mail().replace(b"\nFrom ", b"\n>From ") + b"\n")


def measure_imap(place: World, count: int, run: int) -> dict[str, Any]:
    """Connect a mailbox in which mails lie already, and measure how they are fetched and filed.

    The rate is that between the first mail seen and the last; the mail server works on the same cores.
    """
    mails = [one.as_mail() for one in say(count, first=40_000_001 + run * count)]
    with imap_server(place.folder / f"mail-{run}.log") as port, place.serving() as desk:
        append(port, mails)
        pid = desk.process.pid
        cpu = cpu_seconds(pid) + place.database_cpu()
        with Watcher(place) as watcher:
            place.add_channel("email", f"Mailbox {run}", **mailbox(port))
            assert watcher.wait_for(count, 300), f"{len(watcher.seen)} of {count} mails were filed"
        spent = cpu_seconds(pid) + place.database_cpu() - cpu
    times = sorted(watcher.seen.values())
    later = sum(1 for at in times if at > times[0])
    return {
        "mails": count,
        "per_second": round(later / (times[-1] - times[0])) if later else 0,
        "cpu_us_per_mail": round(spent / count * 1e6),
    }


@contextmanager
def imap_server(log: Path) -> Iterator[int]:
    """Run a small mail server and give its IMAP port."""
    port, other = find_free_port(), find_free_port()
    command = [sys.executable, "-m", "mail_devel", "--host", "127.0.0.1", "--multi-user", "--no-http"]
    command += ["--password", PASSWORD, "--imap-port", str(port), "--smtp-port", str(other)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while not answers(port):
            assert time.monotonic() < deadline, log.read_text()[-500:]
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    """Say whether a server greets on a port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            return bool(line.recv(1))
    except OSError:
        return False


def append(port: int, mails: list[bytes]) -> None:
    """Put mails into the mailbox."""
    with imaplib.IMAP4("127.0.0.1", port) as line:
        line.login(USER, PASSWORD)
        for mail in mails:
            status, said = line.append("INBOX", None, datetime.now(UTC), mail.replace(b"\n", b"\r\n"))
            assert status == "OK", said


def mailbox(port: int) -> dict[str, str]:
    """Describe a mailbox on this machine, as its owner would enter it."""
    return {
        "address": USER,
        "user": USER,
        "password": PASSWORD,
        "imap_host": "127.0.0.1",
        "imap_port": str(port),
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_security": "none",
    }
