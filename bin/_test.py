"""Check, then run the tests: on both databases, in a browser, and those that take long, two at a time.

Arguments go to pytest; whoever names tests wants just those, so the checks are left out then.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import NamedTuple

NOTHING_COLLECTED = 5
QUICK = ["-m", "not browser and not slow"]
BROWSER = ["-m", "browser"]
SLOW = ["-m", "slow and not browser", "--durations=5"]
REST = ["-m", "browser or slow", "--durations=5"]
# More at a time would only make each other slow, and tests that wait for a process wait in vain.
LANES = 2
APART = ["tests/bench", "tests/packaging", "tests/servers"]
BROWSER_PACKAGES = ["chromium", "fonts-liberation", "fonts-noto-color-emoji"]


class Run(NamedTuple):
    """One pytest process: what it is called, its database, its arguments."""

    title: str
    database: str
    arguments: list[str]


PRINTING = Lock()


def run_all(runs: list[Run]) -> Counter[str]:
    """Run two at a time, the next as soon as one is done, so that both cores have work to the end."""
    with ThreadPoolExecutor(LANES) as lanes:
        return sum(lanes.map(run_tests, runs), Counter())


def run_tests(run: Run) -> Counter[str]:
    """Run one, and show what it wrote when it is done."""
    began = time.monotonic()
    say(f"... {run.title}")
    command = [sys.executable, "-m", "pytest", "-q", "--db", run.database, *run.arguments]
    with TemporaryFile() as file:
        code = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
        file.seek(0)
        output = file.read().decode(errors="replace")
    say(f"\n=== {run.title}: {time.monotonic() - began:.0f} s\n{output}")
    return count(output, code)


def say(words: str) -> None:
    with PRINTING:
        print(words, flush=True)


def named(arguments: list[str]) -> list[Run]:
    """Run what was named on both databases."""
    if "-m" in arguments:
        return [Run("SQLite", "sqlite", arguments), Run("PostgreSQL", "postgres", arguments)]
    return [
        Run("SQLite", "sqlite", [*arguments, *QUICK]),
        Run("PostgreSQL", "postgres", [*arguments, *QUICK]),
        Run("In a browser, or slow", "sqlite", [*arguments, *REST]),
    ]


def whole(arguments: list[str]) -> list[Run]:
    """Run everything there is, what takes longest first; the last takes what no other has named."""
    # The checks have just kept the house rules.
    quick = [*arguments, *QUICK, "--ignore=tests/architecture"]
    taken = ["tests/architecture", "tests/journeys", "tests/faults", *APART]
    return [
        Run("SQLite", "sqlite", quick),
        Run("PostgreSQL", "postgres", [*quick, "--with-database"]),
        Run("In a browser", "sqlite", ["tests/journeys", *arguments, *BROWSER]),
        Run("Slow journeys", "sqlite", ["tests/journeys", *arguments, *SLOW]),
        Run("Faults", "sqlite", ["tests/faults", *arguments, *REST]),
        Run("Benchmarks, packages, real servers", "sqlite", [*APART, *arguments, *REST]),
        Run("The other slow ones", "sqlite", [*arguments, *REST, *without(taken)]),
    ]


def count(output: str, code: int) -> Counter[str]:
    """Read how many tests passed, failed and were skipped from pytest's last line."""
    closing = [line for line in output.splitlines() if re.search(r" in \d[\d.:]*s", line)] or [""]
    counts = Counter({word: int(number) for number, word in re.findall(r"(\d+) (\w+)", closing[-1])})
    failed = counts["failed"] + counts["error"] + counts["errors"]
    if code not in {0, NOTHING_COLLECTED} and not failed:
        failed = 1
    return Counter(passed=counts["passed"], failed=failed, skipped=counts["skipped"])


def without(folders: list[str]) -> list[str]:
    return [f"--ignore={folder}" for folder in folders]


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
    if "-m" not in arguments:
        install_browser()
    total = run_all(whole(arguments) if is_whole else named(arguments))
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
