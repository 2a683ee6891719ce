"""Check, then run the tests: on both databases side by side, then, side by side too, those that need a
browser and those that take long.

Arguments go to pytest; whoever names tests wants just those, so the checks are left out then.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

NOTHING_COLLECTED = 5
QUICK = "not browser and not slow"
SLOW = ["-m", "slow and not browser", "--durations=8"]
# The slow tests in two halves that take about as long: most of it is waiting for processes.
APART = ["tests/bench", "tests/packaging", "tests/servers"]
BESIDE = [
    "allears",
    "tests/architecture",
    "tests/faults",
    "tests/journeys",
    "tests/networks",
    "tests/promises",
]
# What touches no database is tested once.
WITHOUT_DATABASE = ["allears/connectors", "tests/networks", "tests/promises"]
BROWSER_PACKAGES = ["chromium", "fonts-liberation", "fonts-noto-color-emoji"]


class Run(NamedTuple):
    """One pytest process: what it is called, its database, its arguments."""

    title: str
    database: str
    arguments: list[str]


def start_tests(run: Run, output: IO[bytes] | int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", "-q", "--db", run.database, *run.arguments]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)


def run_side_by_side(shown: Run, *others: Run) -> Counter[str]:
    """Run several at once; show the first as it goes and each of the others when all are done."""
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile()) for _ in others]
        processes = [start_tests(run, file) for run, file in zip(others, files, strict=True)]
        total = run_and_show(shown)
        for run, file, process in zip(others, files, processes, strict=True):
            code = process.wait()
            file.seek(0)
            output = file.read().decode()
            print(f"\n=== {run.title}\n{output}", flush=True)
            total += count(output, code)
    return total


def run_and_show(run: Run) -> Counter[str]:
    print(f"\n=== {run.title}", flush=True)
    process = start_tests(run, subprocess.PIPE)
    output = b""
    while chunk := os.read(process.stdout.fileno(), 4096):
        output += chunk
        sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
    return count(output.decode(), process.wait())


def run_on_both(arguments: list[str]) -> Counter[str]:
    once = [f"--ignore={folder}" for folder in WITHOUT_DATABASE]
    return run_side_by_side(
        Run("SQLite", "sqlite", arguments), Run("PostgreSQL", "postgres", [*arguments, *once])
    )


def count(output: str, code: int) -> Counter[str]:
    """Read how many tests passed, failed and were skipped from pytest's last line."""
    closing = [line for line in output.splitlines() if re.search(r" in \d[\d.:]*s", line)] or [""]
    counts = Counter({word: int(number) for number, word in re.findall(r"(\d+) (\w+)", closing[-1])})
    failed = counts["failed"] + counts["error"] + counts["errors"]
    if code not in {0, NOTHING_COLLECTED} and not failed:
        failed = 1
    return Counter(passed=counts["passed"], failed=failed, skipped=counts["skipped"])


def without(folders: list[str]) -> list[str]:
    return [f"--deselect={folder}/" for folder in folders]


def install_browser() -> None:
    """Get Chromium where we may; without it the browser tests say why they are skipped."""
    if shutil.which("chromium") or os.geteuid() or not shutil.which("apt-get"):
        return
    print("Installing Chromium for the browser tests ...", flush=True)
    quietly = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quietly)
    subprocess.run(
        ["apt-get", "install", "-qqy", "--no-install-recommends", *BROWSER_PACKAGES], check=False, **quietly
    )


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    is_whole = set(arguments) <= {"--servers"}
    code = subprocess.run([sys.executable, "-P", "bin/_check.py"], check=False).returncode if is_whole else 0
    if code and "CI" not in os.environ:
        print("\nThe checks failed, so no test was run. `bin/fix` repairs some of it.")
        return code
    if "-m" in arguments:
        total = run_on_both(arguments)
    else:
        install_browser()
        # The checks have just kept the house rules.
        house_rules = ["--ignore=tests/architecture"] if is_whole else []
        total = run_on_both([*arguments, *house_rules, "-m", QUICK])
        total += run_side_by_side(
            Run("In a browser", "sqlite", [*arguments, "-m", "browser"]),
            Run("Slow ones", "sqlite", [*arguments, *SLOW, *without(APART)]),
            Run("Benchmarks, packages, real servers", "sqlite", [*arguments, *SLOW, *without(BESIDE)]),
        )
    checks = "\nThe checks failed, see above." if code else ""
    print(f"\nAll of it took {time.monotonic() - started:.0f} s.{checks}")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    if not total["passed"] and not total["failed"]:
        return code or NOTHING_COLLECTED
    return 1 if total["failed"] else code


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    # Hundreds of processes are started, each of which would compile every module again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.exit(main(sys.argv[1:]))
