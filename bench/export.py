"""How long it takes to export a workspace, in how much memory, and to import it: bench/export."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.figures import report, tell
from bench.world import ROOT, World, world

PER_CONVERSATION = 10
FILED = 2_000
PARTS = ("export", "without_raw", "import")


def fill(place: World, conversations: int) -> dict[str, Any]:
    """File some of the conversations, copy them as often as needed, and solve nine in ten."""
    channel = place.add_channel("api", "Shop")["id"]
    part = min(conversations, FILED)
    place.inside(do="fill", channel=channel, count=part * PER_CONVERSATION, share_of_new=1 / PER_CONVERSATION)
    return place.inside(do="copies", times=max(1, conversations // part), share_open=10)


def measure(place: World, *arguments: str) -> dict[str, Any]:
    """Run a command of the product; return what it printed with its time, CPU time and largest memory."""
    database = place.database_cpu()
    command = [sys.executable, "-m", "allears", *arguments, "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=place.environment, stdout=subprocess.PIPE)
    assert process.stdout
    printed = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    assert status == 0, f"{arguments} ended with {status}"
    found = json.loads(printed)
    return {
        "seconds": round(took, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "database_cpu_seconds": round(place.database_cpu() - database, 1),
        "largest_memory_mb": round(used.ru_maxrss / 1024),
        "rows": sum(found["rows"].values()),
        "messages": found["rows"]["conversations.message"],
        "lines_mb": round(found.get("bytes", 0) / 1024**2),
    }


def measure_all(given: argparse.Namespace, conversations: int, place: World) -> dict[str, Any]:
    """Export a workspace, and import it into an installation of its own."""
    figures: dict[str, Any] = fill(place, conversations)
    tell(f"{figures['conversations']} conversations, {figures['messages']} messages")
    archive, thin = place.folder / "all.zip", place.folder / "thin.zip"
    for name, path, more in (("export", archive, ()), ("without_raw", thin, ("--without-raw",))):
        if name in given.only:
            figures[name] = measure(place, "export", str(path), *more)
            figures[name]["archive_mb"] = round(path.stat().st_size / 1024**2)
            tell(f"{name}: {figures[name]}")
    if "import" in given.only and archive.exists():
        with world(given.into or given.db) as other:
            figures["import"] = measure(other, "import", str(archive), "--as", "allears")
            figures["import"]["is_whole"] = not other.audit()["problems"]
            tell(f"import: {figures['import']}")
    return figures


def main() -> None:
    """Fill, export, import."""
    parser = argparse.ArgumentParser(prog="bench/export", description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--into", choices=("sqlite", "postgres"), help="import into this one (default: --db)")
    parser.add_argument("--quick", action="store_true", help="a trial of seconds, whose figures mean nothing")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="measure only these parts")
    parser.add_argument("--conversations", type=int, default=100_000, help="how many conversations there are")
    parser.add_argument("--keep", type=Path, help="a folder to fill and keep (SQLite)")
    given = parser.parse_args()
    count = 40 if given.quick else given.conversations
    with world(given.db, given.keep) as place:
        figures = measure_all(given, count, place)
    report("export", {**vars(given), "keep": bool(given.keep), "conversations": count}, figures)


if __name__ == "__main__":
    main()
