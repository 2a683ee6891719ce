"""The files that the house rules are about."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "allears"


@cache
def project_files() -> tuple[Path, ...]:
    """List what git tracks or would track, or everything visible where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return tuple(path for path in ROOT.rglob("*") if path.is_file() and is_visible(path))
    paths = (ROOT / name for name in sorted(set(done.stdout.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def is_visible(path: Path) -> bool:
    return not any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(ROOT).parts)


def files_of(*suffixes: str, under: Path = ROOT) -> Iterator[Path]:
    for path in project_files():
        if path.suffix in suffixes and path.is_relative_to(under):
            yield path


@cache
def syntax_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def python_files(under: Path = ROOT) -> Iterator[Path]:
    return files_of(".py", under=under)


def product_files() -> Iterator[Path]:
    """The Python that is shipped: no tests, no migrations."""
    for path in python_files(PACKAGE):
        if not is_test(path) and "migrations" not in path.parts:
            yield path


def is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name == "conftest.py" or "tests" in path.parts


def templates() -> Iterator[Path]:
    for path in files_of(".html", ".txt", ".xml", ".svg", under=PACKAGE):
        if "templates" in path.parts:
            yield path


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
