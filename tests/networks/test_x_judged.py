"""All we ask of X is held against its official description by Prism; and tweepy, whom others keep, meets our fake.

The description names fields by "post", as the newest apps do; the recorded traffic by "tweet". So the answers
of the fake are judged in the first way, our requests in both.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import tweepy

from allears.connectors.errors import Refused
from allears.connectors.interface import (
    Deed,
    DeedKind,
    Delivery,
    File,
    Incoming,
    ItemKind,
    Record,
    Visibility,
)
from allears.connectors.x import CONNECTOR
from allears.connectors.x.connector import XConnector
from tests.networks.prism import Judge, judged
from tests.networks.shared import needs_shared, spec
from tests.networks.x import US, FakeX, x_at
from tests.networks.x_world import account, answer_to, client, close_client, item_of

pytestmark = [pytest.mark.slow, needs_shared]
DOOR = "https://desk.lumen.example/in/abc"
PNG = File(name="lid.png", content_type="image/png", data=b"\x89PNG" + b"0" * 20)
FILM = File(name="lid.mp4", content_type="video/mp4", data=b"m" * (1024 * 1024 + 5))
BY_TOKEN = {"user_token": "user-1", "bearer_token": "app"}


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.MAY_REACH_PRIVATE_ADDRESSES = True


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX(tier="enterprise") as fake:
        client(longest=20.0)
        yield fake
        close_client()


def poll(**settings: Any) -> list[Incoming]:
    ours = account(**settings)
    pieces = [piece for one in CONNECTOR.poll(ours, {}) for piece in one.pieces]
    read: list[Record] = []
    for piece in pieces:
        answer = CONNECTOR.read(Delivery(body=piece.body, received_at=datetime.now(UTC)), ours)
        read += answer if isinstance(answer, list) else []
    return [one for one in read if isinstance(one, Incoming)]


def do_everything(x: FakeX, **settings: Any) -> None:
    """Hear and do all that the connector can, as one who pays for Enterprise."""
    ours = account(door=DOOR, tier="enterprise", search_words="kettle", **settings)
    ann, back = x.join("ann"), x.post(x.us, "Back in stock")
    x.post(ann, "@lumenkettles my kettle leaks", above=back)
    x.write(ann, x.us, "Hello?")
    found = {one.text: one for one in poll(door=DOOR, tier="enterprise", search_words="kettle", **settings)}
    mention, message = found["@lumenkettles my kettle leaks"], found["Hello?"]
    connector = XConnector(pause=lambda _seconds: None)
    x.working_on_media = 1
    sent = answer_to(mention, "Where does it leak?", files=(PNG,))
    connector.send(sent, ours)
    connector.send(answer_to(mention, "Like this?", files=(FILM,)), ours)
    connector.send(answer_to(message, "Hello!", files=(PNG,)), ours)
    connector.send(answer_to(mention, "Tell us here.", Visibility.PRIVATE), ours)
    connector.look_up(sent, ours)
    connector.look_up(answer_to(message, "Hello!"), ours)
    for kind in (DeedKind.HIDE, DeedKind.UNHIDE):
        connector.act(Deed(kind=kind, item=item_of(mention)), ours)
    ours_seen = [one for one in poll(door=DOOR, **settings) if one.is_ours and one.item is ItemKind.REPLY]
    for one in ours_seen[:1]:
        connector.act(Deed(kind=DeedKind.DELETE, item=item_of(one)), ours)
    connector.see_post(mention.external_id, ours)
    connector.subscribe(ours)
    x.webhooks[0]["valid"] = False
    connector.subscribe(ours)
    assert connector.subscription(ours).is_good
    assert all(check.is_good for check in connector.check(ours))
    if settings.get("dialect") != "post":
        connector.find_out(ours)


@pytest.mark.parametrize("keys", ["four keys", "a token"])
def test_all_we_ask_is_as_x_describes_it(x: FakeX, keys: str) -> None:
    settings = {"secrets": BY_TOKEN} if keys == "a token" else {}
    x.refuses_events, x.names = {"post.reply.create", "post.quote.create"}, ("post",)
    with judged(x, spec("x", "openapi.care.json")) as judge, x_at(judge.url):
        do_everything(x, dialect="post", **settings)
        assert known(judge.violations, keys) == []
    assert {one.headers["authorization"][:5] for one in x.asked_for("POST", "/2/tweets")} == {
        "Beare" if keys == "a token" else "OAuth"
    }


def test_by_the_names_in_the_manual_only_these_names_differ(x: FakeX) -> None:
    x.refuses_events = {"post.reply.create", "post.quote.create"}
    with judged(x, spec("x", "openapi.care.json")) as judge, x_at(judge.url):
        do_everything(x)
        left = known(judge.of_requests(), "four keys")
    assert left and [line for line in left if " request.query.expansions." not in line] == []


def known(violations: list[str], keys: str) -> list[str]:
    """Leave out what Prism can't judge (OAuth 1.0a is an HTTP scheme that it does not know), and the kinds of
    events that are in X's manual but not yet in its description."""
    events = "POST /2/activity/subscriptions (400) request.body.event_type"
    left = {line for line in violations if not line.startswith(events)}
    return sorted(
        line for line in left if keys == "a token" or not line.endswith("Invalid security scheme used")
    )


def test_the_judge_objects_to_what_is_wrong(x: FakeX) -> None:
    with judged(x, spec("x", "openapi.care.json")) as judge, x_at(judge.url):
        judge_sees(x, judge)


def judge_sees(x: FakeX, judge: Judge) -> None:
    ann = x.join("ann")
    x.post(ann, "@lumenkettles hi")
    (mention,) = poll(dialect="post")
    wrong = item_of(mention, facts={**mention.facts, "newest": "not-an-id"})
    outgoing = answer_to(mention, "Hello")
    with suppress(Refused):
        CONNECTOR.send(type(outgoing)(**{**fields_of(outgoing), "item": wrong}), account())
    assert any("in_reply_to_tweet_id" in line for line in judge.of_requests())


def fields_of(outgoing: Any) -> dict[str, Any]:
    return {name: getattr(outgoing, name) for name in outgoing.__slots__}


def test_another_client_lives_with_our_fake_and_we_hear_it(x: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
    """tweepy acts as the brand in another program: what it sees and writes is what X would let it."""
    monkeypatch.setattr("tweepy.client.BaseClient.request", through(x.url))
    other = tweepy.Client(
        consumer_key="ck", consumer_secret="cs", access_token="at", access_token_secret="ats"
    )
    ann, back = x.join("ann"), x.post(x.us, "Back in stock")
    mention = x.post(ann, "@lumenkettles my kettle leaks", above=back)
    seen = other.get_users_mentions(
        US, user_auth=True, tweet_fields=["conversation_id", "author_id"], expansions=["author_id"]
    )
    assert [(str(one.id), one.text, str(one.author_id)) for one in seen.data] == [
        (mention.id, mention.text, ann.id)
    ]
    assert {one.username for one in seen.includes["users"]} == {"ann", "lumenkettles"}
    made = other.create_tweet(text="Where does it leak?", in_reply_to_tweet_id=mention.id)
    other.create_direct_message(participant_id=ann.id, text="Tell us here.")
    assert other.hide_reply(mention.id).data["hidden"] is True
    with pytest.raises(tweepy.Forbidden):
        other.create_tweet(text="Where does it leak?", in_reply_to_tweet_id=mention.id)
    with x_at(x.url):
        heard = poll()
    ours = {one.text: one for one in heard if one.is_ours}
    assert set(ours) == {"Where does it leak?", "Tell us here."}
    assert ours["Where does it leak?"].external_id == str(made.data["id"])


def through(url: str) -> Any:
    """Let tweepy find X at another address."""
    original = tweepy.client.BaseClient.request

    def request(self: Any, method: str, route: str, **more: Any) -> Any:
        session = self.session
        send = session.request

        def redirected(verb: str, where: str, **given: Any) -> Any:
            return send(verb, where.replace("https://api.twitter.com", url), **given)

        session.request = redirected
        try:
            return original(self, method, route, **more)
        finally:
            session.request = send

    return request
