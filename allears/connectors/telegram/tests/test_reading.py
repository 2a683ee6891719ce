"""What Telegram tells becomes messages, edits, deletions, reactions and notices, or nothing, and says why."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Deletion,
    Delivery,
    Edit,
    Incoming,
    ItemKind,
    MessageKind,
    Nothing,
    Notice,
    Reaction,
    Renaming,
    Visibility,
)
from allears.connectors.meta.values import write_json
from allears.connectors.telegram import CONNECTOR, contents, reading
from tests.networks.shared import recorded

FOLDER = Path(__file__).parents[1] / "payloads"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
US = "7000001"
QUESTION = "Hello, my order 1187 has not come. https://shop.example/1187"


def body_of(name):
    return (FOLDER / f"{name}.json").read_bytes()


def read(name, groups="all"):
    (piece,) = CONNECTOR.split(Delivery(body=body_of(name), received_at=AT))
    return reading.read_update(piece.body, US, groups, AT)


def only(name, kind=Incoming, groups="all"):
    (record,) = read(name, groups)
    assert isinstance(record, kind)
    return record


def test_a_private_message_names_its_author_and_its_chat():
    found = only("text")
    assert (found.external_id, found.thread, found.text) == ("5123456789:41", "5123456789", QUESTION)
    assert (found.author.id, found.author.name, found.author.handle) == ("5123456789", "Ann Lee", "annlee")
    assert (found.visibility, found.item, found.kind) == (
        Visibility.PRIVATE,
        ItemKind.DIRECT,
        MessageKind.MESSAGE,
    )
    assert found.sent_at == datetime.fromtimestamp(1795000000, UTC)
    assert not found.is_ours


def test_opening_the_chat_waits_for_nobody():
    assert only("start").kind is MessageKind.AUTO_REPLY


def test_of_a_photo_only_the_largest_is_taken():
    found = only("photo_with_caption")
    assert [(file.remote, file.name, file.content_type) for file in found.files] == [
        ("large-1", "photo.jpg", "image/jpeg")
    ]
    assert found.text == "It looks like this"


def test_an_album_is_one_turn_of_several_messages():
    first, second = only("album_first"), only("album_second")
    assert first.facts["album"] == second.facts["album"]
    assert (first.thread, len(first.files), len(second.files)) == (second.thread, 1, 1)
    assert first.external_id != second.external_id


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("document", ("d1", "Rechnung № 7.pdf", "application/pdf")),
        ("voice", ("v1", "voice.oga", "audio/ogg")),
        ("video_note", ("vn1", "video.mp4", "video/mp4")),
        ("animation", ("g1", "cat.mp4", "video/mp4")),
        ("sticker_animated", ("s1t", "sticker.webp", "image/webp")),
    ],
)
def test_files_keep_their_names_and_types(name, file):
    assert [(it.remote, it.name, it.content_type) for it in only(name).files] == [file]


def test_a_file_that_bots_do_not_get_is_said_to_be_there():
    found = only("large_document")
    assert (found.files, found.warnings) == ((), (contents.TOO_LARGE,))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "venue",
            (
                "Harbour Coffee, north quay, Quay 7\n📍 52.379189, 4.899431\n"
                "https://www.openstreetmap.org/?mlat=52.379189&mlon=4.899431"
            ),
        ),
        ("contact", "👤 Ann Lee\n+31600000000"),
        ("poll", "📊 Which roast?\n▫ Dark\n▫ Light"),
        ("dice", "🎲 5"),
        ("sticker_animated", "😡"),
        ("button_pressed", "English"),
    ],
)
def test_what_is_no_text_becomes_lines_anybody_can_read(name, text):
    assert only(name).text == text


def test_what_was_forwarded_says_so():
    found = only("forwarded")
    assert found.warnings == (contents.FORWARDED,)
    assert found.facts["forwarded_from"] == "Courier Kim"


def test_a_reply_says_to_what_and_quotes_it():
    found = only("quoting_reply")
    assert (found.in_reply_to, found.quoted) == ("5123456789:39", "on Monday")


def test_an_edit_holds_the_new_words_and_the_whole_message():
    found = only("edited", Edit)
    assert (found.external_id, found.text) == ("5123456789:41", "Hello, my order 1188 has not come.")
    assert found.edited_at == datetime.fromtimestamp(1795000100, UTC)
    assert found.whole and found.whole.edited_at == found.edited_at


def test_a_group_is_public_and_its_people_have_their_own_ids():
    found = only("group_mention")
    assert (found.visibility, found.item, found.thread) == (
        Visibility.PUBLIC,
        ItemKind.MENTION,
        "-1002000000001",
    )
    assert (found.author.id, found.url) == ("9007199254740995", "https://t.me/coffeefriends/901")


def test_a_channel_may_hear_only_what_is_addressed():
    assert only("group_small_talk").text == "Good morning everybody"
    assert read("group_small_talk", "addressed") == Nothing(reading.NOT_ADDRESSED)
    assert only("group_mention", groups="addressed").item is ItemKind.MENTION
    assert only("comment", groups="addressed").item is ItemKind.COMMENT
    assert only("text", groups="addressed").text == QUESTION


def test_a_topic_is_an_exchange_of_its_own():
    found = only("forum_topic")
    assert (found.thread, found.url) == ("-1002000000002:12", "https://t.me/c/2000000002/37")


def test_who_writes_in_the_name_of_a_group_is_the_group():
    found = only("anonymous_administrator")
    assert (found.author.id, found.author.name, found.kind) == (
        "-1002000000001",
        "Coffee friends",
        MessageKind.MESSAGE,
    )
    assert found.facts["writer"] == "chat"


def test_a_comment_stands_under_the_post_of_the_channel():
    found = only("comment")
    assert found.item is ItemKind.COMMENT
    assert found.post and (found.post.id, found.post.text) == ("-1001000000009:70", "The new roast is here.")
    assert (found.post.url, found.post.is_ours) == ("https://t.me/harbourcoffee/70", True)
    assert found.post.author and found.post.author.name == "Harbour Coffee"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("channel_post", reading.OWN_POST),
        ("channel_post_forwarded_to_group", reading.OWN_POST),
        ("topic_created", reading.SERVICE_MESSAGE),
        ("joined", reading.SERVICE_MESSAGE),
        ("reaction_counts", reading.COUNTED),
        ("blocked", reading.BLOCKED),
        ("new_kind_of_update", reading.NOT_KNOWN),
    ],
)
def test_what_nobody_said_is_nothing_and_says_why(name, reason):
    assert read(name) == Nothing(reason)


def test_reactions_come_and_go_one_by_one():
    found = read("reaction")
    assert [(it.external_id, it.emoji, it.is_removed) for it in found] == [
        ("-1002000000001:905", "👍", True),
        ("-1002000000001:905", "❤", False),
        ("-1002000000001:905", ":emoji:", False),
    ]
    assert all(isinstance(it, Reaction) and it.author.id == "5123456789" for it in found)
    taken_back = only("reaction_taken_back", Reaction)
    assert (taken_back.emoji, taken_back.is_removed) == ("❤", True)


@pytest.mark.parametrize("name", ["became_supergroup", "came_from_group"])
def test_a_group_that_moves_is_told_from_both_ends(name):
    found = only(name, Renaming)
    assert (found.old_thread, found.thread) == ("-599000001", "-1002000000001")


def test_business_chats_are_exchanges_of_their_own():
    found, answer = only("business_message"), only("business_answer_by_hand")
    assert (found.external_id, found.thread) == ("business:Bc-1:5123456789:301", "business:Bc-1:5123456789")
    assert (found.is_ours, found.facts["business"]) == (False, "Bc-1")
    assert answer.is_ours and answer.recipient and answer.recipient.id == "5123456789"
    assert answer.thread == found.thread
    assert only("business_edited", Edit).external_id == found.external_id
    assert [(it.external_id, type(it)) for it in read("business_deleted")] == [
        ("business:Bc-1:5123456789:301", Deletion),
        ("business:Bc-1:5123456789:303", Deletion),
    ]


@pytest.mark.parametrize(
    ("name", "sentence", "is_good"),
    [
        ("business_connected", reading.BUSINESS_ON, True),
        ("business_connected_mute", reading.BUSINESS_MUTE, False),
        ("business_disconnected", reading.BUSINESS_OFF, False),
        ("removed_from_group", reading.REMOVED, False),
        ("added_to_group", reading.ADDED, True),
    ],
)
def test_what_becomes_of_the_bot_is_told(name, sentence, is_good):
    found = only(name, Notice)
    assert (found.message, found.is_good) == (sentence, is_good)
    assert found.message % found.facts


def test_another_bot_waits_for_nobody():
    assert only("by_another_bot").kind is MessageKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("name", "warning"), [("story", contents.STORY), ("something_new", contents.UNKNOWN)]
)
def test_what_can_not_be_shown_is_said_to_be_there(name, warning):
    assert only(name).warnings == (warning,)


def test_direct_messages_to_a_channel_are_private():
    found = only("direct_to_channel")
    assert (found.visibility, found.thread) == (
        Visibility.PRIVATE,
        "direct:-1003000000001:5123456789",
    )


def test_a_page_of_updates_is_cut_into_what_a_webhook_would_bring():
    pieces = CONNECTOR.cut(body_of("page_of_updates"))
    assert [piece.key for piece in pieces] == ["881001", "881002"]
    assert {piece.order_key for piece in pieces} == {"5123456789"}
    assert [reading.read_update(piece.body, US, "all", AT)[0].text for piece in pieces] == ["One", "Two"]


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"update_id": true}', b"[" * 100_000])
def test_garbage_is_unreadable(body):
    with pytest.raises(Unreadable):
        CONNECTOR.split(Delivery(body=body, received_at=AT))


scalars = (
    some.none() | some.booleans() | some.integers() | some.sampled_from(["", "7", "x", 10**300, "\x00\ud800"])
)
names = some.sampled_from(["id", "type", "text", "file_id", "width", "title", "username", "blocks", "emoji"])
anything = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
KEYS = sorted(
    contents.FRAME | {"text", "photo", "poll", "sticker", "venue", "rich_message", "checklist", "document"}
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    some.sampled_from([*reading.HEARD, "message_reaction_count"]),
    some.dictionaries(
        some.sampled_from([*KEYS, "user", "new_reaction", "id", "message_ids"]), anything, max_size=6
    ),
)
def test_whatever_stands_in_an_update_it_is_read_or_unreadable(kind, told):
    body = write_json({"update_id": 1, kind: {"message_id": 1, "chat": {"id": 1}, **told}})
    try:
        found = reading.read_update(body, US, "all", AT)
    except Unreadable:
        return
    for record in [] if isinstance(found, Nothing) else found:
        if isinstance(record, Incoming):
            assert record.external_id and record.sent_at.tzinfo
            assert record.text or record.files or record.warnings


def bare_updates():
    """Yield the recorded payloads as updates: messages that stand alone are put into one."""
    for path in recorded("telegram"):
        value = reading.parse_object(path.read_bytes())
        found = value.get("result", value)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict) and "update_id" in one:
                yield path.name, one
            elif isinstance(one, dict) and "message_id" in one and "chat" in one:
                yield path.name, {"update_id": 1, "message": one}


def test_everything_recorded_is_read_or_says_why_not():
    found = list(bare_updates())
    if not found:
        pytest.skip("no recorded payloads of Telegram beside the repository")
    kinds = {}
    for name, update in found:
        records = reading.read_update(write_json(update), US, "all", AT)
        assert records == reading.read_update(write_json(update), US, "all", AT)
        kinds[name] = records
    said = [it for it in kinds.values() if not isinstance(it, Nothing)]
    assert (len(found), len(said)) == (52, 31)
    assert not [it for it in said for record in it if getattr(record, "warnings", ()) == (contents.UNKNOWN,)]
