"""X, from being heard to being answered, at a fake that refuses what X refuses."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allears.connectors.account import Account
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
    Deed,
    DeedKind,
    Delivery,
    File,
    Incoming,
    ItemKind,
    Nothing,
    Piece,
    Record,
    Visibility,
)
from allears.connectors.x import CONNECTOR
from allears.connectors.x.connector import XConnector
from allears.connectors.x.judging import judge
from tests.networks.faults import cut_short, done_then_refused, fails, hangs_up, never_answers, slow, too_many
from tests.networks.x import US, FakeX, Person, Written, x_at
from tests.networks.x_world import Ledger, account, answer_to, close_client, item_of

PNG = File(name="lid.png", content_type="image/png", data=b"\x89PNG" + b"0" * 20)
FILM = File(name="lid.mp4", content_type="video/mp4", data=b"m" * (1024 * 1024 + 5))


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.MAY_REACH_PRIVATE_ADDRESSES = True


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as fake, x_at(fake.url):
        yield fake
        close_client()


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


def test_a_mention_is_heard_and_answered_below_it(x: FakeX) -> None:
    ledger = Ledger()
    _, mention = heard(x)
    assert (mention.item, mention.text) == (ItemKind.MENTION, "@lumenkettles my kettle leaks")
    sent = CONNECTOR.send(
        answer_to(mention, "Sorry to hear that! Where does it leak?"), account(meter=ledger)
    )
    assert x.posts[-1].above is x.posts[0]
    assert (sent.external_id, sent.url) == (
        x.posts[-1].id,
        f"https://x.com/lumenkettles/status/{x.posts[-1].id}",
    )
    assert ledger.spent == [("post", 1)]
    assert x.asked_for("POST", "/2/tweets")[0].headers["authorization"].startswith("OAuth ")


def test_a_link_costs_what_a_link_costs(x: FakeX) -> None:
    ledger = Ledger()
    _, mention = heard(x)
    CONNECTOR.send(answer_to(mention, "See https://lumen.example/leaks"), account(meter=ledger))
    assert ledger.spent == [("post_with_link", 1)]
    offer = judge(item_of(mention), account(), datetime.now(UTC)).publicly
    assert offer.link_warning % offer.facts == (
        "X charges 0.20 US dollars for a post with a link, instead of 0.015."
    )


def test_an_edited_post_is_answered_by_its_newest_version(x: FakeX) -> None:
    _, mention = heard(x)
    x.edit(x.posts[0], "@lumenkettles my kettle is fine")
    records = hear_all(account())
    assert [type(record).__name__ for record in records] == ["Edit"]
    edit = records[0]
    assert edit.external_id == mention.external_id  # type: ignore[union-attr]
    CONNECTOR.send(answer_to(edit.whole, "Good!"), account())  # type: ignore[union-attr,arg-type]
    answered = x.asked_for("POST", "/2/tweets")[0].json()["reply"]["in_reply_to_tweet_id"]
    assert answered == x.posts[0].ids[-1]


def test_each_place_has_its_own_mark_and_hears_nothing_twice(x: FakeX) -> None:
    ann = x.join("ann")
    cursors: dict[str, str] = {}
    older = x.post(ann, "@lumenkettles first")
    x.write(ann, x.us, "a message")
    assert [one.text for one in messages(hear_all(account(), cursors))] == [
        "@lumenkettles first",
        "a message",
    ]
    assert hear_all(account(), cursors) == []
    x.post(ann, "@lumenkettles second")
    x.write(ann, x.us, "another")
    assert [one.text for one in messages(hear_all(account(), cursors))] == ["@lumenkettles second", "another"]
    assert cursors["mentions"] != cursors["direct"]
    assert older.id < cursors["mentions"]


def test_a_long_gap_is_filled_in_steps_that_can_be_gone_on_with(x: FakeX) -> None:
    ann = x.join("ann")
    for number in range(950):
        x.write(ann, x.us, f"message {number}")
    cursors: dict[str, str] = {}
    x.misbehave(
        *[slow(0)] * 8,
        too_many({"x-rate-limit-reset": "1795000900", "x-rate-limit-remaining": "0"}),
        on="GET /2/dm_events",
    )
    with pytest.raises(SlowDown):
        hear_all(account(), cursors)
    assert "." in cursors["direct"]
    rest = messages(hear_all(account(), cursors))
    assert (rest[0].text, rest[-1].text, len(rest)) == ("message 0", "message 149", 150)
    assert "." not in cursors["direct"]
    assert hear_all(account(), cursors) == []


def test_only_what_is_younger_than_the_backfill_is_heard(x: FakeX) -> None:
    ann = x.join("ann")
    x.now = datetime.now(UTC) - timedelta(days=5)
    x.post(ann, "@lumenkettles long ago")
    x.write(ann, x.us, "long ago, in private")
    x.now = datetime.now(UTC) - timedelta(days=1)
    x.post(ann, "@lumenkettles lately")
    x.write(ann, x.us, "lately, in private")
    texts = [one.text for one in messages(hear_all(account()))]
    assert texts == ["@lumenkettles lately", "lately, in private"]


def test_our_own_answers_are_seen_again_as_ours(x: FakeX) -> None:
    _, mention = heard(x)
    sent = CONNECTOR.send(answer_to(mention, "We are on it."), account())
    (ours,) = [one for one in hear_all(account()) if isinstance(one, Incoming) and one.is_ours]
    assert (ours.external_id, ours.recipient and ours.recipient.handle) == (sent.external_id, "@ann")


def test_what_goes_on_below_our_posts_is_found_and_can_not_be_answered_on_this_plan(x: FakeX) -> None:
    ann, ben = x.join("ann"), x.join("ben")
    ours = x.post(x.us, "The copper kettle is back")
    called = x.post(ann, "Lovely", above=ours)
    x.post(ben, "Mine broke after a week", above=called)
    found = {one.text: one for one in messages(hear_all(account()))}
    assert found["Lovely"].item is ItemKind.REPLY
    comment = found["Mine broke after a week"]
    assert (comment.item, comment.post and comment.post.is_ours) == (ItemKind.COMMENT, True)
    offer = judge(item_of(comment), account(), datetime.now(UTC)).publicly
    assert not offer.is_possible and "does not" in offer.reason
    with pytest.raises(Refused):
        CONNECTOR.send(answer_to(comment, "Oh no!"), account())
    assert x.said_by(x.us) == ["The copper kettle is back"]
    assert judge(item_of(comment), account(tier="enterprise"), datetime.now(UTC)).publicly.is_possible


def test_words_to_watch_are_searched(x: FakeX) -> None:
    x.post(x.join("ann"), "any good teapot out there?")
    (found,) = messages(hear_all(account(search_words="teapot OR kettle")))
    assert found.item is ItemKind.FOUND
    assert x.asked_for("GET", "/2/tweets/search/recent")[0].query["query"] == (
        "(teapot OR kettle) -is:retweet -from:lumenkettles"
    )


def test_a_deletion_is_noticed_when_posts_are_looked_up_again(x: FakeX) -> None:
    ann = x.join("ann")
    cursors: dict[str, str] = {}
    gone, stays = x.post(ann, "@lumenkettles oops"), x.post(ann, "@lumenkettles stays")
    hear_all(account(), cursors)
    x.posts.remove(gone)
    assert hear_all(account(), cursors) == []
    looked_at, _, rest = cursors["again"].partition(".")
    cursors["again"] = f"{int(looked_at) - 6 * 3600}.{rest}"
    (deletion,) = hear_all(account(), cursors)
    assert getattr(deletion, "external_id", "") == gone.id != stays.id
    assert hear_all(account(), cursors) == []


def test_a_public_matter_is_taken_to_private_where_the_person_takes_messages(x: FakeX) -> None:
    ann, mention = heard(x)
    sent = CONNECTOR.send(answer_to(mention, "Tell us here.", Visibility.PRIVATE), account())
    assert x.told_to(ann) == ["Tell us here."]
    assert (sent.thread, sent.recipient and sent.recipient.id) == (f"{US}-{ann.id}", ann.id)


def test_one_who_takes_no_messages_is_not_written_to(x: FakeX) -> None:
    _, mention = heard(x, takes_messages=False)
    offer = judge(item_of(mention), account(), datetime.now(UTC)).privately
    assert not offer.is_possible
    with pytest.raises(Refused) as refused:
        CONNECTOR.send(answer_to(mention, "Hello", Visibility.PRIVATE), account())
    assert "does not take direct messages" in refused.value.detail


def test_pictures_and_films_go_along(x: FakeX) -> None:
    pauses: list[float] = []
    connector = XConnector(pause=pauses.append)
    _, mention = heard(x)
    x.working_on_media = 2
    connector.send(answer_to(mention, "Like this", files=(PNG,)), account())
    connector.send(answer_to(mention, "", files=(FILM,)), account())
    connector.send(answer_to(mention, "Here", Visibility.PRIVATE, files=(PNG,)), account())
    assert [one["category"] for one in x.media.values()] == ["tweet_image", "tweet_video", "dm_image"]
    assert [one["bytes"] for one in x.media.values()] == [PNG.data, FILM.data, PNG.data]
    assert pauses == [1, 1]
    assert x.posts[-1].media and x.messages[-1].media


@pytest.mark.parametrize(
    ("text", "files", "words"),
    [
        ("a" * 281, (), "1 characters too long"),
        ("Buy $KETL and $POTS", (), "cashtag"),
        (" ", (), "nothing to send"),
        ("Five", (PNG,) * 5, "at most 4 files"),
        ("Both", (PNG, FILM), "only alone"),
        ("Paper", (File(name="a.pdf", content_type="application/pdf", data=b"x"),), "a.pdf"),
    ],
)
def test_what_x_would_not_take_is_refused_before_anything_is_sent(
    x: FakeX, text: str, files: tuple[File, ...], words: str
) -> None:
    _, mention = heard(x)
    before = len(x.asked)
    with pytest.raises(Refused) as refused:
        CONNECTOR.send(answer_to(mention, text, files=files), account())
    assert words in str(refused.value)
    assert len(x.asked) == before


def test_a_premium_account_may_write_more(x: FakeX) -> None:
    _, mention = heard(x)
    CONNECTOR.send(answer_to(mention, "a" * 281), account(length="25000"))
    assert len(x.said_by(x.us)[0]) == 281


def test_replies_below_our_posts_are_hidden_and_shown_and_ours_deleted(x: FakeX) -> None:
    ann = x.join("ann")
    ours = x.post(x.us, "Back in stock")
    rude = x.post(ann, "Liars!", above=ours)
    found = {one.text: item_of(one) for one in messages(hear_all(account()))}
    item = found["Liars!"]
    able = judge(item, account(), datetime.now(UTC))
    assert able.hide.is_possible and not able.delete.is_possible
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.HIDE, item=item), account())
    assert rude.is_hidden
    CONNECTOR.act(Deed(kind=DeedKind.UNHIDE, item=item), account())
    assert not rude.is_hidden
    sent = CONNECTOR.send(answer_to(messages(hear_all(account()))[0], "Please be kind"), account())
    (mine,) = [one for one in hear_all(account()) if isinstance(one, Incoming) and one.is_ours]
    assert judge(item_of(mine), account(), datetime.now(UTC)).delete.is_possible
    CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=item_of(mine)), account())
    assert sent.external_id not in [post.id for post in x.posts]


def test_only_enterprise_likes(x: FakeX) -> None:
    _, mention = heard(x)
    able = judge(item_of(mention), account(), datetime.now(UTC))
    assert (able.like.is_possible, able.emoji, "Enterprise" in able.like.reason) == (False, (), True)
    exempt = account(tier="enterprise")
    assert judge(item_of(mention), exempt, datetime.now(UTC)).like.is_possible
    CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=item_of(mention)), exempt)
    assert x.liked == [mention.external_id]
    CONNECTOR.act(Deed(kind=DeedKind.UNLIKE, item=item_of(mention)), exempt)
    assert x.liked == []


def test_a_mention_below_somebody_elses_post_can_not_be_hidden(x: FakeX) -> None:
    ann, ben = x.join("ann"), x.join("ben")
    x.post(ben, "@lumenkettles look", above=x.post(ann, "My new kitchen"))
    (mention,) = messages(hear_all(account()))
    assert not judge(item_of(mention), account(), datetime.now(UTC)).hide.is_possible


def test_one_who_lets_only_named_people_answer_is_not_answered(x: FakeX) -> None:
    ann = x.join("ann")
    ours = x.post(x.us, "Back in stock")
    x.post(ann, "Ha", quoted=ours, replies="mentionedUsers").calls = {US}
    (quote,) = messages(hear_all(account()))
    assert judge(item_of(quote), account(), datetime.now(UTC)).publicly.is_possible
    unnamed = item_of(quote, facts={**quote.facts, "named": ""})
    assert not judge(unnamed, account(), datetime.now(UTC)).publicly.is_possible


def test_an_app_that_knows_only_the_newer_names_is_asked_by_them(x: FakeX) -> None:
    x.names = ("post",)
    x.post(x.join("ann"), "@lumenkettles hello")
    assert [one.text for one in messages(hear_all(account()))] == ["@lumenkettles hello"]
    found = CONNECTOR.find_out(account())
    assert found == {
        "account_id": US,
        "name": "Lumen Kettles",
        "handle": "@lumenkettles",
        "dialect": "post",
    }
    asked = len(x.asked)
    hear_all(account(**found))
    assert all("tweet.fields" not in one.query for one in x.asked[asked:])


def test_the_ledger_counts_what_came_once(x: FakeX) -> None:
    ledger, cursors = Ledger(), {"mentions": ""}
    ann = x.join("ann")
    x.post(ann, "@lumenkettles one")
    x.write(ann, x.us, "two")
    hear_all(account(meter=ledger), cursors)
    hear_all(account(meter=ledger), cursors)
    assert sorted(ledger.spent) == [("message_read", 1), ("post_read", 1)]


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
    ours = account(door=DOOR)
    CONNECTOR.subscribe(ours)
    assert [one.is_good for one in CONNECTOR.check(ours)] == [True] * 5
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
