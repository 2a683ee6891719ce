"""Recorded traffic of Bluesky is read, or says why not; and its own examples of names are judged as it judges them."""

from collections import Counter
from datetime import UTC, datetime

import regex

from allears.connectors.bluesky import CONNECTOR
from allears.connectors.bluesky.places import key_for, place_of
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Account, Delivery, Incoming, Nothing
from tests.networks.lexicons import FORMATS, objections
from tests.networks.shared import channel_folder, needs_shared, recorded

pytestmark = needs_shared
AT = datetime(2026, 11, 22, tzinfo=UTC)
US = "did:plc:267rkvd6dhqa7iyje2sqszkg"


def test_all_recorded_traffic_is_read_or_says_why_not() -> None:
    account = Account(channel_id=1, name="Bluesky", settings={"account_id": US})
    found: Counter[str] = Counter()
    for path in recorded("bluesky", (".json",)):
        try:
            pieces = CONNECTOR.cut(path.read_bytes())
        except Unreadable:
            found["answers of another kind"] += 1
            continue
        for piece in pieces:
            delivery = Delivery(body=piece.body, received_at=AT)
            read = CONNECTOR.read(delivery, account)
            assert CONNECTOR.read(delivery, account) == read
            records = [] if isinstance(read, Nothing) else read
            found["records"] += len(records)
            for one in records:
                assert not isinstance(one, Incoming) or (one.sent_at.tzinfo and one.external_id)
    assert found["records"] > 14


def test_the_judge_knows_wrong_from_right() -> None:
    right = {"$type": "app.bsky.feed.post", "text": "x" * 300, "createdAt": "2026-11-22T00:00:00.000Z"}
    body = {"repo": US, "collection": "app.bsky.feed.post", "rkey": "3n2uybeb25s2e", "record": right}
    assert objections("com.atproto.repo.putRecord", body, {}) == []
    for wrong in (
        {**right, "text": "x" * 301},
        {**right, "createdAt": "now"},
        {"$type": "app.bsky.feed.post"},
    ):
        assert objections("com.atproto.repo.putRecord", {**body, "record": wrong}, {})
    assert objections("app.bsky.feed.getPosts", None, {"uris": ["no uri"]})
    assert objections("app.bsky.feed.getPosts", None, {"posts": ["at://x"]})


def test_keys_of_ours_are_keys_as_the_network_has_them() -> None:
    folder = channel_folder("bluesky") / "recorded" / "interop" / "syntax"
    pattern = regex.compile(FORMATS["tid"])
    lines = (folder / "tid_syntax_valid.txt").read_text().splitlines()
    assert all(pattern.match(line) for line in lines if line and not line.startswith("#"))
    keys = {key_for(f"dispatch-1-{number}", AT) for number in range(500)}
    assert len(keys) == 500
    assert all(pattern.match(key) for key in keys)
    assert key_for("dispatch-1-7", AT) == key_for("dispatch-1-7", AT)


def test_names_of_things_are_taken_apart_or_not_at_all() -> None:
    folder = channel_folder("bluesky") / "recorded" / "interop" / "syntax"
    for name in ("aturi_syntax_valid.txt", "aturi_syntax_invalid.txt"):
        for line in (folder / name).read_text().splitlines():
            place = place_of(line)
            assert place is None or place.uri == line
