"""The lamp goes out: what the disk had not kept yet is gone from one file or the other, in every way it may be."""

import random
import shutil
import sqlite3
import struct
from pathlib import Path

import pytest

from tests.faults.rig import Sender, wait_until

pytestmark = pytest.mark.slow
CUTS = 5
WAL_HEADER, FRAME_HEADER = 32, 24


def copy_files(source: Path, target: Path, *names: str) -> None:
    """Copy database files as they lie, with what is not merged into them yet."""
    target.mkdir(exist_ok=True)
    for name in names:
        for suffix in ("", "-wal"):
            if (source / f"{name}{suffix}").exists():
                shutil.copyfile(source / f"{name}{suffix}", target / f"{name}{suffix}")


def put_back(saved: Path, data: Path, *names: str) -> None:
    for name in names:
        for suffix in ("", "-wal", "-shm"):
            (data / f"{name}{suffix}").unlink(missing_ok=True)
    copy_files(saved, data, *names)


def frames_of(wal: Path) -> tuple[int, int]:
    """Say how many frames a write-ahead log holds, and how long each is."""
    head = wal.read_bytes()[:WAL_HEADER]
    length = struct.unpack(">I", head[8:12])[0] + FRAME_HEADER
    return (wal.stat().st_size - WAL_HEADER) // length, length


def cut_off(wal: Path, frames: int, length: int) -> None:
    with wal.open("r+b") as file:
        file.truncate(WAL_HEADER + frames * length)


@pytest.fixture
def desk(rig):
    return rig.do("found_desk", "")


def deliver(rig, desk, name, count):
    sender = Sender(rig, desk, name)
    ids = [f"{name}-{n}" for n in range(count)]
    assert [sender.post(id_) for id_ in ids] == [202] * count
    return ids


def expect_all_once(rig, ids):
    """Everything acknowledged is stored once, and the audit has nothing to say."""
    found = rig.drained()
    assert sorted(id_ for id_, _, _ in found["messages"]) == sorted(ids)
    assert found["dead"] == []
    audit = rig.audit()
    assert audit["problems"] == []
    assert audit["envelopes"] == audit["processed"] == len(ids)


def test_a_main_file_older_than_the_envelopes_reads_them_again(rig, desk, tmp_path):
    pid = rig.serve()
    ids = deliver(rig, desk, "before", 10)
    rig.drained()
    rig.kill(pid)
    copy_files(rig.data, tmp_path / "older", "allears.db")

    pid = rig.serve()
    ids += deliver(rig, desk, "after", 15)
    assert len(rig.drained()["messages"]) == 25
    rig.kill(pid)
    put_back(tmp_path / "older", rig.data, "allears.db")
    rig.serve()

    expect_all_once(rig, ids)


def test_a_main_file_whose_last_writes_the_disk_lost_reads_them_again(rig, desk, tmp_path):
    chance = random.Random(31)
    founded, _ = frames_of(rig.data / "allears.db-wal")
    assert founded
    pid = rig.serve()
    ids = deliver(rig, desk, "ann", 12)
    rig.drained()
    rig.kill(pid)
    copy_files(rig.data, tmp_path / "whole", "allears.db", "intake.db")
    count, length = frames_of(rig.data / "allears.db-wal")
    assert count > founded + CUTS

    for kept in chance.sample(range(founded, count), CUTS):
        put_back(tmp_path / "whole", rig.data, "allears.db", "intake.db")
        cut_off(rig.data / "allears.db-wal", kept, length)
        pid = rig.serve()
        expect_all_once(rig, ids)
        rig.kill(pid)


def test_a_first_start_cut_off_anywhere_can_be_started_again(build, tmp_path):
    chance = random.Random(33)
    rig = build()
    rig.do("found_desk", "")
    copy_files(rig.data, tmp_path / "whole", "allears.db", "intake.db")
    count, length = frames_of(rig.data / "allears.db-wal")

    for kept in chance.sample(range(count), CUTS):
        put_back(tmp_path / "whole", rig.data, "allears.db", "intake.db")
        cut_off(rig.data / "allears.db-wal", kept, length)
        pid = rig.serve()
        assert rig.audit()["problems"] == []
        rig.kill(pid)


def test_envelopes_whose_release_the_disk_lost_are_filed_once(rig, desk, tmp_path):
    chance = random.Random(32)
    web = rig.serve(command="web")
    ids = deliver(rig, desk, "ann", 12)
    durable, length = frames_of(rig.data / "intake.db-wal")
    worker = rig.start("work")
    rig.drained()
    rig.kill(worker)
    rig.kill(web)
    copy_files(rig.data, tmp_path / "whole", "allears.db", "intake.db")
    count, length = frames_of(rig.data / "intake.db-wal")
    assert count > durable

    for kept in chance.sample(range(durable, count), min(CUTS, count - durable)):
        put_back(tmp_path / "whole", rig.data, "allears.db", "intake.db")
        cut_off(rig.data / "intake.db-wal", kept, length)
        pid = rig.serve()
        expect_all_once(rig, ids)
        rig.kill(pid)


def test_a_lost_file_of_envelopes_hides_nothing_that_comes_after_it(rig, desk):
    pid = rig.serve()
    deliver(rig, desk, "before", 5)
    rig.drained()
    rig.end(pid)
    for path in rig.data.glob("intake.db*"):
        path.unlink()

    rig.serve()
    ids = deliver(rig, desk, "after", 5)

    found = rig.drained()
    assert {id_ for id_, _, _ in found["messages"]} >= set(ids)
    assert len(found["messages"]) == 10
    assert rig.audit()["problems"] != []


def test_an_acknowledged_envelope_is_on_the_disk_before_the_answer_leaves(rig, desk):
    """Every connection that stores envelopes syncs each commit; killing a process can't show that."""
    rig.serve(command="web")
    deliver(rig, desk, "ann", 1)

    with sqlite3.connect(f"file:{rig.data / 'intake.db'}?mode=ro", uri=True) as line:
        assert line.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert line.execute("SELECT count(*) FROM intake_envelope").fetchone() == (1,)
    line.close()
    assert wait_until(lambda: (rig.data / "intake.db-wal").stat().st_size, "the log")
