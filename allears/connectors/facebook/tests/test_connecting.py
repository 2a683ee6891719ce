"""Connecting a page, and staying connected: what is found, checked, subscribed and renewed; and the poll beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.errors import Disconnected, Expired, Refused, SlowDown, Unreachable
from allears.connectors.facebook import CONNECTOR
from allears.connectors.facebook.connecting import FIELDS, PERMISSIONS
from allears.connectors.interface import Account, Asked, Delivery, Incoming
from tests.networks.faults import fails
from tests.networks.graph_accounts import graph_of_ours, item, page_account, reply
from tests.networks.graph_parts import ACCOUNT, APP, LONG_TOKEN, PAGE, PAGE_TOKEN, USER_TOKEN


@pytest.fixture
def fake(monkeypatch):
    with graph_of_ours(monkeypatch) as graph:
        yield graph


@pytest.mark.parametrize("token", [PAGE_TOKEN, USER_TOKEN])
def test_the_page_is_found_by_its_own_token_or_by_a_persons(fake, token):
    found = CONNECTOR.find_out(page_account(token=token))

    assert found["account_id"] == PAGE
    assert (found["page_name"], found["instagram_id"], found["instagram_handle"]) == ("Shop", ACCOUNT, "shop")


def test_a_page_that_the_token_does_not_reach_is_said_to_be_out_of_reach(fake):
    with pytest.raises(Refused) as refused:
        CONNECTOR.find_out(page_account(token=USER_TOKEN, page_id="5"))
    assert "no page" in str(refused.value)


def test_every_permission_is_checked_by_its_name(fake):
    fake.scopes = [name for name in PERMISSIONS if name != "pages_messaging"]

    checks = CONNECTOR.check(page_account(app_id=APP))

    wrong = [check.facts["name"] for check in checks if not check.is_good]
    assert wrong == ["pages_messaging"]
    assert {check.facts.get("name") for check in checks} >= set(PERMISSIONS)
    assert all(check.advice for check in checks if not check.is_good)


def test_without_the_apps_id_reading_is_tried_instead(fake):
    fake.misbehave(fails(400, {"error": {"code": 200}}), on="GET /v25.0/{id}/conversations")

    checks = CONNECTOR.check(page_account())

    assert [(check.name, check.is_good) for check in checks] == [
        ("Page", True),
        ("Comments and posts", True),
        ("Messages", False),
    ]


def test_wrong_keys_are_said_to_be_wrong(fake):
    [check] = CONNECTOR.check(page_account(token="stolen"))

    assert not check.is_good
    assert check.advice


def test_a_subscription_lives_only_with_every_field_and_our_own_address(fake):
    account = page_account(app_id=APP)
    assert not CONNECTOR.subscription(account).is_good

    CONNECTOR.subscribe(account)
    CONNECTOR.subscribe(account)
    assert CONNECTOR.subscription(account).is_good
    assert fake.subscribed == list(FIELDS)
    assert fake.callbacks["page"]["callback_url"] == "https://desk.example/in/key"
    assert fake.callbacks["page"]["verify_token"] == "willow"

    fake.subscribed = [name for name in FIELDS if name != "messages"]
    missing = CONNECTOR.subscription(account)
    assert (missing.is_good, missing.facts) == (False, {"names": "messages"})

    fake.subscribed = list(FIELDS)
    moved = CONNECTOR.subscription(replace(account, door="https://desk.example/in/another"))
    assert (moved.is_good, moved.facts) == (False, {"address": "https://desk.example/in/key"})
    assert not CONNECTOR.subscription(replace(account, door="")).is_good


def test_a_persons_token_is_traded_for_a_long_one_and_the_pages_own(fake):
    tokens = CONNECTOR.refresh(page_account(token=USER_TOKEN, app_id=APP))

    assert tokens.secrets == {"token": LONG_TOKEN, "page_token": PAGE_TOKEN}
    assert tokens.ends_at is None


def test_a_persons_token_answers_nothing_until_it_was_traded(fake):
    account = page_account(token=USER_TOKEN)
    comment = item(fake.add_comment(fake.add_post(), "Is it blue?"))

    with pytest.raises(Expired):
        CONNECTOR.send(reply(comment), account)
    renewed = replace(account, secrets={**account.secrets, **CONNECTOR.refresh(account).secrets})
    CONNECTOR.send(reply(comment), renewed)

    assert len(fake.comments_of(comment.external_id)) == 1


def test_a_token_that_ended_asks_for_a_new_one(fake):
    fake.revoke()

    with pytest.raises(Disconnected):
        CONNECTOR.refresh(page_account())


def test_the_question_of_meta_is_answered():
    query = {"hub.mode": "subscribe", "hub.verify_token": "willow", "hub.challenge": "42"}
    account = Account(channel_id=1, name="Shop", settings={"verify_token": "willow"})

    assert CONNECTOR.greet(Asked(method="GET", query=query, headers={}), account).body == b"42"


def poll(account, cursors):
    """Poll as the caller does: store the pieces, then the marks; read what came."""
    found = []
    for heard in CONNECTOR.poll(account, dict(cursors)):
        found += heard.pieces
        cursors[heard.place] = heard.mark
    return found


def words(pieces, account):
    at = datetime.now(UTC)
    records = [CONNECTOR.read(Delivery(body=piece.body, received_at=at), account) for piece in pieces]
    return [
        one.text for found in records if isinstance(found, list) for one in found if isinstance(one, Incoming)
    ]


def test_a_poll_brings_what_is_new_oldest_first_and_nothing_twice(fake):
    now = datetime.now(UTC)
    account, cursors = page_account(), {}
    post = fake.add_post(at=now - timedelta(days=3))
    fake.add_comment(post, "second", at=now - timedelta(hours=2))
    fake.add_comment(post, "first", at=now - timedelta(hours=3))
    fake.add_comment(post, "long ago", at=now - timedelta(days=60))
    fake.write("private", at=now - timedelta(hours=1))

    pieces = poll(account, cursors)

    assert words(pieces, account) == ["first", "second", "private"]
    keys = {piece.key for piece in pieces}
    fake.add_comment(post, "third")
    again = [piece for piece in poll(account, cursors) if piece.key not in keys]
    assert words(again, account) == ["third"]
    assert set(cursors) == {"feed", "tagged", "ratings", "messages"}


def test_a_gap_is_filled_from_the_mark_after_a_poll_that_broke_off(fake):
    account, cursors = page_account(), {}
    post = fake.add_post()
    fake.add_comment(post, "before")
    poll(account, cursors)
    fake.add_comment(post, "meanwhile")
    fake.misbehave(fails(500), on="GET /v25.0/{id}/feed")

    with pytest.raises(Unreachable):
        poll(account, cursors)
    assert "meanwhile" in words(poll(account, cursors), account)


def test_what_a_token_may_not_see_stops_nothing_else(fake):
    account = page_account()
    fake.write("private")
    refused = fails(400, {"error": {"code": 10, "message": "(#10) requires pages_read_user_content"}})
    fake.misbehave(refused, on="GET /v25.0/{id}/feed")

    assert words(poll(account, {}), account) == ["private"]


def test_a_poll_leaves_the_rest_of_the_allowance_to_replies(fake):
    fake.usage = {"x-app-usage": '{"call_count": 92}'}

    with pytest.raises(SlowDown):
        poll(page_account(), {})
    assert len(fake.asked) == 1


def test_many_pages_of_posts_are_followed(fake):
    post = ""
    for number in range(30):
        post = fake.add_post(str(number), at=datetime.now(UTC) - timedelta(hours=30 - number))
    fake.add_comment(f"{PAGE}_0", "under the oldest")

    assert "under the oldest" in words(poll(page_account(), {}), page_account())
    assert post
    assert [one.query.get("after") for one in fake.asked if one.path.endswith("/feed")] == [None, "25"]
