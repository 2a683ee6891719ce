"""A network of our own making, with a connector: tests say what arrives and how it answers.

What it is handed is only looked up here, so a test writes `Incoming` records and no bytes; what it is
asked to send is kept in `sent`, in order.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Lock

import pytest

from allears.connectors.errors import Unreadable, Unverified
from allears.connectors.interface import (
    Abilities,
    Ability,
    Account,
    Author,
    Check,
    Deed,
    Delivery,
    Field,
    Heard,
    Incoming,
    Item,
    Nothing,
    Offer,
    Outgoing,
    Piece,
    Record,
    Sent,
    SourceItem,
    Template,
    Tokens,
)
from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel

ANN = Author(id="ann@customers.example", name="Ann", address="ann@customers.example")
BEN = Author(id="ben@customers.example", name="Ben", address="ben@customers.example")


class FakeConnector:
    """Reads what `letters` says, and does with replies what `answers` say, in turn."""

    kind = "fake"
    label = "Fake"
    knows_people_everywhere = True
    can = frozenset(
        {
            Ability.HEAR_PUSHED,
            Ability.REPLY_PUBLICLY,
            Ability.REPLY_PRIVATELY,
            Ability.ATTACH,
            Ability.LOOK_UP,
            Ability.RECONCILE,
        }
    )
    fields = (Field(name="name", label="Name", is_required=False),)

    def __init__(self) -> None:
        self.letters: dict[bytes, list[Record] | Nothing | Exception] = {}
        self.sent: list[Outgoing] = []
        self.answers: list[BaseException | Sent | Callable[[Outgoing], Sent]] = []
        self.looked_up: list[Outgoing] = []
        self.finds: Callable[[Outgoing], Sent | None] = lambda outgoing: None
        self.source: list[SourceItem] = []
        self.judge: Callable[[Item, datetime], Abilities] = lambda item, at: Abilities(
            publicly=Offer(), privately=Offer()
        )
        self.judged: list[Item] = []
        self.deeds: list[Deed] = []
        self.deed_answers: list[BaseException] = []
        self.approved: list[Template] = []
        self.renewed = 0
        self._lock = Lock()

    def judges(self, judge: Callable[[Item, datetime], Abilities], *more: Ability) -> None:
        """From now on say of each item what can be done with it."""
        self.judge = judge
        self.can = self.can | {Ability.JUDGE_ITEMS, *more}

    def address_of(self, settings: Mapping[str, str]) -> str:
        return "care@shop.example"

    def objection(self, settings: Mapping[str, str]) -> str:
        return ""

    def check(self, account: Account) -> list[Check]:
        return [Check(name="Line", is_good=True)]

    def verify(self, delivery: Delivery, account: Account) -> None:
        if delivery.headers.get("signature") == "wrong":
            raise Unverified

    def split(self, delivery: Delivery) -> list[Piece]:
        if delivery.body == b"no parts":
            raise Unreadable
        return [Piece(body=part, key=part.decode()) for part in delivery.body.split(b"\n")]

    def read(self, delivery: Delivery, account: Account) -> list[Record] | Nothing:
        found = self.letters[delivery.body]
        if isinstance(found, Exception):
            raise found
        return found

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        with self._lock:
            self.sent.append(outgoing)
            answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            return answer(outgoing)
        return answer or Sent(external_id=outgoing.external_id)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        self.judged.append(item)
        return self.judge(item, at)

    def act(self, deed: Deed, account: Account) -> None:
        self.deeds.append(deed)
        if self.deed_answers:
            raise self.deed_answers.pop(0)

    def templates(self, account: Account) -> list[Template]:
        return self.approved

    def refresh(self, account: Account) -> Tokens:
        self.renewed += 1
        return Tokens(secrets={"token": f"renewed {self.renewed}"})

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        self.looked_up.append(outgoing)
        return self.finds(outgoing)

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        yield from ()

    def list_source(self, account: Account, since: datetime) -> Iterator[SourceItem]:
        yield from self.source

    def fetch_source(self, account: Account, sources: list[str]) -> Iterator[Piece]:
        for source in sources:
            yield self.piece(said(source), source=source)

    def piece(self, *incoming: Record, **more: object) -> Piece:
        """Make an envelope's worth of these messages and changes."""
        body = f"letter {len(self.letters)}".encode()
        self.letters[body] = list(incoming)
        return replace(Piece(body=body), **more)

    def strange_piece(self, found: Nothing | Exception, **more: object) -> Piece:
        """Make an envelope's worth of nothing, or one that can't be read."""
        piece = self.piece(**more)
        self.letters[piece.body] = found
        return piece


_numbers = itertools.count(1)


def said(external_id: str = "", text: str = "", minutes_ago: float = 0.0, **more: object) -> Incoming:
    """Write what a customer said; each on its own is new, and private, unless told otherwise."""
    number = next(_numbers)
    given = {
        "external_id": external_id or f"{number}@customers.example",
        "author": ANN,
        "text": text or f"Words {number}",
        "sent_at": now() - timedelta(minutes=minutes_ago),
    }
    return Incoming(**{**given, **more})  # type: ignore[arg-type]


def add_fake_channel(workspace: Workspace, name: str = "Fake", by: Member | None = None) -> Channel:
    return add_channel(workspace, "fake", name, {}, by)[0]


def plug_in(monkeypatch: pytest.MonkeyPatch, connector: FakeConnector | None = None) -> FakeConnector:
    """Add the fake network, or one made of it, to those that All Ears knows."""
    connector = connector or FakeConnector()
    monkeypatch.setitem(all_connectors(), "fake", connector)
    return connector
