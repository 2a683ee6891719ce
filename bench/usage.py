"""CPU time and memory of processes, as Linux counts them."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process and its living descendants have used."""
    return sum(_own_seconds(one) for one in family_of(pid))


def resident_mb(pid: int) -> float:
    """Return the memory a process and its descendants hold, in MB."""
    total = 0
    for one in family_of(pid):
        for line in _read(one, "status").splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return round(total / 1024, 1)


def family_of(pid: int) -> list[int]:
    """List a process and its descendants."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def _own_seconds(pid: int) -> float:
    """Add user and system time, those of ended children included."""
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / TICK if fields else 0.0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
