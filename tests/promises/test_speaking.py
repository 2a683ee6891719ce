"""What can be done with an item is known beforehand, and no text longer than the network takes ever leaves."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from allears.connectors.errors import ConnectorError
from allears.connectors.interface import (
    Abilities,
    Ability,
    Incoming,
    Item,
    Limit,
    Offer,
    Outgoing,
    Unit,
    Visibility,
)
from allears.connectors.measuring import length_of
from tests.promises.page import connectors
from tests.promises.payloads import account_of, kinds, records_of

LETTERS = {
    Unit.CHARACTERS: "ж",
    Unit.UTF16: "😀",
    Unit.BYTES: "ж",
    Unit.GRAPHEMES: "ж",
    Unit.WEIGHTED: "語",
    Unit.SHORT_LINKS: "ж",
}
FACES = "👩🏽‍💻"


@dataclass
class Answer:
    status_code: int = 200
    content: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


class Watched:
    """A way to the web that answers next to nothing and keeps what was written to it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def request(
        self, method: str, url: str, *, body: bytes = b"", reads: bool = False, **_more: object
    ) -> Answer:
        if method != "GET" and not reads:
            self.written.append(body)
        return Answer()

    def get(self, url: str, **_more: object) -> Answer:
        return Answer()

    def post(self, url: str, *, body: bytes, reads: bool = False, **_more: object) -> Answer:
        return self.request("POST", url, body=body, reads=reads)

    def lines(self, url: str, **_more: object) -> Iterator[bytes]:
        yield from ()

    def texts(self) -> Iterator[str]:
        """Yield every text in what was written, as JSON or as a form."""
        for body in self.written:
            try:
                yield from strings_in(json.loads(body))
            except ValueError:
                for _, value in parse_qsl(body.decode("utf-8", "replace")):
                    yield from unpacked(value)


def unpacked(value: str) -> Iterator[str]:
    """A form's field may be JSON itself."""
    try:
        yield from strings_in(json.loads(value))
    except ValueError:
        yield value


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one)


def item_of(message: Incoming) -> Item:
    return Item(
        external_id=message.external_id,
        author=message.author,
        sent_at=message.sent_at,
        visibility=message.visibility,
        kind=message.item,
        text=message.text,
        thread=message.thread,
        in_reply_to=message.in_reply_to,
        post_id=message.post.id if message.post else "",
        url=message.url,
        heard_privately_at=message.sent_at if message.visibility == Visibility.PRIVATE else None,
        facts=message.facts,
    )


def judged(kind: str) -> Iterator[tuple[str, Item, Abilities]]:
    """Yield every inbound message of a connector's payloads with what can be done a minute after it."""
    for outcome, record in records_of(kind):
        if isinstance(record, Incoming) and not record.is_ours:
            item = item_of(record)
            at = max(record.sent_at, datetime(2020, 1, 1, tzinfo=UTC)) + timedelta(minutes=1)
            yield str(outcome.payload), item, connectors()[kind].abilities(item, account_of(kind), at)


def offers_of(abilities: Abilities) -> tuple[Offer, ...]:
    return (abilities.publicly, abilities.privately, abilities.like, abilities.hide, abilities.delete)


JUDGES = kinds(Ability.JUDGE_ITEMS)


@pytest.mark.parametrize("kind", JUDGES)
def test_what_is_not_possible_has_a_reason_in_words(kind: str) -> None:
    for name, _, abilities in judged(kind):
        for offer in (abilities.publicly, abilities.privately):
            assert offer.is_possible or offer.reason % offer.facts, name


@pytest.mark.parametrize("kind", JUDGES)
def test_every_sentence_of_an_offer_can_be_filled(kind: str) -> None:
    for name, _, abilities in judged(kind):
        for offer in offers_of(abilities):
            for sentence in (offer.reason, offer.warning, offer.link_warning):
                assert not sentence or sentence % offer.facts, name
            assert offer.until is None or offer.until.tzinfo is not None, name
            assert [limit for limit in offer.limits if limit.most < 1] == [], name


@pytest.mark.parametrize("kind", JUDGES)
def test_a_reply_that_is_possible_has_a_limit(kind: str) -> None:
    unlimited = [
        name
        for name, _, abilities in judged(kind)
        for offer in (abilities.publicly, abilities.privately)
        if offer.is_possible and not offer.limits and not offer.only_templates
    ]
    assert unlimited == []


@pytest.mark.parametrize("kind", JUDGES)
def test_judging_is_always_possible(kind: str) -> None:
    """However strange the item: without facts, of another day, ours, hidden, gone."""
    connector, account = connectors()[kind], account_of(kind)
    for _, item, _ in judged(kind):
        for strange in (
            replace(item, facts={}, post_id="", url="", thread=""),
            replace(item, is_ours=True),
            replace(item, is_hidden=True, is_deleted=True),
            replace(item, heard_privately_at=None, private_replies=9),
        ):
            for years in (0, 20):
                at = strange.sent_at + timedelta(days=366 * years)
                assert isinstance(connector.abilities(strange, account, at), Abilities)


def letter(item: Item, offer: Offer, visibility: Visibility, text: str) -> Outgoing:
    return Outgoing(
        key="key-1",
        external_id="ours-1",
        text=offer.opening + text,
        visibility=visibility,
        to=item.author,
        thread=item.thread if visibility == item.visibility else "",
        in_reply_to=item.external_id,
        sent_at=item.sent_at + timedelta(minutes=1),
        item=item,
    )


def one_too_many(limit: Limit, letter: str) -> str:
    return letter * (limit.most // length_of(letter, limit.unit) + 1)


@pytest.mark.parametrize("kind", JUDGES)
def test_no_text_leaves_that_is_longer_than_the_network_takes(kind: str) -> None:
    tried = 0
    for name, item, abilities in different(judged(kind)):
        for visibility, offer in (
            (Visibility.PUBLIC, abilities.publicly),
            (Visibility.PRIVATE, abilities.privately),
        ):
            if not offer.is_possible or offer.only_templates:
                continue
            for limit in offer.limits:
                for sign in (LETTERS[limit.unit], FACES):
                    tried += 1
                    web = Watched()
                    send(kind, letter(item, offer, visibility, one_too_many(limit, sign)), web)
                    longest = max((length_of(it, limit.unit) for it in web.texts() if sign in it), default=0)
                    assert longest <= limit.most, f"{name}: {longest} of at most {limit}"
    assert tried


def send(kind: str, outgoing: Outgoing, web: Watched) -> None:
    """Send, whatever comes of it: refused before, or in parts of which each is short enough."""
    with contextlib.suppress(ConnectorError):
        connectors()[kind].send(outgoing, replace(account_of(kind), web=web))


def different(judged_items: Iterator[tuple[str, Item, Abilities]]) -> list[tuple[str, Item, Abilities]]:
    """Keep one item of each sort, for one is as good as another of the same offers."""
    found: dict[object, tuple[str, Item, Abilities]] = {}
    for name, item, abilities in judged_items:
        sort = (
            item.kind,
            item.visibility,
            abilities.publicly.limits if abilities.publicly.is_possible else (),
            abilities.privately.limits if abilities.privately.is_possible else (),
        )
        found.setdefault(sort, (name, item, abilities))
    return list(found.values())


@pytest.mark.parametrize("kind", JUDGES)
def test_a_text_that_fits_is_sent(kind: str) -> None:
    """The negative above means something: the same reply, short, does leave."""
    sent = []
    for _, item, abilities in different(judged(kind)):
        for visibility, offer in (
            (Visibility.PUBLIC, abilities.publicly),
            (Visibility.PRIVATE, abilities.privately),
        ):
            if offer.is_possible and not offer.only_templates:
                web = Watched()
                send(kind, letter(item, offer, visibility, "Thank you, we look into it."), web)
                sent += [text for text in web.texts() if "we look into it" in text]
    assert sent
