import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.receiver import Receiver
from tests.faults.rig import Nursery, Rig
from tests.servers.tables import lay_tables

Build = Callable[..., Rig]


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables and nothing in them, to begin from."""
    return lay_tables(tmp_path_factory.mktemp("empty") / "data")


@pytest.fixture
def build(nursery: Nursery, tmp_path: Path) -> Iterator[Build]:
    """Build installations, and end whatever runs on them afterwards."""
    rigs: list[Rig] = []

    def build_one(folder: Path = tmp_path, **environment: str) -> Rig:
        rigs.append(Rig(nursery, folder, environment))
        return rigs[-1]

    yield build_one
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(build: Build, empty_data: Path, tmp_path: Path) -> Rig:
    shutil.copytree(empty_data, tmp_path / "data")
    return build()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(seed=7, slowest=0.02)
    yield receiver
    receiver.stop()
