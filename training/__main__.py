"""bin/train FOLDER...: make every model anew from these data folders and our own texts."""

import argparse
import importlib
import pkgutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from allears.pipeline.understanding.heads import WEIGHTS
from training import heads
from training.making import make, write
from training.manifest import write_manifest
from training.sets import UNSTATED, Library
from training.tasks import Task


def tasks() -> list[Task]:
    """List the tasks of every module in `training.heads`, in the order of their names."""
    return [task for module in _modules() for task in getattr(module, "TASKS", ())]


def makers() -> dict[str, Callable[[Library, Path], None]]:
    """Name the modules that write weights of their own: those with `make_own(library, folder)`."""
    return {one.__name__.rpartition(".")[2]: one.make_own for one in _modules() if hasattr(one, "make_own")}


def _modules() -> list:
    names = sorted(
        one.name for one in pkgutil.iter_modules(heads.__path__) if not one.name.startswith("test_")
    )
    return [importlib.import_module(f"training.heads.{name}") for name in names]


def train(library: Library, target: Path, only: Sequence[str] = ()) -> None:
    """Make what is asked for (all, unless `only` names heads) and write it; `only` writes no joint weights."""
    began = time.monotonic()
    for name, make_own in makers().items():
        if not only or name in only:
            make_own(library, target)
    made = [make(task, library) for task in tasks() if not only or task.name in only]
    if not only:
        write(made, target)
        version = write_manifest(target, library)
        print(f"version {version}")
    print(
        f"{time.monotonic() - began:.0f} s; from {', '.join(sorted(library.opened)) or 'our own texts only'}"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bin/train", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="folders with one folder a set in each")
    parser.add_argument(
        "--only", action="append", default=[], metavar="HEAD", help="make this one, write no joint file"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=sorted(UNSTATED),
        metavar="SET",
        help=f"leave out a set whose licence is not stated: {', '.join(sorted(UNSTATED))}",
    )
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="where the weights go")
    given = parser.parse_args()
    train(Library(given.folders, frozenset(given.without)), given.into, given.only)


if __name__ == "__main__":
    main()
