"""A fake misbehaves exactly as it was told, and is itself again after."""

from collections.abc import Iterator

import httpx
import pytest

from tests.networks.faults import (
    Asked,
    FakeNetwork,
    Fault,
    Reply,
    answers,
    cut_short,
    done_then_refused,
    fails,
    hangs_up,
    never_answers,
    slow,
    too_many,
)


class FakeWall(FakeNetwork):
    """Keeps notes, and streams them."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    @answers("POST", "/walls/{wall}/notes")
    def add(self, asked: Asked) -> Reply:
        self.notes.append(f"{asked.parts['wall']}: {asked.json()['text']}")
        return Reply.json({"id": str(len(self.notes))}, status=201)

    @answers("GET", "/stream")
    def stream(self, asked: Asked) -> Reply:
        return Reply(body=(f"{note}\n".encode() for note in list(self.notes)))


@pytest.fixture
def wall() -> Iterator[FakeWall]:
    with FakeWall() as fake:
        yield fake


def add(wall: FakeWall, text: str = "Hello", seconds: float = 5.0) -> httpx.Response:
    return httpx.post(f"{wall.url}/walls/north/notes", json={"text": text}, timeout=seconds)


def test_it_keeps_what_it_was_told_and_what_it_was_asked(wall: FakeWall) -> None:
    assert add(wall).json() == {"id": "1"}
    assert wall.notes == ["north: Hello"]
    assert [it.json() for it in wall.asked_for("POST", "/walls/{wall}/notes")] == [{"text": "Hello"}]
    assert httpx.get(f"{wall.url}/nowhere").status_code == 404


def test_it_streams(wall: FakeWall) -> None:
    add(wall, "one")
    add(wall, "two")
    assert httpx.get(f"{wall.url}/stream").text.splitlines() == ["north: one", "north: two"]


@pytest.mark.parametrize(
    ("fault", "status", "is_done"),
    [
        (fails(503), 503, False),
        (fails(500, is_done=True), 500, True),
        (too_many({"retry-after": "7"}), 429, False),
        (done_then_refused(), 400, True),
        (slow(0.01), 201, True),
    ],
)
def test_it_answers_wrongly_once(wall: FakeWall, fault: Fault, status: int, is_done: bool) -> None:
    wall.misbehave(fault)
    assert add(wall).status_code == status
    assert bool(wall.notes) is is_done
    assert add(wall).status_code == 201


@pytest.mark.parametrize(
    ("fault", "error", "is_done"),
    [
        (cut_short(), httpx.RemoteProtocolError, True),
        (hangs_up(), httpx.RemoteProtocolError, False),
        (never_answers(), httpx.ReadTimeout, True),
    ],
)
def test_it_breaks_the_line(wall: FakeWall, fault: Fault, error: type[Exception], is_done: bool) -> None:
    wall.misbehave(fault)
    with pytest.raises(error):
        add(wall, seconds=0.3)
    assert bool(wall.notes) is is_done


def test_the_headers_of_a_429_are_those_of_the_network(wall: FakeWall) -> None:
    wall.misbehave(too_many({"x-rate-limit-reset": "1700000000"}))
    assert add(wall).headers["x-rate-limit-reset"] == "1700000000"


def test_only_what_was_named_goes_wrong(wall: FakeWall) -> None:
    wall.misbehave(fails(503), on="POST /walls/{wall}/notes", times=None)
    assert httpx.get(f"{wall.url}/stream").status_code == 200
    assert [add(wall).status_code for _ in range(3)] == [503, 503, 503]
    wall.behave()
    assert add(wall).status_code == 201


def test_revoked_keys_count_no_more(wall: FakeWall) -> None:
    assert add(wall).status_code == 201
    wall.revoke()
    assert add(wall).status_code == 401
    assert len(wall.notes) == 1
