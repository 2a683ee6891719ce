"""Our account at the fake X, and letters of ours to it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from allears.connectors.account import Account
from allears.connectors.interface import (
    Author,
    Delivery,
    Incoming,
    Item,
    Nothing,
    Outgoing,
    Piece,
    Record,
    Visibility,
)
from allears.connectors.x import CONNECTOR
from allears.foundation.web_client import WebClient
from tests.networks.x import SECRET, US, FakeX, Person

KEYS = {
    "consumer_secret": SECRET,
    "access_token": "at",
    "access_token_secret": "ats",
    "bearer_token": "app",
}


LONGEST = 1.0
_clients: list[WebClient] = []


def client(longest: float = LONGEST) -> WebClient:
    """The web client of this test."""
    if not _clients:
        _clients.append(WebClient(longest=longest))
    return _clients[0]


def close_client() -> None:
    while _clients:
        _clients.pop()._client.close()


@dataclass
class Ledger:
    """What was spent, in order."""

    spent: list[tuple[str, int]] = field(default_factory=list)

    def spend(self, price: str, count: int = 1) -> None:
        self.spent.append((price, count))

    def left(self) -> int | None:
        return None


def account(**more: Any) -> Account:
    """Our account, connected by the four keys; settings among the rest by name."""
    known = {"door", "since", "meter", "secrets", "web"}
    settings = {name: value for name, value in more.items() if name not in known}
    return Account(
        channel_id=1,
        name="Lumen on X",
        settings={"account_id": US, "handle": "@lumenkettles", "consumer_key": "ck", **settings},
        secrets=more.get("secrets", KEYS),
        web=more.get("web") or client(),
        door=more.get("door", ""),
        since=more.get("since", datetime.now(UTC) - timedelta(days=3)),
        meter=more.get("meter"),
        may_reach_private_addresses=True,
    )


def item_of(message: Incoming, **changed: Any) -> Item:
    """The item that a heard message becomes."""
    made = Item(
        external_id=message.external_id,
        author=message.author,
        sent_at=message.sent_at,
        visibility=message.visibility,
        kind=message.item,
        text=message.text,
        thread=message.thread,
        in_reply_to=message.in_reply_to,
        is_ours=message.is_ours,
        facts=message.facts,
    )
    return replace(made, **changed)


def answer_to(message: Incoming, text: str, visibility: Visibility | None = None, **more: Any) -> Outgoing:
    """A reply of ours to a heard message, just written."""
    item = item_of(message)
    return Outgoing(
        key="k-1",
        external_id="",
        text=text,
        visibility=visibility or item.visibility,
        to=Author(id=message.author.id, name=message.author.name, handle=message.author.handle),
        thread=item.thread,
        in_reply_to=item.external_id,
        sent_at=more.pop("sent_at", datetime.now(UTC) - timedelta(hours=2)),
        item=item,
        **more,
    )


def hear_all(ours: Account, cursors: dict[str, str] | None = None) -> list[Record]:
    """Poll once as the workers do, keep the marks, and read what came."""
    marks = cursors if cursors is not None else {}
    pieces: list[Piece] = []
    for heard in CONNECTOR.poll(ours, dict(marks)):
        pieces += heard.pieces
        marks[heard.place] = heard.mark
        assert len(heard.mark) <= 200
    read = [
        CONNECTOR.read(Delivery(body=piece.body, received_at=datetime.now(UTC)), ours)
        for piece in {piece.key: piece for piece in pieces}.values()
    ]
    return [record for answer in read if not isinstance(answer, Nothing) for record in answer]


def messages(records: list[Record]) -> list[Incoming]:
    return [record for record in records if isinstance(record, Incoming) and not record.is_ours]


def heard(x: FakeX, text: str = "@lumenkettles my kettle leaks", **person: Any) -> tuple[Person, Incoming]:
    """Somebody calls us, and we hear it."""
    ann = x.join("ann", **person)
    x.post(ann, text)
    (mention,) = messages(hear_all(account()))
    return ann, mention
