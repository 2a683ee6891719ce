"""One worker process for one data folder: on SQLite the pipeline's order rests on it."""

import fcntl
import os
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []


def hold_folder(folder: Path, name: str) -> bool:
    """Hold a folder for this process until it ends, however it ends; say whether it was free."""
    file = (folder / f"{name}.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
    _held.append(file)
    return True


def release_folder() -> None:
    """Let go of every folder held by this process."""
    while _held:
        _held.pop().close()
