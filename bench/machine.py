"""Name the machine, and say what a commit costs on it."""

import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

SYNCS = 60


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, memory, versions, and what an fsync takes, idle and busy, in ms."""
    return {
        "cpu": _line_of("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(_line_of("/proc/meminfo", "MemTotal").split()[0] or 0) / 1024**2, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": _sqlite_version(),
        "load_1m": round(os.getloadavg()[0], 2),
        "yardstick_ms": round(_yardstick(), 1),
        "fsync_idle_ms": round(_sync_time(lambda: time.sleep(0.005)), 3),
        "fsync_busy_ms": round(_busy_sync_time(), 3),
    }


def _yardstick() -> float:
    """Return the CPU time of a fixed piece of plain Python: it grows when others use the cores, too."""
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number % 7
    return (time.process_time() - began) * 1000


def _line_of(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""


def _sqlite_version() -> str:
    from pysqlite3 import dbapi2

    return str(dbapi2.sqlite_version)


def _sync_time(rest: Callable[[], None]) -> float:
    """Return the median time of an fsync after a small write, in ms; `rest` is done between two."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(SYNCS):
            rest()
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - started) * 1000)
    return median(took)


def _busy_sync_time() -> float:
    """Measure while another thread keeps a core from sleeping."""
    stopped = Event()

    def spin() -> None:
        while not stopped.is_set():
            sum(range(1000))

    thread = Thread(target=spin, daemon=True)
    thread.start()
    try:
        return _sync_time(lambda: None)
    finally:
        stopped.set()
        thread.join()
