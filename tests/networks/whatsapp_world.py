"""One number on a fake WhatsApp: its fixtures, and how a test says what is answered."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pywa import WhatsApp as PywaClient

from allears.connectors.interface import (
    Account,
    Delivery,
    File,
    Item,
    Outgoing,
    Visibility,
)
from allears.connectors.meta import graph
from allears.connectors.whatsapp import CONNECTOR
from allears.foundation.web_client import WebClient
from tests.networks.shared import ROOT
from tests.networks.whatsapp import (
    APP,
    NUMBER,
    SECRET,
    TOKEN,
    WABA,
    WORD,
    FakeWhatsApp,
)

PAYLOADS = sorted((ROOT / "allears/connectors/whatsapp/payloads").glob("*.json"))
SEND = "POST /{version}/{number}/messages"
UPLOAD = "POST /{version}/{number}/media"
PYWA = PywaClient(phone_id=NUMBER, token=TOKEN)
DOOR = "https://desk.example/in/k1"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWhatsApp]:
    with FakeWhatsApp() as network:
        monkeypatch.setattr(graph, "FACEBOOK", network.url)
        yield network


@pytest.fixture
def account(fake: FakeWhatsApp) -> Iterator[Account]:
    client = WebClient(longest=6.0)
    yield Account(
        channel_id=1,
        name="Number",
        settings={"phone_number_id": NUMBER, "waba_id": WABA, "app_id": APP, "verify_token": WORD},
        secrets={"token": TOKEN, "app_secret": SECRET},
        web=client,
    )
    client._client.close()


def item_of(delivery: dict, **more) -> Item:
    (piece,) = CONNECTOR.split(Delivery(body=json.dumps(delivery).encode(), received_at=datetime.now(UTC)))
    (found,) = CONNECTOR.read(
        Delivery(body=piece.body, received_at=datetime.now(UTC)), Account(channel_id=1, name="")
    )
    given = {
        "external_id": found.external_id,
        "author": found.author,
        "sent_at": found.sent_at,
        "kind": found.item,
        "text": found.text,
        "thread": found.thread,
        "facts": found.facts,
    }
    return Item(**{**given, **more})


def reply_to(item: Item, text: str = "It is on its way.", files=(), **more) -> Outgoing:
    return Outgoing(
        key="reply-77",
        external_id="",
        text=text,
        visibility=Visibility.PRIVATE,
        to=item.author,
        thread=item.thread,
        in_reply_to=item.external_id,
        files=tuple(files),
        sent_at=datetime.now(UTC),
        item=item,
        **more,
    )


def file(name: str, content_type: str, size: int = 12) -> File:
    return File(name=name, content_type=content_type, data=b"x" * size)
