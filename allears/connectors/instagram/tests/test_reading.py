"""What an Instagram account's deliveries and polled answers become."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from allears.connectors.errors import Unreadable
from allears.connectors.instagram import CONNECTOR
from allears.connectors.interface import (
    Account,
    Deletion,
    Delivery,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Reaction,
    Receipt,
    ReceiptState,
    Visibility,
)
from tests.networks.meta_payloads import AT, cut_file, mutilated, read_file, read_recorded
from tests.networks.shared import needs_shared, recorded

PAYLOADS = Path(__file__).parents[1] / "payloads"
US, ANN = "17840000000000001", "7000000000000007"
MEDIA, FIRST = "18000000000000001", "17900000000000001"


def read(name):
    return read_file(CONNECTOR, PAYLOADS / f"{name}.json", account_id=US, handle="brookandwillow")


def one(name):
    [record] = read(name)
    return record


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_payload_is_read_alike_twice_with_text_ids_and_aware_times(path):
    first = read_file(CONNECTOR, path, account_id=US)

    assert first
    assert first == read_file(CONNECTOR, path, account_id=US)
    for record in first:
        if isinstance(record, Incoming):
            assert record.sent_at.tzinfo is not None
            assert record.text or record.files or record.warnings


def test_a_comment_stands_under_its_post_with_who_wrote_it():
    comment = one("comment")

    assert (comment.external_id, comment.thread, comment.in_reply_to) == (FIRST, MEDIA, "")
    assert (comment.author.id, comment.author.handle, comment.author.also) == (
        ANN,
        "ann.kettle",
        ("@ann.kettle",),
    )
    assert (comment.text, comment.visibility, comment.item) == (
        "Is it blue? 💙",
        Visibility.PUBLIC,
        ItemKind.COMMENT,
    )
    assert comment.sent_at == datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_advertised_post_delivers_a_comment_twice_and_it_is_one_message():
    [plain], [advertised] = (
        cut_file(CONNECTOR, PAYLOADS / f"{name}.json") for name in ("comment", "comment_on_ad")
    )

    assert plain.key == advertised.key
    assert (one("comment_on_ad").external_id, one("comment_on_ad").thread) == (FIRST, MEDIA)
    assert one("comment_on_ad").post.kind == "ad"


def test_answers_to_comments_and_our_own():
    assert one("comment_reply").in_reply_to == FIRST
    assert one("own_comment").is_ours
    assert not one("comment").is_ours
    gone = one("comment_removed")
    assert (type(gone), gone.external_id) == (Deletion, FIRST)


def test_a_live_comment_is_told_apart():
    assert one("live_comment").facts == {"live": "1"}


def test_a_mention_says_that_its_words_must_be_asked_for_where_nobody_can():
    assert "must be asked for" in one("mention_in_comment")
    assert "must be asked for" in one("mention_in_caption")
    assert "no words" in one("nothing_story_insights")


def test_a_direct_message_opens_a_thread_of_its_person():
    message, change = one("message"), one("message_as_change")

    assert (message.external_id, message.thread, message.author.name) == ("ig_one", ANN, "Instagram user")
    assert (change.external_id, change.thread, change.text) == ("ig_change", ANN, "Hello")
    assert {message.visibility, change.visibility} == {Visibility.PRIVATE}


def test_both_shapes_of_edits_and_reactions():
    edit, reaction = one("edit_as_change"), one("reaction_as_change")

    assert (type(edit), edit.external_id, edit.text) == (Edit, "ig_one", "Is it green?")
    assert (type(reaction), reaction.external_id, reaction.emoji, reaction.author.id) == (
        Reaction,
        "ig_ours",
        "❤️",
        ANN,
    )


def test_stories_reels_and_shared_posts():
    mention, answer = one("story_mention"), one("story_reply")
    reel, shared = one("reel"), one("shared_post")

    assert (mention.item, [file.content_type for file in mention.files]) == (
        ItemKind.STORY_MENTION,
        ["image/jpeg"],
    )
    assert (answer.item, answer.post.id) == (ItemKind.STORY_REPLY, "18000000000000005")
    assert (reel.text, [file.content_type for file in reel.files]) == ("Tea at dawn", ["video/mp4"])
    assert shared.text == "https://www.instagram.com/p/abc/"
    assert one("unsupported").warnings


def test_unsent_seen_echoed_pressed_and_held_elsewhere():
    gone, seen, echo = one("unsent"), one("seen"), one("own_echo")

    assert (type(gone), gone.external_id) == (Deletion, "ig_one")
    assert (type(seen), seen.state, seen.external_id) == (Receipt, ReceiptState.READ, "ig_ours")
    assert (echo.is_ours, echo.recipient.id, echo.thread) == (True, ANN, ANN)
    assert one("postback").text == "Opening hours"
    assert one("standby").facts == {"standby": "1"}


def test_what_is_polled_is_the_same_as_what_was_pushed():
    own, comment = read("polled_media")
    [message] = read("polled_chats")

    assert own == "It is a post of our own."
    pushed = one("comment")
    assert (comment.external_id, comment.thread, comment.author.id) == (
        pushed.external_id,
        pushed.thread,
        pushed.author.id,
    )
    assert (comment.post.likes, comment.post.comments, comment.post.text) == (12, 2, "New kettles")
    assert (message.external_id, message.thread, message.author.handle) == ("ig_one", ANN, "ann.kettle")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"object": "instagram"}', b"\xff\xfe"])
def test_garbage_is_unreadable_and_nothing_worse(body):
    with pytest.raises(Unreadable):
        CONNECTOR.read(Delivery(body=body, received_at=AT), Account(channel_id=1, name="Shop"))


def test_half_of_anything_is_no_crash():
    """Every value of every payload in turn is taken away, or replaced by something odd."""
    account = Account(channel_id=1, name="Shop", settings={"account_id": US}, reply_key=b"key")
    for path in PAYLOADS.glob("*.json"):
        for broken in mutilated(json.loads(path.read_bytes())):
            delivery = Delivery(body=json.dumps(broken).encode(), received_at=AT)
            try:
                pieces = CONNECTOR.split(delivery) if "entry" in broken else CONNECTOR.cut(delivery.body)
                for piece in pieces:
                    found = CONNECTOR.read(replace(delivery, body=piece.body), account)
                    assert isinstance(found, Nothing | list)
            except Unreadable:
                pass


@needs_shared
def test_recorded_traffic_is_read_or_says_why_not():
    became, unreadable = read_recorded(CONNECTOR, recorded("instagram"), account_id="IG_ACCOUNT_1")

    assert unreadable == {}
    assert len(became) == 57
    records = [record for found in became.values() for record in found if not isinstance(record, str)]
    assert len(records) > 20
