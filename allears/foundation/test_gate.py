"""One writer at a time, people before those who can wait."""

from threading import Event, Thread

from allears.foundation.gate import WriteGate, behind_people


def in_thread(work):
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def wait_until_waiting(gate, people=0):
    """Return once so many people stand before the gate."""
    with gate._condition:
        assert gate._condition.wait_for(lambda: gate._people_waiting >= people, 5)


def test_people_pass_before_the_patient_who_came_first():
    gate, order, stands = WriteGate(), [], Event()
    assert gate.enter(1)

    def patient():
        with behind_people():
            stands.set()
            assert gate.enter(10)
            order.append("patient")
            gate.leave()

    def person():
        assert gate.enter(10)
        order.append("person")
        gate.leave()

    threads = [in_thread(patient)]
    assert stands.wait(5)
    threads += [in_thread(person), in_thread(person)]
    for _ in range(2000):
        if gate._people_waiting == 2:
            break
        Event().wait(0.005)
    assert gate._people_waiting == 2
    gate.leave()
    for thread in threads:
        thread.join(10)

    assert order == ["person", "person", "patient"]


def test_a_gate_that_stays_shut_says_so_and_forgets_who_left():
    gate = WriteGate()
    assert gate.enter(1)

    assert not gate.enter(0.01)
    with behind_people():
        assert not gate.enter(0.01)
    gate.leave()

    with behind_people():
        assert gate.enter(0.01)


def test_only_one_is_in_at_a_time():
    gate, inside, most = WriteGate(), [], []

    def come_and_go():
        for number in range(50):
            assert gate.enter(10)
            inside.append(number)
            most.append(len(inside))
            inside.pop()
            gate.leave()

    threads = [in_thread(come_and_go) for _ in range(4)]
    for thread in threads:
        thread.join(20)

    assert len(most) == 200
    assert set(most) == {1}
