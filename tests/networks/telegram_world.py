"""One bot on a fake Telegram: its fixtures, and how a test says what is answered."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from allears.connectors.interface import (
    Account,
    File,
    Item,
    Outgoing,
    Visibility,
)
from allears.connectors.telegram import reading
from allears.foundation.web_client import WebClient
from tests.networks.shared import ROOT
from tests.networks.telegram import BOT, TOKEN, FakeTelegram

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAYLOADS = sorted((ROOT / "allears/connectors/telegram/payloads").glob("*.json"))
SEND = "POST /bot{token}/sendMessage"


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as network:
        yield network


@pytest.fixture
def web() -> Iterator[WebClient]:
    client = WebClient(longest=6.0)
    yield client
    client._client.close()


@pytest.fixture
def account(fake: FakeTelegram, web: WebClient) -> Account:
    return Account(
        channel_id=1, name="Bot", settings={"api_url": fake.url}, secrets={"token": TOKEN}, web=web
    )


def with_door(account: Account, door: str = "https://desk.example/in/k1", **settings: str) -> Account:
    return Account(
        channel_id=1,
        name="Bot",
        settings={**account.settings, **settings},
        secrets=account.secrets,
        web=account.web,
        door=door,
    )


def heard(fake: FakeTelegram, update: dict) -> list:
    return reading.read_update(json.dumps(update).encode(), str(BOT["id"]), "all", AT)


def item_of(fake: FakeTelegram, update: dict, **more) -> Item:
    (found,) = heard(fake, update)
    return Item(
        external_id=found.external_id,
        author=found.author,
        sent_at=found.sent_at,
        visibility=found.visibility,
        kind=found.item,
        text=found.text,
        thread=found.thread,
        facts=found.facts,
        **more,
    )


def reply_to(
    item: Item, text: str = "It is on its way.", visibility: Visibility | None = None, files=()
) -> Outgoing:
    return Outgoing(
        key="k-1",
        external_id="",
        text=text,
        visibility=visibility or item.visibility,
        to=item.author,
        thread=item.thread if (visibility or item.visibility) is item.visibility else "",
        in_reply_to=item.external_id,
        files=tuple(files),
        sent_at=AT,
        item=item,
    )


def file(name: str, content_type: str, size: int = 12) -> File:
    return File(name=name, content_type=content_type, data=b"x" * size)


def said_in(fake: FakeTelegram, chat: int) -> list[dict]:
    return [message for message in fake.chats[chat] if message["from"]["id"] == BOT["id"]]
