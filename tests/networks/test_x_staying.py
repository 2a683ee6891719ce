"""X when things go wrong, and when keys, webhooks and the stream must stay alive."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allears.connectors.errors import (
    ConnectorError,
    Disconnected,
    Expired,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import (
    Piece,
    Visibility,
)
from allears.connectors.x import CONNECTOR
from tests.networks.faults import cut_short, done_then_refused, fails, hangs_up, never_answers, slow, too_many
from tests.networks.x import US, FakeX, Written, x_at
from tests.networks.x_world import (
    KEYS,
    account,
    answer_to,
    close_client,
    hear_all,
    heard,
    messages,
)


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.MAY_REACH_PRIVATE_ADDRESSES = True


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as fake, x_at(fake.url):
        yield fake
        close_client()


FATES: Mapping[str, tuple[Any, type[ConnectorError] | None]] = {
    "slow": (slow(0.2), None),
    "500": (fails(500), Unknown),
    "503": (fails(503), Unknown),
    "done, then 500": (fails(500, is_done=True), Unknown),
    "cut in the middle": (cut_short(), Unknown),
    "accepted, then silence": (never_answers(), Unknown),
    "hung up": (hangs_up(), Unknown),
    "done, then 400": (done_then_refused(400), None),
    "done, then 403": (done_then_refused(403), None),
    "429": (too_many({"x-rate-limit-reset": "1795000900"}), SlowDown),
    "401": (fails(401), Disconnected),
    "402": (fails(402), SlowDown),
    "400": (fails(400), Refused),
}


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("fate", FATES)
def test_whatever_befalls_it_a_reply_is_out_once_or_not(x: FakeX, fate: str, visibility: Visibility) -> None:
    ann, mention = heard(x)
    fault, means = FATES[fate]
    outgoing = answer_to(mention, "We send you a new lid.", visibility)
    on = (
        "POST /2/tweets" if visibility is Visibility.PUBLIC else "POST /2/dm_conversations/with/{id}/messages"
    )
    x.misbehave(fault, on=on)
    error: ConnectorError | None = None
    try:
        CONNECTOR.send(outgoing, account())
    except ConnectorError as raised:
        error = raised
    assert type(error) in {means, type(None)} if means is None else isinstance(error, means)
    is_out = bool(x.said_by(x.us) if visibility is Visibility.PUBLIC else x.told_to(ann))
    assert is_out == fault.is_done
    found = CONNECTOR.look_up(outgoing, account())
    assert (found is not None) == is_out
    if isinstance(error, Unknown) and found is None:
        CONNECTOR.send(outgoing, account())
    out = x.said_by(x.us) if visibility is Visibility.PUBLIC else x.told_to(ann)
    assert len(out) == (1 if is_out or isinstance(error, Unknown) else 0)
    if error is not None:
        assert "{" not in str(error) and "Tweet" not in str(error)


def test_the_same_words_again_are_found_and_not_posted_twice(x: FakeX) -> None:
    _, mention = heard(x)
    outgoing = answer_to(mention, "We send you a new lid.")
    first = CONNECTOR.send(outgoing, account())
    again = CONNECTOR.send(outgoing, account())
    assert again.external_id == first.external_id
    assert len(x.said_by(x.us)) == 1
    x.post(x.join("ben"), "@lumenkettles mine too")
    other = messages(hear_all(account()))[-1]
    with pytest.raises(Refused) as refused:
        CONNECTOR.send(answer_to(other, "We send you a new lid."), account())
    assert "only once" in str(refused.value)


def test_an_older_answer_with_the_same_words_is_not_taken_for_the_new_one(x: FakeX) -> None:
    ann = x.join("ann")
    x.write(ann, x.us, "hello")
    x.write(x.us, ann, "Thank you!")
    (message,) = messages(hear_all(account()))
    outgoing = answer_to(message, "Thank you!", sent_at=datetime.now(UTC))
    assert CONNECTOR.look_up(outgoing, account()) is None


def test_the_end_of_the_limit_is_obeyed(x: FakeX) -> None:
    ends = int((datetime.now(UTC) + timedelta(minutes=9)).timestamp())
    x.misbehave(too_many({"x-rate-limit-reset": str(ends), "x-rate-limit-remaining": "0"}))
    with pytest.raises(SlowDown) as slowed:
        hear_all(account())
    assert slowed.value.until == datetime.fromtimestamp(ends, UTC)


@pytest.mark.parametrize("fault", [fails(500), cut_short(), hangs_up(), never_answers()], ids=str)
def test_asking_that_fails_is_only_unreachable(x: FakeX, fault: Any) -> None:
    x.misbehave(fault, on="GET /2/users/{id}/mentions")
    with pytest.raises(Unreachable):
        hear_all(account())


def test_keys_that_end_are_renewed_with_a_token_that_works_once(x: FakeX) -> None:
    secrets = {"user_token": "user-1", "refresh_token": "refresh-1", "client_secret": "cs"}
    ours = account(secrets=secrets, client_id="cid", consumer_key="")
    assert CONNECTOR.find_out(ours)["account_id"] == US
    x.user_tokens = set()
    with pytest.raises(Expired):
        CONNECTOR.find_out(ours)
    tokens = CONNECTOR.refresh(ours)
    assert tokens.secrets == {"user_token": "user-2", "refresh_token": "refresh-2"}
    assert tokens.ends_at and tokens.ends_at > datetime.now(UTC) + timedelta(minutes=119)
    assert CONNECTOR.find_out(account(secrets={**secrets, **tokens.secrets}))["account_id"] == US
    with pytest.raises(Disconnected) as gone:
        CONNECTOR.refresh(ours)
    assert not isinstance(gone.value, Expired)


def test_a_revoked_key_disconnects(x: FakeX) -> None:
    _, mention = heard(x)
    x.revoke()
    with pytest.raises(Disconnected):
        CONNECTOR.send(answer_to(mention, "Hello"), account())
    (who,) = CONNECTOR.check(account())
    assert not who.is_good and who.advice


DOOR = "https://desk.lumen.example/in/abc"


def test_subscribing_makes_a_webhook_and_proves_that_it_lives(x: FakeX) -> None:
    ours = account(door=DOOR)
    x.refuses_events = {"post.reply.create", "post.quote.create"}
    assert not CONNECTOR.subscription(ours).is_good
    CONNECTOR.subscribe(ours)
    CONNECTOR.subscribe(ours)
    assert [one["url"] for one in x.webhooks] == [DOOR]
    kinds = [one["event_type"] for one in x.subscriptions]
    assert len(kinds) == len(set(kinds)) and {"post.mention.create", "dm.received", "chat.received"} <= set(
        kinds
    )
    assert CONNECTOR.subscription(ours).is_good
    x.webhooks[0]["valid"] = False
    assert not CONNECTOR.subscription(ours).is_good
    CONNECTOR.subscribe(ours)
    assert CONNECTOR.subscription(ours).is_good
    x.subscriptions.clear()
    missing = CONNECTOR.subscription(ours)
    assert missing.message % missing.facts == "X does not announce: post.mention.create, dm.received."


@pytest.mark.parametrize(
    ("door", "words"),
    [("", "public address"), ("http://a.example/in/1", "https"), ("https://a.example:8443/in/1", "port")],
)
def test_an_address_that_x_does_not_call_is_named(x: FakeX, door: str, words: str) -> None:
    found = CONNECTOR.subscription(account(door=door))
    assert not found.is_good and words in found.message
    with pytest.raises(Refused):
        CONNECTOR.subscribe(account(door=door))
    assert CONNECTOR.subscription(account(door=door, live="asking")).is_good


def test_connecting_tries_every_permission_apart(x: FakeX) -> None:
    ours = account()
    assert [one.is_good for one in CONNECTOR.check(ours)] == [True] * 5
    assert [one.is_good for one in CONNECTOR.check(account(live="asking"))] == [True] * 4
    without = account(secrets={name: key for name, key in KEYS.items() if name != "bearer_token"})
    assert [one.is_good for one in CONNECTOR.check(without)] == [True, True, True, True, False]
    x.misbehave(fails(403), on="GET /2/dm_events")
    assert [one.is_good for one in CONNECTOR.check(ours)] == [True, True, True, False, True]


def test_the_stream_brings_what_a_webhook_would(x: FakeX) -> None:
    from threading import Event

    ann = x.join("ann")
    x.lines = [b"", x.event_of(x.post(ann, "@lumenkettles hi"), "post.mention.create"), b"junk"]
    stop = Event()
    brought: list[Piece] = []
    with suppress(Unreachable):
        for one in CONNECTOR.hear(account(live="stream"), {}, stop):
            brought += one.pieces
    assert [piece.key for piece in brought] == [f"post:{x.posts[0].id}"]
    stop.set()
    assert list(CONNECTOR.hear(account(), {}, stop)) == []


def test_a_post_is_seen_as_it_is_now_or_gone(x: FakeX) -> None:
    post: Written = x.post(x.us, "Back in stock")
    seen = CONNECTOR.see_post(post.id, account())
    assert seen and (seen.is_ours, seen.text, seen.likes) == (True, "Back in stock", 1)
    x.posts.clear()
    assert CONNECTOR.see_post(post.id, account()) is None


def test_files_are_fetched_only_where_x_keeps_them(x: FakeX) -> None:
    from dataclasses import replace

    careful = replace(account(), may_reach_private_addresses=False)
    with pytest.raises(Refused):
        CONNECTOR.fetch_file(f"{x.url}/secret", careful)
    assert x.asked == []
