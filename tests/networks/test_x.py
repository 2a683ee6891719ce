"""X, from being heard to being answered, at a fake that refuses what X refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allears.connectors.errors import (
    Refused,
    SlowDown,
)
from allears.connectors.interface import (
    Deed,
    DeedKind,
    File,
    Incoming,
    ItemKind,
    Visibility,
)
from allears.connectors.x import CONNECTOR
from allears.connectors.x.connector import XConnector
from allears.connectors.x.judging import judge
from tests.networks.faults import slow, too_many
from tests.networks.x import US, FakeX, x_at
from tests.networks.x_world import (
    Ledger,
    account,
    answer_to,
    close_client,
    hear_all,
    heard,
    item_of,
    messages,
)

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
        ("a" * 281, (), "by 1 as X counts"),
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
