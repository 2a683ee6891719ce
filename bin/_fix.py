"""Format, repair what can be repaired, and bring the translations up to date; or renew the lock files."""

import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
COMPILE = ["-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--quiet"]


def run(program: str, *arguments: str) -> int:
    return subprocess.run([str(PROGRAMS / program), *arguments], check=False).returncode


def renew_locks(arguments: list[str]) -> int:
    """Compile the lock files. They hold hashes and no addresses; `--upgrade` takes the newest versions."""
    runtime = ["requirements.in", "-o", "requirements.lock", *arguments]
    development = [
        "requirements-dev.in",
        "-c",
        "requirements.lock",
        "-o",
        "requirements-dev.lock",
        *arguments,
    ]
    return run("python", *COMPILE, *runtime) or run("python", *COMPILE, *development, *arguments)


def repair(paths: list[str]) -> int:
    from tests.architecture.catalogues import PLURALS, update_catalogue

    code = run("ruff", "check", "--fix", "--quiet", "--output-format=concise", *(paths or ["."]))
    code |= run("ruff", "format", "--quiet", *(paths or ["."]))
    code |= run("djangofmt", "--quiet", *(paths or ["allears"]))
    for language in PLURALS:
        if missing := update_catalogue(language):
            print(f"{language}: {missing} sentences wait for a translation in allears/locale/{language}")
    return code


if __name__ == "__main__":
    is_lock = sys.argv[1:2] == ["--lock"]
    sys.exit(
        renew_locks(sys.argv[2:]) if is_lock else repair(sys.argv[1:] or ["allears", "tests", "bench", "bin"])
    )
