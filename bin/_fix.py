"""Format, repair what can be repaired, and bring the translations up to date; or renew the lock files."""

import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
FOLDERS = ["allears", "tests", "bench", "bin", "training", "hatch_build.py"]
COMPILE = ["-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--quiet"]


def run(program: str, *arguments: str) -> int:
    return subprocess.run([str(PROGRAMS / program), *arguments], check=False).returncode


def renew_locks(arguments: list[str]) -> int:
    """Compile the lock files. They hold hashes and no addresses; `--upgrade` takes the newest versions."""
    runtime = ["requirements.in", "-o", "requirements.lock"]
    development = ["requirements-dev.in", "-c", "requirements.lock", "-o", "requirements-dev.lock"]
    return run("python", *COMPILE, *runtime, *arguments) or run("python", *COMPILE, *development, *arguments)


def files_in(paths: list[str], suffix: str) -> list[str]:
    """List files one by one: each formatter takes whatever it is handed for a file of its own kind."""
    found = [
        file for path in map(Path, paths) for file in ([path] if path.is_file() else path.rglob(f"*{suffix}"))
    ]
    return [str(file) for file in found if file.suffix == suffix]


def repair(paths: list[str]) -> int:
    from tests.architecture.catalogues import PLURALS, update_catalogue

    code = 0
    if modules := files_in(paths, ".py"):
        code |= run("ruff", "check", "--fix", "--quiet", "--output-format=concise", *modules)
        code |= run("ruff", "format", "--quiet", *modules)
    if pages := [page for page in files_in(paths, ".html") if "templates" in Path(page).parts]:
        code |= run("djangofmt", "--quiet", *pages)
    press_widget()
    for language in PLURALS:
        if missing := update_catalogue(language):
            print(f"{language}: {missing} sentences wait for a translation in allears/locale/{language}")
    return code


def press_widget() -> None:
    """Make the widget's one script anew from its parts."""
    from allears.web.widget.pressing import PRESSED, press

    if (pressed := press()) != PRESSED.read_text():
        PRESSED.write_text(pressed)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--lock"]:
        return renew_locks(arguments[1:])
    return repair(arguments or FOLDERS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
