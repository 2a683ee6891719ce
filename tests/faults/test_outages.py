"""The disk is full, the database is away, the clock jumps, the service manager is in a hurry."""

import resource
import shutil
import signal
import subprocess
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.faults.rig import Sender, is_alive, wait_until
from tests.servers.postgres import (
    UNSAFE_BUT_QUICK,
    answers,
    choose_account,
    create_cluster,
    die_with_parent,
    find_free_port,
    find_programs,
    open_path_to,
    reachable_programs,
    run_as,
)

pytestmark = pytest.mark.slow
LARGE = 100_000


def expect_all_once(rig, ids):
    found = rig.drained()
    stored = [id_ for id_, _, _ in found["messages"]]
    assert len(stored) == len(set(stored))
    assert set(ids) <= set(stored)
    assert found["dead"] == []
    audit = rig.audit()
    assert audit["problems"] == []
    assert audit["inbound_messages"] == len(stored)


def test_a_full_disk_refuses_loses_nothing_and_recovers_by_itself(build, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=10m", "none", disk], check=False).returncode:
        pytest.skip("only root may mount a small disk; the next test limits file sizes instead")
    try:
        rig = build(disk)
        desk = rig.do("found_desk", "")
        pid = rig.serve()
        sender = Sender(rig, desk, "ann", size=LARGE)
        ids = [f"ann-{n}" for n in range(200)]
        refused = next(n for n, id_ in enumerate(ids) if sender.post(id_) != 202)
        assert sender.statuses[-1] == 503
        assert sender.post(ids[refused]) == 503
        assert is_alive(pid)

        subprocess.run(["mount", "-o", "remount,size=100m", disk], check=True)
        wait_until(lambda: sender.post(ids[refused]) == 202, "room again")
        assert sender.post("last") == 202

        expect_all_once(rig, [*ids[: refused + 1], "last"])
        rig.close()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_file_that_may_not_grow_refuses_loses_nothing_and_recovers_by_itself(rig):
    desk = rig.do("found_desk", "")
    pid = rig.serve()
    sender = Sender(rig, desk, "ann", size=LARGE)
    assert sender.post("first") == 202
    rig.drained()
    largest = max(path.stat().st_size for path in rig.data.glob("*.db*"))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + 5 * LARGE, resource.RLIM_INFINITY))
    ids = [f"ann-{n}" for n in range(200)]
    refused = next(n for n, id_ in enumerate(ids) if sender.post(id_) != 202)
    assert sender.statuses[-1] == 503

    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    wait_until(lambda: sender.post(ids[refused]) == 202, "room again")

    expect_all_once(rig, ["first", *ids[: refused + 1]])


class Cluster:
    """A PostgreSQL that can be stopped and started again at the same port, on the same data."""

    def __init__(self, folder: Path) -> None:
        self.port = find_free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.account = choose_account()
        self.data = folder / "postgres"
        self.data.mkdir(parents=True)
        self.programs = find_programs()
        if self.account:
            shutil.chown(self.data, self.account)
            open_path_to(self.data)
            self.programs = reachable_programs(self.programs, folder, self.account)
        create_cluster(self.programs, self.data, self.account)

    def start(self) -> None:
        command = [
            str(self.programs / "postgres"),
            "-D",
            str(self.data),
            "-p",
            str(self.port),
            "-h",
            "127.0.0.1",
        ]
        for name, value in {**UNSAFE_BUT_QUICK, "unix_socket_directories": ""}.items():
            command += ["-c", f"{name}={value}"]
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it starts no thread and takes no lock
                **run_as(self.account, self.data),
            )
        assert answers(self.process, self.port)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)


def test_postgresql_gone_and_back(build, tmp_path):
    cluster = Cluster(tmp_path)
    cluster.start()
    try:
        rig = build(DATABASE_URL=cluster.url)
        desk = rig.do("found_desk", "")
        pid = rig.serve()
        sender = Sender(rig, desk, "ann")
        assert sender.post("before") == 202
        for outage in range(3):
            cluster.stop()
            assert sender.post(f"during-{outage}") == 503
            assert rig.ask("GET", "/readyz")[0] == 503
            assert rig.ask("GET", "/healthz")[0] == 200
            cluster.start()
            wait_until(lambda: sender.post(f"during-{outage}") == 202, "the database again")  # noqa: B023

        expect_all_once(rig, ["before", *(f"during-{n}" for n in range(3))])
        assert is_alive(pid)
        assert rig.end(pid) < 15
    finally:
        cluster.stop()


def test_postgresql_stopped_in_the_middle_of_a_burst(build, tmp_path):
    cluster = Cluster(tmp_path)
    cluster.start()
    try:
        rig = build(DATABASE_URL=cluster.url)
        desk = rig.do("found_desk", "")
        rig.serve()
        senders = [Sender(rig, desk, name).start() for name in ("ann", "ben")]
        for seen in (10, 30):
            wait_until(lambda: len(senders[0].acknowledged) >= seen, "progress")  # noqa: B023
            cluster.stop()
            cluster.start()
        wait_until(lambda: len(senders[0].acknowledged) >= 50, "progress")
        for sender in senders:
            sender.stop()

        expect_all_once(rig, [id_ for sender in senders for id_ in sender.acknowledged])
    finally:
        cluster.stop()


def test_a_clock_that_jumps_hours_ahead_and_back_loses_and_doubles_nothing(rig, receiver):
    desk = rig.do("found_desk", receiver.url)
    sender = Sender(rig, desk, "ann")
    for hours in ("0", "30", "-30", "0"):
        pid = rig.serve(hours)
        assert sender.post(f"at {hours}") == 202
        rig.drained()
        rig.do("answer_all")
        wait_until(lambda: set(rig.do("look")["dispatches"].values()) == {"sent"}, "the answer")
        rig.kill(pid)

    assert set(receiver.taken.values()) == {1}
    assert sum(receiver.taken.values()) == 4
    rig.serve()
    expect_all_once(rig, ["at 0", "at 30", "at -30"])


def test_a_request_to_finish_is_met_in_seconds_with_pages_open_and_messages_under_way(rig):
    desk = rig.do("found_desk", "")
    pid = rig.serve()
    lines = [HTTPConnection("127.0.0.1", rig.port, timeout=30) for _ in range(15)]
    for line in lines:
        line.request("GET", "/live/events", headers={"cookie": f"allears_session={desk['session']}"})
        stream = line.getresponse()
        assert stream.status == 200
        assert [stream.readline().strip() for _ in range(2)] == [b"retry: 2000", b"event: hello"]
    senders = [Sender(rig, desk, name).start() for name in ("ann", "ben")]
    wait_until(lambda: len(senders[0].acknowledged) > 5, "messages under way")

    took = rig.end(pid)

    for sender in senders:
        sender.stop()
    for line in lines:
        line.close()
    assert took < 8
    assert "Traceback" not in rig.log.read_text()
    rig.serve()
    expect_all_once(rig, [id_ for sender in senders for id_ in sender.acknowledged])


def test_a_second_worker_on_one_data_folder_says_so_and_ends(rig):
    rig.do("found_desk", "")
    first = rig.serve()

    second = rig.start("work")

    wait_until(lambda: not is_alive(second), "its end")
    assert "another process already works on this data folder" in rig.log.read_text()
    assert is_alive(first)
    assert (rig.data / "workers.lock").exists()


def test_two_workers_on_postgresql_of_which_one_is_killed_again_and_again(build, tmp_path):
    cluster = Cluster(tmp_path)
    cluster.start()
    try:
        rig = build(DATABASE_URL=cluster.url)
        desk = rig.do("found_desk", "")
        rig.serve(command="web")
        steady, other = rig.start("work"), rig.start("work")
        senders = [Sender(rig, desk, name).start() for name in ("ann", "ben", "cho", "dan")]
        for kill in range(8):
            seen = 12 * (kill + 1)
            wait_until(lambda: len(senders[0].acknowledged) >= seen, "progress")  # noqa: B023
            rig.kill(other)
            other = rig.start("work")
        for sender in senders:
            sender.stop()

        found = rig.drained()
        stored = [id_ for id_, _, _ in found["messages"]]
        for sender in senders:
            mine = [id_ for id_ in stored if id_.startswith(sender.name)]
            assert mine == sorted(mine, key=lambda id_: int(id_.rpartition("-")[2]))
        assert is_alive(steady)
        expect_all_once(rig, [id_ for sender in senders for id_ in sender.acknowledged])
    finally:
        cluster.stop()
