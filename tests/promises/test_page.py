"""The connector of docs/connectors.md does what the page says of it."""

import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import (
    Account,
    Author,
    Connector,
    Deed,
    DeedKind,
    Delivery,
    Incoming,
    Item,
    Outgoing,
    Visibility,
)
from allears.foundation.web_client import WebClient
from tests.architecture.tree import ROOT
from tests.networks.faults import (
    Asked,
    FakeNetwork,
    Fault,
    Reply,
    answers,
    cut_short,
    fails,
    hangs_up,
    never_answers,
    too_many,
)
from tests.promises.page import block, connectors, installed, installed_package
from tests.promises.payloads import HEARD_AT, account_of

BOOK: Any = connectors()["guestbook"]


class FakeBook(FakeNetwork):
    """A book that keeps entries, two to a page."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[dict[str, Any]] = []
        self.hidden: set[str] = set()

    def write(self, text: str, guest: int = 4, **more: object) -> dict[str, Any]:
        entry = {
            "number": len(self.entries) + 1,
            "guest": {"id": guest, "name": "Anna"},
            "text": text,
            **more,
        }
        self.entries.append(entry)
        return entry

    @answers("GET", "/north/me")
    def me(self, asked: Asked) -> Reply:
        return Reply.json({"id": 1, "name": "The museum"})

    @answers("GET", "/north/entries")
    def page(self, asked: Asked) -> Reply:
        new = [entry for entry in self.entries if entry["number"] > int(asked.query["after"])]
        last = new[:2][-1]["number"] if new else None
        return Reply.json({"entries": new[:2], "last": last, "more": len(new) > 2})

    @answers("POST", "/north/entries")
    def answer_to(self, asked: Asked) -> Reply:
        given = asked.json()
        return Reply.json(self.write(given["text"], 1, under=given["under"], key=given["key"]), 201)

    @answers("PUT", "/north/entries/{number}/hidden")
    def hide(self, asked: Asked) -> Reply:
        (self.hidden.add if asked.json()["hidden"] else self.hidden.discard)(asked.parts["number"])
        return Reply.json({})


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBook]:
    with FakeBook() as fake, override_settings(MAY_REACH_PRIVATE_ADDRESSES=True):
        monkeypatch.setattr("allears_guestbook.HOME", fake.url)
        yield fake


@pytest.fixture
def account() -> Iterator[Account]:
    web = WebClient(longest=0.5)
    yield replace(account_of("guestbook", book="north"), web=web)
    web._client.close()


def answer(text: str = "Until six.", under: str = "1", **more: Any) -> Outgoing:
    given: dict[str, Any] = {
        "key": "key-1",
        "external_id": "ours",
        "text": text,
        "visibility": Visibility.PUBLIC,
        "to": Author(id="4"),
        "thread": under,
        "sent_at": HEARD_AT,
    }
    return Outgoing(**{**given, **more})


def heard(book: Connector, account: Account, pieces: Any) -> list[Incoming]:
    read = [BOOK.read(Delivery(body=piece.body, received_at=HEARD_AT), account) for piece in pieces]
    return [record for records in read for record in records]


def test_the_registry_finds_it_by_its_entry_point() -> None:
    with installed() as found:
        assert found["guestbook"] is BOOK


def test_what_was_pushed_and_what_is_asked_for_is_the_same(book: FakeBook, account: Account) -> None:
    for number in range(5):
        book.write(f"Entry {number}")
    pages = list(BOOK.poll(account, {}))
    pushed = BOOK.cut(json.dumps({"entries": book.entries}).encode())
    polled = [piece for page in pages for piece in page.pieces]

    assert [page.mark for page in pages] == ["2", "4", "5"]
    assert [piece.key for piece in polled] == [piece.key for piece in pushed]
    assert [it.text for it in heard(BOOK, account, polled)] == [f"Entry {number}" for number in range(5)]
    assert [list(it.pieces) for it in BOOK.poll(account, {"entries": "5"})] == [[]]


def test_an_answer_stands_under_the_entry_and_is_ours(book: FakeBook, account: Account) -> None:
    book.write("Is the café open?")
    sent = BOOK.send(answer(), account)
    us = replace(account, settings={**account.settings, **BOOK.find_out(account)})
    page = next(iter(BOOK.poll(us, {})))

    assert sent.external_id == "2"
    assert [(it.text, it.thread, it.is_ours) for it in heard(BOOK, us, page.pieces)] == [
        ("Is the café open?", "1", False),
        ("Until six.", "1", True),
    ]
    assert BOOK.check(us)[0].facts == {"name": "The museum"}


def test_an_entry_is_hidden_and_shown_again(book: FakeBook, account: Account) -> None:
    item = Item(external_id="1", author=Author(id="4"), sent_at=HEARD_AT, visibility=Visibility.PUBLIC)
    BOOK.act(Deed(kind=DeedKind.HIDE, item=item), account)
    assert book.hidden == {"1"}
    BOOK.act(Deed(kind=DeedKind.UNHIDE, item=item), account)
    assert book.hidden == set()


def test_a_closed_book_says_why_it_cannot_be_answered(account: Account) -> None:
    item = Item(external_id="1", author=Author(id="4"), sent_at=HEARD_AT, visibility=Visibility.PUBLIC)
    assert BOOK.abilities(item, account, HEARD_AT).publicly.is_possible
    closed = BOOK.abilities(replace(item, facts={"is_closed": "yes"}), account, HEARD_AT)
    assert closed.publicly.reason.startswith("This guest book is closed")
    assert not closed.privately.is_possible


@pytest.mark.parametrize(
    ("fault", "error", "kept"),
    [
        (fails(503), Unknown, 0),
        (fails(404), Refused, 0),
        (fails(401), Disconnected, 0),
        (too_many({"retry-after": "90"}), SlowDown, 0),
        (hangs_up(), Unknown, 0),
        (cut_short(), Unknown, 1),
        (never_answers(), Unknown, 1),
    ],
)
def test_no_answer_is_sent_twice_or_lost(
    book: FakeBook, account: Account, fault: Fault, error: type[ConnectorError], kept: int
) -> None:
    """Whatever goes wrong, it is said truly: what may be out is Unknown, and never simply sent again."""
    book.misbehave(fault)
    with pytest.raises(error) as trouble:
        BOOK.send(answer(), account)
    assert len(book.entries) == kept
    if isinstance(trouble.value, SlowDown):
        assert trouble.value.until.tzinfo


@pytest.mark.parametrize("fault", [fails(503), hangs_up(), cut_short(), never_answers()])
def test_a_poll_that_fails_may_simply_be_repeated(book: FakeBook, account: Account, fault: Fault) -> None:
    book.write("Hello")
    book.misbehave(fault)
    with pytest.raises(Unreachable):
        list(BOOK.poll(account, {}))
    assert len(next(iter(BOOK.poll(account, {}))).pieces) == 1


def test_it_takes_what_is_signed(account: Account) -> None:
    body = block("json").encode()
    signature = hmac.new(account.secrets["secret"].encode(), body, hashlib.sha256).hexdigest()
    delivery = Delivery(body=body, headers={"x-guestbook-signature": signature}, received_at=HEARD_AT)
    BOOK.verify(delivery, account)
    assert len(BOOK.split(delivery)) == 2


@pytest.mark.slow
def test_its_payload_can_be_read_without_an_installation() -> None:
    folder = installed_package()
    payload = folder / "allears_guestbook" / "payloads" / "own_among_two.json"
    command = [sys.executable, "-m", "allears", "connector", "read", "guestbook", str(payload)]
    done = subprocess.run(
        [*command, "--set", "account_id=1", "--json"],
        env={"PYTHONPATH": f"{ROOT}:{folder}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(it["record"], it["text"], it.get("is_ours", False)) for it in lines] == [
        ("message", "What a view! Is the café open?", False),
        ("message", "Until six.", True),
    ]
    assert lines[0]["sent_at"] == "2026-11-22T10:15:00+01:00"


def test_moments_without_a_zone_are_taken_for_universal_time(account: Account) -> None:
    piece = BOOK.cut(
        b'{"entries": [{"number": 1, "guest": {"id": 2}, "text": "x", "written": "2026-11-22T10:00"}]}'
    )
    assert heard(BOOK, account, piece)[0].sent_at.utcoffset() == timedelta(0)
