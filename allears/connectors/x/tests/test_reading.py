"""What becomes of everything that X delivers."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Deletion,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Receipt,
    ReceiptState,
    Visibility,
    Who,
)
from allears.connectors.x import CONNECTOR
from allears.connectors.x.moments import moment_in_id
from allears.connectors.x.tests.world import (
    AT,
    MIA,
    PAYLOADS,
    RIN,
    TOM,
    US,
    account,
    delivery,
    heard,
    one,
    payload,
)
from allears.connectors.x.words import ENCRYPTED, MEMBERS, NO_MATTER, OUR_POST, PROTECTED, REPOST, TYPING


def by_id(records):
    return {record.external_id: record for record in records if hasattr(record, "external_id")}


def test_a_mention_has_its_author_its_words_and_who_was_called():
    mention = one("activity_mention")
    assert (mention.item, mention.visibility, mention.thread) == (
        ItemKind.MENTION,
        Visibility.PUBLIC,
        "1991000000000000200",
    )
    assert mention.text == "@lumenkettles my kettle whistles before it boils & the lid is loose 😖"
    assert (mention.author.id, mention.author.handle, mention.author.followers) == (MIA, "@miathorne", 341)
    assert mention.url == "https://x.com/miathorne/status/1991000000000000200"
    assert mention.facts["called"] == mention.facts["named"] == mention.facts["takes_dm"] == "yes"
    assert (mention.post.id, mention.post.views, mention.post.is_ours) == (mention.external_id, 410, False)


def test_a_reply_stands_under_our_post_and_its_links_lead_where_they_lead():
    reply = one("activity_reply")
    assert (reply.item, reply.in_reply_to, reply.thread) == (
        ItemKind.REPLY,
        "1991000000000000100",
        "1991000000000000100",
    )
    assert reply.text == "@lumenkettles Does it work on induction? https://hobs.example/induction?model=7"
    post = reply.post
    assert (post.is_ours, post.text, post.likes, post.comments, post.shares, post.views) == (
        True,
        "Our copper kettle is back in stock.",
        210,
        14,
        33,
        20400,
    )
    assert reply.facts["began"] == "us"


def test_a_quote_shows_what_it_quotes_and_not_its_link():
    quote = one("activity_quote")
    assert (quote.item, quote.text, quote.post.id) == (
        ItemKind.QUOTE,
        "Third one that broke this year.",
        "1991000000000000100",
    )
    assert quote.author.followers == 12903
    assert (quote.facts["replies"], quote.facts["takes_dm"], quote.facts["called"]) == (
        "following",
        "no",
        "yes",
    )


def test_a_deletion_says_who_did_it():
    assert one("activity_deleted") == Deletion(external_id="1991000000000000200", at=AT, by=Who.AUTHOR)
    assert one("activity_deleted", account_id=MIA).by is Who.US


def test_a_direct_message_stands_between_two():
    message = one("activity_message")
    assert (message.item, message.visibility) == (ItemKind.DIRECT, Visibility.PRIVATE)
    assert (message.thread, message.text) == (f"{US}-{MIA}", "Order 48213 < still not here")
    assert message.sent_at == datetime(2026, 11, 21, 11, 15, 2, 123000, tzinfo=UTC)
    assert message.author.name == "Mia Thorne"


def test_our_own_message_names_the_customer():
    ours = one("activity_message_sent")
    assert (ours.is_ours, ours.recipient.id, ours.recipient.name, ours.thread) == (
        True,
        MIA,
        "Mia Thorne",
        f"{US}-{MIA}",
    )


def test_a_receipt_is_for_all_up_to_the_message_that_was_read():
    receipt = one("activity_message_read")
    assert isinstance(receipt, Receipt)
    assert (receipt.state, receipt.thread) == (ReceiptState.READ, f"{US}-{MIA}")
    assert receipt.until == moment_in_id("1991000000000000510") + timedelta(milliseconds=1)


def test_an_encrypted_message_is_shown_as_such():
    sealed = one("activity_encrypted")
    assert (sealed.text, sealed.warnings, sealed.thread) == ("🔒", (ENCRYPTED,), f"{US}-{MIA}")
    assert sealed.author.id == MIA


def test_a_withdrawn_permission_disconnects():
    for name in ("activity_revoked", "account_activity_revoked"):
        notice = one(name)
        assert isinstance(notice, Notice) and notice.disconnects
    assert isinstance(one("activity_revoked", account_id="5"), Nothing)


@pytest.mark.parametrize(("name", "reason"), [("activity_typing", TYPING), ("activity_profile", NO_MATTER)])
def test_what_is_no_message_says_why(name, reason):
    assert one(name) == Nothing(reason)


def test_a_page_is_read_oldest_first_with_what_came_along():
    records = heard(payload("page_mentions"))
    assert [getattr(record, "external_id", record) for record in records] == [
        "1991000000000000300",
        "1991000000000000200",
        "1991000000000000620",
        "1991000000000000610",
        Nothing(REPOST),
    ]
    found = by_id(records)
    picture = found["1991000000000000610"]
    assert picture.text == "Look at this @lumenkettles"
    assert picture.warnings == (PROTECTED,)
    assert [(file.content_type, file.remote) for file in picture.files] == [
        ("image/jpeg", "https://pbs.twimg.com/media/FkInvented1.jpg"),
        ("video/mp4", "https://video.twimg.com/large.mp4"),
    ]
    assert found["1991000000000000620"].text.endswith("$KETL and a https://stories.example/deep link.")


def test_an_edit_keeps_the_first_id_and_is_answered_by_the_newest():
    edit = by_id(heard(payload("page_mentions")))["1991000000000000200"]
    assert isinstance(edit, Edit)
    assert edit.text.endswith("the lid is fine now")
    assert edit.edited_at == datetime(2026, 11, 20, 9, 31, tzinfo=UTC)
    assert edit.whole.sent_at == moment_in_id("1991000000000000200")
    assert edit.whole.facts["newest"] == "1991000000000000210"
    assert edit.whole.edited_at == edit.edited_at


def test_the_newer_names_of_fields_are_read_alike():
    newer, older = one("page_mentions_newer_names"), one("activity_reply")
    assert (newer.in_reply_to, newer.external_id, newer.item) == (
        older.in_reply_to,
        older.external_id,
        older.item,
    )
    assert newer.post.likes == 210


def test_what_was_found_by_its_words_called_nobody():
    found = one("page_search")
    assert found.item is ItemKind.FOUND
    assert "called" not in found.facts and found.facts["replies"] == "mentionedUsers"
    assert found.author.id == RIN


def test_our_own_answers_are_known_and_our_own_posts_wait_for_nobody():
    post, answer = heard(payload("page_ours"))
    assert post == Nothing(OUR_POST)
    assert (answer.is_ours, answer.recipient.id, answer.thread) == (True, MIA, "1991000000000000200")


def test_what_is_gone_when_looked_up_is_a_deletion_and_what_is_only_out_of_sight_is_none():
    records = heard(payload("page_gone"))
    assert records[-1] == Deletion(external_id="1991000000000000200", at=AT)
    assert not [record for record in heard(payload("page_mentions")) if isinstance(record, Deletion)]


def test_a_page_of_messages_knows_groups_and_who_joined_them():
    club, joined, ours, photo = heard(payload("page_messages"))
    assert (club.thread, club.author.id, club.author.name) == ("1991000000000001000", TOM, "Tom Okafor")
    assert joined == Nothing(MEMBERS)
    assert (ours.is_ours, ours.recipient.id) == (True, MIA)
    assert photo.text == "And a photo"
    assert photo.files[0].remote.endswith("/kQ9.jpg")


def test_the_older_shape_is_read_too():
    first, second = heard(payload("account_activity"))
    assert (first.text, second.text, first.thread) == ("The old way", "still works", f"{US}-{MIA}")
    assert first.author.handle == "@miathorne"
    assert first.files[0].remote.endswith("/zz.jpg")
    post = one("account_activity_post")
    assert (post.text, post.item) == ("@lumenkettles still waiting for the spare lid", ItemKind.REPLY)
    assert post.sent_at == datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    assert one("account_activity_deleted").external_id == post.external_id


def test_the_same_post_is_one_piece_however_it_came():
    (pushed,) = CONNECTOR.split(delivery(payload("activity_reply")))
    polled = {piece.key for piece in CONNECTOR.cut(payload("page_mentions"))}
    assert pushed.key == "post:1991000000000000300"
    assert pushed.key in polled
    assert (pushed.account, pushed.order_key) == (US, "1991000000000000100")


def test_without_knowing_who_we_are_the_event_says_it():
    (piece,) = CONNECTOR.split(delivery(payload("activity_reply")))
    stranger = account(account_id="")
    (reply,) = CONNECTOR.read(delivery(piece.body), stranger)
    assert reply.item is ItemKind.REPLY


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_reading_twice_gives_the_same_and_ids_are_strings(path):
    first, second = heard(path.read_bytes()), heard(path.read_bytes())
    assert first == second and first
    for record in first:
        if isinstance(record, Incoming):
            assert isinstance(record.external_id, str) and record.sent_at.tzinfo
            assert record.text or record.files


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda kids: (
            st.lists(kids)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "data",
                        "payload",
                        "id",
                        "text",
                        "author_id",
                        "event_type",
                        "includes",
                        "users",
                        "errors",
                        "direct_message_events",
                        "message_create",
                        "sender_id",
                        "entities",
                        "urls",
                        "referenced_tweets",
                        "filter",
                        "created_at",
                        "edit_history_tweet_ids",
                    ]
                ),
                kids,
            )
        ),
    )
)
def test_garbage_is_unreadable_and_nothing_worse(value):
    for cut in (CONNECTOR.cut, lambda body: CONNECTOR.split(delivery(body))):
        try:
            for piece in cut(json.dumps(value).encode()):
                CONNECTOR.read(delivery(piece.body), account())
        except Unreadable:
            pass
