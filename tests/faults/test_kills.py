"""Killed at any moment, a hundred times: everything acknowledged is here once, nothing was sent twice."""

import json
import random
import threading

import pytest

from tests.faults.rig import Sender, wait_until

pytestmark = pytest.mark.slow
# A hundred and more in all; each test stays well below a minute.
INTAKE_KILLS = 13
SENDING_KILLS = 10
INTAKE_SEEDS = [1, 2, 3, 4, 5]
SENDING_SEEDS = [6, 7, 8, 9]


def moment(seconds: float) -> None:
    """Let some time pass: the moment of a kill is chosen blindly, that is the point."""
    threading.Event().wait(seconds)


@pytest.mark.parametrize("seed", INTAKE_SEEDS)
def test_what_was_acknowledged_is_stored_once_however_often_the_process_is_killed(rig, seed):
    chance = random.Random(seed)
    desk = rig.do("found_desk", "")
    senders = [Sender(rig, desk, name).start() for name in ("ann", "ben", "cho")]
    for _ in range(INTAKE_KILLS):
        before = sum(len(sender.acknowledged) for sender in senders)
        pid = rig.serve()
        wait_until(lambda: sum(len(one.acknowledged) for one in senders) > before, "an acknowledgement")  # noqa: B023
        moment(chance.uniform(0, 0.25))
        rig.kill(pid)
    rig.serve()
    for sender in senders:
        sender.stop()

    found = rig.drained()

    stored = [id_ for id_, _, _ in found["messages"]]
    assert found["dead"] == []
    assert len(stored) == len(set(stored))
    for sender in senders:
        assert set(sender.acknowledged) <= set(stored) & set(sender.tried)
        mine = [id_ for id_ in stored if id_.startswith(sender.name)]
        assert mine == sorted(mine, key=lambda id_: int(id_.rpartition("-")[2]))
    assert set(stored) <= {id_ for sender in senders for id_ in sender.tried}
    assert len({conversation for _, conversation, _ in found["messages"]}) == len(senders)
    audit = rig.audit()
    assert audit["problems"] == []
    assert audit["inbound_messages"] == audit["messages"] == len(stored)


@pytest.mark.parametrize("seed", SENDING_SEEDS)
def test_nothing_is_sent_twice_however_often_the_sender_is_killed(rig, receiver, seed):
    chance = random.Random(seed)
    desk = rig.do("found_desk", receiver.url)
    web = rig.serve(command="web")
    for n in range(30):
        assert Sender(rig, desk, f"customer{n}").post(f"m{n}") == 202
    pid = rig.start("work")
    rig.drained()
    rig.kill(pid)
    count = rig.do("answer_all", "4")

    kills = 0
    while kills < SENDING_KILLS:
        before = sum(receiver.taken.values())
        pid = rig.start("work")
        wait_until(lambda: sum(receiver.taken.values()) > before, "an answer that arrives")  # noqa: B023
        moment(chance.uniform(0, 0.08))
        rig.kill(pid)
        kills += 1

    assert max(receiver.taken.values()) == 1
    states = rig.do("look")["dispatches"]
    assert len(states) == count
    assert set(states.values()) <= {"held", "sending", "sent", "unknown"}
    assert {key for key, state in states.items() if state == "sent"} <= set(receiver.taken)
    assert list(states.values()).count("unknown") <= kills

    pid = rig.start("work")
    wait_until(lambda: is_settled(rig), "the end of the outbox")
    rig.do("decide", json.dumps(sorted(receiver.taken)))
    wait_until(lambda: set(rig.do("look")["dispatches"].values()) == {"sent"}, "the last answers")

    assert set(receiver.taken) == set(states)
    assert set(receiver.taken.values()) == {1}
    audit = rig.audit()
    assert audit["problems"] == []
    assert audit["dispatches"]["sent"] == count
    assert rig.end(pid) < 10
    rig.end(web)


def is_settled(rig) -> bool:
    return set(rig.do("look")["dispatches"].values()) <= {"sent", "unknown"}
