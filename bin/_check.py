"""Run every check, two at a time, one line each; show the output of those that fail."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAMS = Path(sys.executable).parent
DJANGO = ["python", "-m", "django"]
TOGETHER = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
# The longest first, so that the others run beside it.
STEPS = {
    "types": ["mypy"],
    "house rules": [
        "python", "-m", "pytest", "-q", "-p", "no:django", "-p", "no:playwright",
        "--no-header", "tests/architecture",
    ],
    "migrations": [*DJANGO, "makemigrations", "--check", "--dry-run"],
    "system": [*DJANGO, "check", "--fail-level=WARNING"],
    "imports": ["python", "bin/_imports.py"],
    "templates": ["djlint", "allears", "--lint", "--quiet"],
    "template format": ["djangofmt", "--check", "allears"],
    "style": ["ruff", "check", "--quiet", "--output-format=concise", "."],
    "format": ["ruff", "format", "--check", "."],
}  # fmt: skip


def run_step(name: str, command: list[str]) -> str | None:
    started = time.monotonic()
    program = str(PROGRAMS / command[0])
    done = subprocess.run([program, *command[1:]], check=False, **TOGETHER)
    mark = "FAILED" if done.returncode else "ok"
    print(f"{mark:6} {name:16} {time.monotonic() - started:5.1f} s", flush=True)
    return done.stdout if done.returncode else None


def main() -> int:
    with TemporaryDirectory(prefix="allears-check-") as folder, ThreadPoolExecutor(2) as pool:
        os.environ["ALLEARS_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "allears.settings"
        os.environ.pop("DATABASE_URL", None)
        outputs = dict(zip(STEPS, pool.map(run_step, STEPS, STEPS.values()), strict=True))
    failures = {name: output for name, output in outputs.items() if output is not None}
    for name, output in failures.items():
        print(f"\n--- {name}\n{output.strip()}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
