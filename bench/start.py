"""How soon the first page is there, and what rests in memory. One command: bench/start."""

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.figures import median_of, report, tell
from bench.usage import cpu_seconds, family_of, resident_mb
from bench.world import ROOT
from tests.servers.desk import clean_environment
from tests.servers.postgres import find_free_port

SETTLED_AFTER = 5.0
STARTS = 5


def clone(folder: Path) -> Path:
    """Clone this repository as a newcomer would; only what is committed comes along."""
    target = folder / "all-ears"
    command = ["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(target)]
    subprocess.run(command, check=True)
    return target


def start(checkout: Path, folder: Path, patience: float) -> tuple[float, subprocess.Popen[bytes]]:
    """Run bin/run until a page answers; return the seconds that took, and the process."""
    port = find_free_port()
    own = {"PORT": str(port), "HOST": "127.0.0.1", "ALLEARS_DATA": str(folder / "data")}
    began = time.monotonic()
    with (folder / "run.log").open("ab") as output:
        process = subprocess.Popen(
            [str(checkout / "bin" / "run")],
            env=clean_environment() | own,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while time.monotonic() < began + patience and process.poll() is None:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True, timeout=5)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            assert answer.status_code == 200, answer.text[:300]
            return time.monotonic() - began, process
    raise RuntimeError((folder / "run.log").read_text()[-1000:])


def restart(checkout: Path, folder: Path, rest: float) -> dict[str, Any]:
    """Start once more, let it rest, and look at what it holds and does."""
    took, process = start(checkout, folder, 60)
    cpu = cpu_seconds(process.pid)
    time.sleep(rest)
    found = {
        "seconds_to_first_page": round(took, 2),
        "cpu_seconds": round(cpu, 2),
        "idle_memory_mb": resident_mb(process.pid),
        "idle_cpu_percent": round((cpu_seconds(process.pid) - cpu) / rest * 100, 2),
        "processes": len(family_of(process.pid)),
    }
    stop(process)
    return found


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and wait."""
    process.terminate()
    process.wait(20)


def main() -> None:
    """Clone, start, start again."""
    parser = argparse.ArgumentParser(prog="bench/start", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="start from this checkout instead of a clone, twice"
    )
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="allears-bench-"))
    figures: dict[str, Any] = {}
    try:
        checkout = ROOT if given.quick else clone(folder)
        took, process = start(checkout, folder, 300)
        stop(process)
        name = "empty_folder_seconds" if given.quick else "clone_to_first_page_seconds"
        figures[name] = round(took, 2)
        tell(f"first start: {took:.1f} s to the first page")
        rest = 1.0 if given.quick else SETTLED_AFTER
        runs = [restart(checkout, folder, rest) for _ in range(1 if given.quick else STARTS)]
        figures["second_start"] = median_of(runs)
        again = figures["second_start"]
        tell(f"second start: {again['seconds_to_first_page']} s; at rest {again['idle_memory_mb']} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report("start", vars(given), figures)


if __name__ == "__main__":
    main()
