from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.receiver import Receiver
from tests.faults.rig import Rig

Build = Callable[..., Rig]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Build installations, and end whatever runs on them afterwards."""
    rigs: list[Rig] = []

    def build_one(folder: Path = tmp_path, **environment: str) -> Rig:
        rigs.append(Rig(folder, environment))
        return rigs[-1]

    yield build_one
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(build: Build) -> Rig:
    return build()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(seed=7, slowest=0.02)
    yield receiver
    receiver.stop()
