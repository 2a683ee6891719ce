"""What a page's deliveries and polled answers become."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from allears.connectors.errors import Unreadable
from allears.connectors.facebook import CONNECTOR
from allears.connectors.interface import (
    Account,
    Deletion,
    Delivery,
    Edit,
    Hiding,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Piece,
    Reaction,
    Receipt,
    ReceiptState,
    Visibility,
)
from allears.connectors.meta.marks import mark_of
from allears.connectors.meta.values import write_json
from tests.networks.meta_payloads import AT, cut_file, mutilated, read_file, read_piece, read_recorded
from tests.networks.shared import needs_shared, recorded

PAYLOADS = Path(__file__).parents[1] / "payloads"
PAGE, ANN, BEN = "110000000000001", "7000000000000007", "7000000000000008"
POST, FIRST = f"{PAGE}_500000000000001", "500000000000001_600000000000001"


def read(name):
    return read_file(CONNECTOR, PAYLOADS / f"{name}.json", account_id=PAGE)


def one(name):
    [record] = read(name)
    return record


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_payload_is_read_alike_twice_with_text_ids_and_aware_times(path):
    first = read_file(CONNECTOR, path, account_id=PAGE)

    assert first
    assert first == read_file(CONNECTOR, path, account_id=PAGE)
    for record in first:
        if isinstance(record, Incoming):
            assert isinstance(record.external_id, str)
            assert record.sent_at.tzinfo is not None
            assert record.text or record.files or record.warnings
            assert record.author.id


def test_a_comment_stands_under_its_post_with_who_wrote_it():
    comment = one("comment_add")

    assert (comment.external_id, comment.thread, comment.in_reply_to) == (FIRST, POST, "")
    assert (comment.author.id, comment.author.name) == (ANN, "Ann Kettle")
    assert (comment.text, comment.visibility, comment.item) == (
        "Ấm này còn hàng không?",
        Visibility.PUBLIC,
        ItemKind.COMMENT,
    )
    assert comment.sent_at == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert (comment.post.id, comment.post.is_ours, comment.is_ours) == (POST, True, False)


def test_an_answer_to_a_comment_names_it():
    assert one("comment_reply").in_reply_to == FIRST


def test_a_comment_on_an_ad_says_so():
    assert one("comment_on_ad").post.kind == "ad"


def test_somebody_without_a_name_is_called_something_sensible_and_stays_a_person_of_their_own():
    comment = one("comment_nameless")

    assert comment.author.name == "Facebook user"
    assert FIRST in comment.author.id


def test_what_the_page_itself_says_is_ours():
    assert one("own_comment").is_ours
    assert not one("comment_add").is_ours


def test_a_picture_in_a_comment_is_a_file_that_can_be_fetched():
    comment = one("comment_photo")

    assert [(file.name, file.content_type) for file in comment.files] == [("broken_lid.jpg", "image/jpeg")]
    assert comment.files[0].remote.startswith("https://scontent.example/")


def test_a_comment_without_words_or_picture_says_that_it_must_be_looked_at():
    assert one("comment_sticker").warnings


def test_changes_of_a_comment():
    edit, gone = one("comment_edited"), one("comment_removed")
    hidden, shown = one("comment_hidden"), one("comment_shown")

    assert isinstance(edit, Edit)
    assert (edit.external_id, edit.text, edit.whole.text) == (
        FIRST,
        "Is it still for sale?",
        "Is it still for sale?",
    )
    assert isinstance(gone, Deletion)
    assert gone.external_id == FIRST
    assert [(type(one), one.is_hidden) for one in (hidden, shown)] == [(Hiding, True), (Hiding, False)]


def test_a_reaction_is_never_a_message():
    added, removed = one("reaction_on_comment"), one("reaction_removed")

    assert [(type(one), one.external_id, one.emoji) for one in (added, removed)] == [
        (Reaction, FIRST, "🤗"),
        (Reaction, FIRST, "🤗"),
    ]
    assert (added.is_removed, removed.is_removed) == (False, True)
    assert isinstance(one("nothing_page_liked"), str)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("visitor_post", "The lid came broken"),
        ("visitor_photo", "Look"),
        ("visitor_link", "A review\nhttps://tea.example/review"),
    ],
)
def test_a_visitors_post_is_a_message(name, text):
    post = one(name)

    assert (post.item, post.text, post.thread) == (ItemKind.VISITOR_POST, text, post.external_id)


def test_our_own_post_is_none():
    assert one("nothing_own_post") == "It is a post of our own."


def test_a_recommendation_says_which_way_it_went():
    rating = one("rating_add")

    assert (rating.item, rating.text) == (ItemKind.RATING, "👎\nTwo weeks for a kettle")
    assert rating.external_id == "800000000000001"


def test_a_mention_stands_where_it_was_written():
    mention, silent = one("mention_post"), one("mention_without_words")

    assert (mention.item, mention.text, mention.author.name) == (
        ItemKind.MENTION,
        "Thanks to Brook & Willow",
        "Ben",
    )
    assert silent.warnings
    assert silent.external_id == "900000000000001_900000000000002"


def test_a_blocked_video_is_a_notice():
    notice = one("video_blocked")

    assert isinstance(notice, Notice)
    assert notice.advice


def test_a_private_message_opens_a_thread_of_its_person():
    message = one("message")

    assert (message.external_id, message.thread, message.author.id) == ("m_one", ANN, ANN)
    assert (message.visibility, message.item) == (Visibility.PRIVATE, ItemKind.DIRECT)
    assert message.author.name == "Facebook user"


def test_files_keep_their_kind():
    assert [(file.name, file.content_type) for file in one("message_files").files] == [
        ("a.png", "image/png"),
        ("voice.mp4", "audio/mp4"),
        ("receipt.pdf", "application/pdf"),
    ]


def test_cards_links_likes_and_places_become_words():
    assert one("message_like").text == "👍"
    assert one("message_link").text == "https://tea.example/k1\nKettle K1"
    assert one("message_place").text.startswith("https://www.openstreetmap.org/?mlat=21.028511")
    assert one("message_quick_reply").text == "Track my order"
    assert one("postback").text == "Talk to a person"


def test_what_meta_keeps_to_itself_is_said():
    assert one("message_unsupported").warnings == (
        "Meta does not hand over this kind of message. Look at it in its own app.",
    )


def test_answers_name_what_they_answer():
    story = one("message_to_story")

    assert one("message_reply").in_reply_to == "m_one"
    assert (story.item, story.post.id, story.post.kind) == (ItemKind.STORY_REPLY, "510000000000001", "story")


def test_edits_and_deletions_of_private_messages():
    edit, gone = one("message_edited"), one("message_deleted")

    assert (type(edit), edit.external_id, edit.text) == (Edit, "m_one", "Where is order 12?")
    assert (type(gone), gone.external_id) == (Deletion, "m_one")


def test_our_words_told_back_are_ours_and_name_the_customer():
    echo = one("own_echo")

    assert (echo.is_ours, echo.recipient.id, echo.thread, echo.author.id) == (True, ANN, ANN, PAGE)


def test_a_reply_of_ours_told_back_names_its_dispatch():
    at = {"sender": {"id": PAGE}, "recipient": {"id": ANN}, "timestamp": 1795348800000}

    def told(part, key=b"key"):
        metadata = mark_of("dispatch-1-2", part, key)
        message = {"mid": f"m_{part}", "text": "On its way", "is_echo": True, "metadata": metadata}
        return read_event({**at, "message": message})

    [receipt] = told(0)
    assert receipt == Receipt(state=ReceiptState.SENT, at=AT, external_id="m_0", key="dispatch-1-2")
    assert told(1) == ["It is part of a reply that was sent from here."]
    [forged] = told(0, b"another key")
    assert isinstance(forged, Incoming)


def read_event(event):
    body = write_json(
        {"object": "page", "entry": [{"id": PAGE, "time": 1795348800000, "messaging": [event]}]}
    )
    account = Account(channel_id=1, name="Shop", settings={"account_id": PAGE}, reply_key=b"key")
    return read_piece(CONNECTOR, Piece(body=body), account)


def test_receipts_name_what_arrived_and_what_was_read():
    [first, second], receipt = read("delivery"), one("read")

    assert (first.external_id, second.external_id, first.state) == (
        "m_ours",
        "m_ours2",
        ReceiptState.DELIVERED,
    )
    assert (receipt.state, receipt.thread, receipt.until) == (
        ReceiptState.READ,
        ANN,
        datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC),
    )


def test_reactions_to_ours_and_their_end():
    added, removed = one("message_reaction"), one("message_unreact")

    assert (added.external_id, added.emoji, added.is_removed) == ("m_ours", "❤️", False)
    assert (removed.emoji, removed.is_removed) == ("", True)


def test_what_another_app_holds_is_marked_and_what_it_hands_over_waits():
    held, given = one("standby"), one("handed_over")

    assert held.facts == {"standby": "1"}
    assert (given.author.id, given.facts) == (ANN, {})
    assert given.warnings
    assert isinstance(one("nothing_taken_away"), str)


def test_a_policy_block_is_a_notice():
    assert isinstance(one("policy"), Notice)


def test_several_things_in_one_delivery_keep_their_account_and_their_names():
    pieces, again = (cut_file(CONNECTOR, PAYLOADS / "several.json") for _ in range(2))

    assert pieces == again
    assert [piece.account for piece in pieces] == [PAGE, PAGE, "110000000000002"]
    assert len({piece.key for piece in pieces}) == 3


def test_polled_comments_are_the_same_messages_as_pushed_ones():
    pushed = one("comment_add")
    [own, comment, reply, visitor] = read("polled_feed")

    assert own == "It is a post of our own."
    assert (comment.external_id, comment.thread, comment.author.id) == (
        pushed.external_id,
        pushed.thread,
        pushed.author.id,
    )
    assert comment.facts == {"private": "no"}
    assert (comment.post.text, comment.post.shares) == ("New kettles", 3)
    assert (reply.is_ours, reply.recipient.id, reply.in_reply_to) == (True, ANN, FIRST)
    assert visitor.item is ItemKind.VISITOR_POST


def test_polled_messages_are_the_same_as_pushed_ones():
    [ours, theirs] = read("polled_chats")

    assert (ours.is_ours, ours.recipient.name, ours.external_id) == (
        True,
        "Ann Kettle",
        one("own_echo").external_id,
    )
    assert (theirs.external_id, theirs.thread, theirs.author.name) == ("m_one", ANN, "Ann Kettle")
    assert theirs.files[0].name == "lid.png"


def test_a_polled_recommendation_is_the_pushed_one():
    [rating] = read("polled_ratings")

    assert (rating.external_id, rating.text) == (one("rating_add").external_id, "👍\nBest tea")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"object": "page"}', b"\xff\xfe", b"[" * 90_000])
def test_garbage_is_unreadable_and_nothing_worse(body):
    account = Account(channel_id=1, name="Shop")
    with pytest.raises(Unreadable):
        CONNECTOR.read(Delivery(body=body, received_at=AT), account)


def test_half_of_anything_is_no_crash():
    """Every value of every payload in turn is taken away, or replaced by something odd."""
    account = Account(channel_id=1, name="Shop", settings={"account_id": PAGE}, reply_key=b"key")
    for path in PAYLOADS.glob("*.json"):
        whole = json.loads(path.read_bytes())
        for broken in mutilated(whole):
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
    became, unreadable = read_recorded(CONNECTOR, recorded("facebook"), account_id="1234567890321")

    assert unreadable == {"messages-with-attachments.json": "This is JSON, but not an object."}
    assert len(became) == 144
    records = [record for found in became.values() for record in found if not isinstance(record, str)]
    assert len(records) > 80
    assert all(one.sent_at.tzinfo for one in records if isinstance(one, Incoming))
