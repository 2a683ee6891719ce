"""What WhatsApp delivers becomes messages, receipts, reactions and notices, or nothing, and says why."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Account,
    Author,
    Deletion,
    Delivery,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Reaction,
    Receipt,
    ReceiptState,
    Renaming,
    Who,
)
from allears.connectors.meta.values import parse_object, write_json
from allears.connectors.whatsapp import CONNECTOR, contents, notices, reading, receipts
from tests.networks.shared import recorded

FOLDER = Path(__file__).parents[1] / "payloads"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACCOUNT = Account(channel_id=1, name="Number")
ANN = Author(
    id="NL.13491208655302741918",
    name="Ann Lee",
    handle="+31611111111",
    url="https://wa.me/31611111111",
    also=("31611111111",),
)


def body_of(name):
    return (FOLDER / f"{name}.json").read_bytes()


def read(name):
    (piece,) = CONNECTOR.split(Delivery(body=body_of(name), received_at=AT))
    return CONNECTOR.read(Delivery(body=piece.body, received_at=AT), ACCOUNT)


def only(name, kind=Incoming):
    (record,) = read(name)
    assert isinstance(record, kind)
    return record


def test_a_message_names_its_writer_by_the_id_that_stays_and_by_the_number():
    found = only("text")
    assert found.author == ANN
    assert (found.thread, found.item, found.text) == (
        ANN.id,
        ItemKind.DIRECT,
        "Chào bạn, đơn 1187 của tôi đâu? 📦",
    )
    assert found.sent_at == datetime.fromtimestamp(1795000000, UTC)
    assert found.facts["phone"] == "31611111111"


def test_who_hides_their_number_is_somebody_all_the_same():
    found = only("without_phone")
    assert found.author == Author(id="NL.777", name="Ben", handle="ben.harbour")
    assert found.thread == "NL.777"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("image", ("3001", "image.jpg", "image/jpeg")),
        ("voice", ("3002", "audio.oga", "audio/ogg")),
        ("document", ("3003", "Rechnung 7.pdf", "application/pdf")),
        ("sticker", ("3004", "sticker.webp", "image/webp")),
    ],
)
def test_files_lie_with_whatsapp_until_they_are_fetched(name, file):
    assert [(it.remote, it.name, it.content_type) for it in only(name).files] == [file]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("image", "It looks like this"),
        ("contacts", "👤 Kim Courier\n+31 6 2222 2222\nkim@courier.example"),
        ("button", "Yes, please"),
        ("button_reply", "Track my order"),
        ("list_reply", "Grinders\nHand and electric"),
        ("form", 'Sent\norder: 1187\nwants: ["refund"]'),
        ("order", "As a gift, please\n2 × GRINDER-2, 45.5 EUR"),
    ],
)
def test_what_is_chosen_entered_or_ordered_is_text(name, text):
    assert only(name).text == text


def test_a_place_can_be_opened_on_a_map():
    assert only("location").text.splitlines()[0] == "North quay, Quay 7"
    assert only("location").text.endswith("mlat=52.379189&mlon=4.899431")


def test_reactions_never_make_a_message():
    given, taken = only("reaction", Reaction), only("reaction_taken_back", Reaction)
    assert (given.external_id, given.emoji, given.is_removed) == ("wamid.OURS1", "👍🏽", False)
    assert (taken.emoji, taken.is_removed) == ("", True)


def test_a_reply_and_a_forward_say_what_they_are():
    assert only("reply").in_reply_to == "wamid.OURS3"
    assert only("forwarded").warnings == (contents.FORWARDED,)


def test_an_advertisement_is_the_post_that_led_to_the_chat():
    post = only("from_advertisement").post
    assert post and (post.id, post.text, post.kind) == ("12022", "Grinders, now 20% off\nUntil Sunday", "ad")
    assert (post.url, post.picture_url) == ("https://fb.me/ad1", "https://cdn.example/ad.jpg")


@pytest.mark.parametrize(
    ("name", "warning"), [("unsupported", contents.UNSUPPORTED), ("something_new", contents.UNKNOWN)]
)
def test_what_businesses_do_not_get_is_said_to_be_there(name, warning):
    assert (only(name).text, only(name).warnings) == ("", (warning,))


def test_an_edit_and_a_deletion_name_the_first_message():
    first = only("text").external_id
    edit, deletion = only("edited", Edit), only("revoked", Deletion)
    assert (edit.external_id, edit.text, deletion.external_id) == (first, "Order 1188, I meant", first)
    assert edit.whole and edit.whole.external_id == first
    assert deletion.by is Who.AUTHOR


def test_a_new_number_is_the_same_person_in_the_same_exchange():
    person, thread = read("number_changed")
    assert isinstance(person, Renaming) and person.author
    assert (person.old_id, person.author.id) == ("31611111111", "31699999999")
    assert (thread.old_thread, thread.thread) == ("31611111111", "31699999999")
    person, _ = read("user_id_changed")
    assert person.author and (person.old_id, person.author.id) == ("NL.777", "NL.888")


def test_receipts_bring_back_the_key_that_we_gave():
    found = only("sent", Receipt)
    assert (found.state, found.external_id, found.key) == (ReceiptState.SENT, "wamid.OURS1", "reply-77")
    assert only("read", Receipt).state is ReceiptState.READ
    assert only("delivered_template", Receipt).facts == {"billed_as": "utility"}


def test_what_was_not_delivered_says_why_in_words():
    found = only("failed_day_over", Receipt)
    assert (found.state, found.reason, found.key) == (
        ReceiptState.FAILED,
        receipts.DAY_OVER,
        "reply-78",
    )
    unknown = only("failed_unknown", Receipt)
    assert unknown.reason % unknown.facts == "WhatsApp did not deliver it (error 139999)."
    assert "Never seen" in unknown.raw


def test_what_we_wrote_on_the_phone_is_ours():
    found = only("echo")
    assert (found.is_ours, found.recipient, found.thread) == (True, ANN, ANN.id)
    assert (
        only("echo_edited", Edit).external_id == only("echo_revoked", Deletion).external_id == "wamid.ECHO1"
    )
    assert only("echo_revoked", Deletion).by is Who.US


def test_one_delivery_for_several_numbers_is_shared_out():
    pieces = CONNECTOR.split(Delivery(body=body_of("several"), received_at=AT))
    assert [(piece.account, piece.order_key) for piece in pieces] == [
        ("100200300400", ANN.id),
        ("100200300400", "31633333333"),
        ("100200300400", "31611111111"),
        ("100200300401", ANN.id),
    ]
    assert len({piece.key for piece in pieces}) == 4
    texts = [CONNECTOR.read(Delivery(body=piece.body, received_at=AT), ACCOUNT)[0] for piece in pieces]
    assert [getattr(it, "text", "") for it in texts] == ["First", "From Cem", "", "To your other number"]
    authors = [it.author.name for it in texts if isinstance(it, Incoming)]
    assert authors == ["Ann Lee", "Cem", "Ann Lee"]


def test_a_single_thing_stays_as_it_came():
    (piece,) = CONNECTOR.split(Delivery(body=body_of("text"), received_at=AT))
    assert piece.body == body_of("text")


@pytest.mark.parametrize(
    ("name", "sentence", "is_good", "disconnects"),
    [
        ("banned", notices.BANNED, False, False),
        ("limited", notices.LIMITED, False, False),
        ("removed", notices.REMOVED, False, True),
        ("reviewed", notices.REVIEW_GOOD, True, False),
        ("quality_low", notices.QUALITY_LOW, False, False),
        ("limit_raised", notices.LIMIT_TOLD, True, False),
        ("name_refused", notices.NAME_BAD, False, False),
        ("template_paused", notices.TEMPLATE_BAD, False, False),
        ("template_category", notices.TEMPLATE_CATEGORY, True, False),
        ("user_name", notices.USERNAME, True, False),
        ("trouble", receipts.TOO_FAST, False, False),
    ],
)
def test_what_whatsapp_says_of_us_is_a_notice(name, sentence, is_good, disconnects):
    found = only(name, Notice)
    assert (found.message, found.is_good, found.disconnects) == (sentence, is_good, disconnects)
    assert found.message % found.facts


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("opened", reading.OPENED),
        ("status_deleted", receipts.NOT_TOLD),
        ("call", notices.CALL),
    ],
)
def test_what_nobody_said_is_nothing_and_says_why(name, reason):
    assert read(name) == Nothing(reason)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"entry": []}', b"[" * 100_000])
def test_garbage_is_unreadable(body):
    with pytest.raises(Unreadable):
        CONNECTOR.split(Delivery(body=body, received_at=AT))
    with pytest.raises(Unreadable):
        CONNECTOR.read(Delivery(body=body, received_at=AT), ACCOUNT)


scalars = (
    some.none() | some.booleans() | some.integers() | some.sampled_from(["", "7", "x", 10**300, "\x00\ud800"])
)
names = some.sampled_from(
    ["id", "type", "body", "emoji", "message_id", "wa_id", "url", "original_message_id", "message", "text"]
)
anything = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
KINDS = [
    "text",
    "image",
    "interactive",
    "order",
    "contacts",
    "location",
    "edit",
    "revoke",
    "system",
    "reaction",
]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    some.sampled_from(["messages", "statuses", "message_echoes", "errors", "contacts"]),
    some.sampled_from(KINDS),
    some.dictionaries(
        some.sampled_from([*KINDS, "id", "from", "context", "timestamp", "status"]), anything, max_size=5
    ),
)
def test_whatever_stands_in_a_delivery_it_is_read_or_unreadable(place, kind, told):
    value = {place: [{"id": "1", "from": "2", "to": "3", "type": kind, **told}]}
    entry = {"id": "9", "changes": [{"field": "messages", "value": value}]}
    body = write_json({"object": "whatsapp_business_account", "entry": [entry]})
    try:
        (piece,) = CONNECTOR.split(Delivery(body=body, received_at=AT))
        found = CONNECTOR.read(Delivery(body=piece.body, received_at=AT), ACCOUNT)
    except Unreadable:
        return
    for record in [] if isinstance(found, Nothing) else found:
        if isinstance(record, Incoming):
            assert record.external_id and record.author.id
            assert record.text or record.files or record.warnings


def recorded_deliveries():
    for path in recorded("whatsapp", (".json",)):
        try:
            value = parse_object(path.read_bytes())
        except Unreadable:
            continue
        yield from (
            (path.name, one) for one in [value, *value.values()] if isinstance(one, dict) and "entry" in one
        )


def test_everything_recorded_is_read_or_says_why_not():
    deliveries = list(recorded_deliveries())
    if not deliveries:
        pytest.skip("no recorded payloads of WhatsApp beside the repository")
    said = 0
    for name, value in deliveries:
        for piece in CONNECTOR.split(Delivery(body=write_json(value), received_at=AT)):
            delivery = Delivery(body=piece.body, received_at=AT)
            found = CONNECTOR.read(delivery, ACCOUNT)
            assert found == CONNECTOR.read(delivery, ACCOUNT), name
            said += not isinstance(found, Nothing)
    assert (len(deliveries), said) == (74, 72)
