"""The reference data that may lie beside the repository: official descriptions and recorded traffic.

It is no part of All Ears, and nothing of it is copied here; what needs it is skipped where there is none.

    @needs_shared
    def test_...:
        for path in recorded("mastodon"): ...
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REASON = "no reference data: there is no folder `shared` with `channels` beside the repository or above it"


@cache
def shared_folder() -> Path | None:
    """Find the folder `shared`, beside the repository or above it."""
    folders = (above / "shared" for above in ROOT.parents)
    return next((folder for folder in folders if (folder / "channels").is_dir()), None)


needs_shared = pytest.mark.skipif(shared_folder() is None, reason=REASON)


def channel_folder(network: str) -> Path:
    """Give the folder of one network, or skip the test."""
    folder = shared_folder()
    if folder is None:
        pytest.skip(REASON)
    return folder / "channels" / network


def recorded(network: str, suffixes: tuple[str, ...] = (".json", ".yaml")) -> Iterator[Path]:
    """Yield the recorded files of a network, in order; none where there is no reference data."""
    folder = shared_folder()
    if folder is None:
        return
    for path in sorted((folder / "channels" / network / "recorded").rglob("*")):
        if path.is_file() and path.suffix in suffixes:
            yield path


def spec(network: str, name: str) -> Path:
    """Give one file of a network's official description, or skip the test."""
    path = channel_folder(network) / "spec" / name
    if not path.exists():
        pytest.skip(f"no description of {network}: {name} is not among the reference data")
    return path
