"""All we ask of Mastodon is held against the open description of its API by Prism; recorded traffic is read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Account,
    Deed,
    DeedKind,
    Delivery,
    File,
    Incoming,
    Nothing,
    Visibility,
)
from allears.connectors.mastodon import CONNECTOR
from tests.networks.mastodon import MastodonServer, mastodon_server
from tests.networks.mastodon_desk import PICTURE, Desk, item_of
from tests.networks.prism import Judge, judged
from tests.networks.shared import needs_shared, recorded, spec

pytestmark = needs_shared
AT = datetime(2026, 11, 22, tzinfo=UTC)
# Said otherwise by the description than by the servers: arrays as ids[] in a query are taken, and wanted.
MASTODON_ITSELF = ("id[]", "exclude_types[]")


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with mastodon_server() as running:
        yield running


@pytest.fixture
def judge(server: MastodonServer) -> Iterator[Judge]:
    with judged(server, spec("mastodon", "openapi.json")) as judge:
        yield judge


@pytest.mark.slow
def test_every_request_is_as_the_description_has_it(server: MastodonServer, judge: Judge) -> None:
    desk, ann = Desk(server, server.join("brand", "Kettle Works")), server.join("ann", "Ann")
    settings = {**desk.account.settings, "instance": judge.url, "words": "#kettle"}
    desk.account = replace(desk.account, settings=settings)
    ann.says.status_post("@brand is my kettle on its way? #kettle")
    CONNECTOR.find_out(desk.account)
    [mention] = desk.messages()
    picture = File(name="a lid.png", content_type="image/png", data=PICTURE)
    sent = desk.answer(mention, "It left this morning.", files=(picture,))
    desk.answer(mention, "Please tell us your address here.", Visibility.PRIVATE)
    CONNECTOR.look_up(desk.reply(mention, "It left this morning."), desk.account)
    CONNECTOR.see_post(mention.external_id, desk.account)
    for kind in (DeedKind.LIKE, DeedKind.UNLIKE):
        CONNECTOR.act(Deed(kind=kind, item=item_of(mention)), desk.account)
    ours = replace(item_of(mention), external_id=sent.external_id, is_ours=True)
    CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=ours), desk.account)
    desk.marks.pop("looked", None)
    desk.poll()
    asked = {f"{one.method} {one.path.split('/')[3]}" for one in judge.asked}
    assert {"POST statuses", "POST media", "DELETE statuses", "GET conversations"} <= asked
    assert [one for one in judge.of_requests() if not any(name in one for name in MASTODON_ITSELF)] == []


def test_all_recorded_traffic_is_read_or_says_why_not() -> None:
    account = Account(channel_id=1, name="Fediverse")
    found: Counter[str] = Counter()
    for path in recorded("mastodon"):
        for interaction in yaml.load(path.read_text(), yaml.CSafeLoader)["interactions"]:
            body = interaction["response"]["body"].get("string") or ""
            try:
                pieces = CONNECTOR.cut(body.encode() if isinstance(body, str) else body)
            except Unreadable:
                found["pages of another kind"] += 1
                continue
            for piece in pieces:
                delivery = Delivery(body=piece.body, received_at=AT)
                read = CONNECTOR.read(delivery, account)
                assert CONNECTOR.read(delivery, account) == read
                records = [] if isinstance(read, Nothing) else read
                found["records"] += len(records)
                for one in records:
                    assert not isinstance(one, Incoming) or (one.sent_at.tzinfo and one.external_id)
    assert found["records"] > 150
