"""WhatsApp, spoken with: what is sent, filled, fetched and subscribed, held against Meta's own description; faults.

Independent judges: jsonschema over that description, and pywa as a reader of what our fake and payloads deliver.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.errors import (
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import (
    Deed,
    DeedKind,
    Delivery,
    FilledTemplate,
    Receipt,
    ReceiptState,
)
from allears.connectors.whatsapp import CONNECTOR, connecting, judging, receipts, sending, templates
from tests.networks import whatsapp_world as world
from tests.networks.faults import cut_short, done_then_refused, fails, hangs_up, never_answers, slow
from tests.networks.whatsapp import (
    ANN,
    BEN,
    TOKEN,
    refusal,
    template,
)
from tests.networks.whatsapp_world import (
    SEND,
    UPLOAD,
    file,
    item_of,
    reply_to,
)

account, fake = world.account, world.fake


def test_an_answer_goes_to_the_number_quotes_and_carries_our_key(fake, account):
    item = item_of(fake.writes())
    sent = CONNECTOR.send(reply_to(item), account)
    (found,) = fake.sent
    assert (found["to"], found["text"]["body"]) == (ANN, "It is on its way.")
    assert found["context"] == {"message_id": item.external_id}
    assert (found["biz_opaque_callback_data"], found["id"]) == ("reply-77", sent.external_id)
    assert fake.objections == []


def test_who_hides_their_number_is_answered_by_the_other_id(fake, account):
    CONNECTOR.send(reply_to(item_of(fake.writes(BEN))), account)
    assert (fake.sent[0]["recipient"], "to" in fake.sent[0]) == (BEN, False)
    assert fake.objections == []


def test_a_receipt_with_our_key_tells_what_became_of_an_unknown_reply(fake, account):
    fake.misbehave(never_answers(), on=SEND)
    outgoing = reply_to(item_of(fake.writes()))
    with pytest.raises(Unknown):
        CONNECTOR.send(outgoing, account)
    told = fake.receipt(fake.sent[0], "sent")
    (found,) = CONNECTOR.read(
        Delivery(body=json.dumps(told).encode(), received_at=datetime.now(UTC)), account
    )
    assert isinstance(found, Receipt)
    assert (found.state, found.key, found.external_id) == (ReceiptState.SENT, outgoing.key, "wamid.OUT2")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (("a.jpg", "image/jpeg"), "image"),
        (("a.mp4", "video/mp4"), "video"),
        (("a.pdf", "application/pdf"), "document"),
        (("a.gif", "image/gif"), "document"),
        (("a.jpg", "image/jpeg", 5 * 1024 * 1024 + 1), "document"),
    ],
)
def test_a_file_is_brought_first_and_carries_the_words(fake, account, name, kind):
    CONNECTOR.send(reply_to(item_of(fake.writes()), "Here", [file(*name)]), account)
    (found,) = fake.sent
    assert (found["type"], found[kind]["caption"]) == (kind, "Here")
    assert found[kind]["id"] in fake.files
    assert ("filename" in found[kind]) == (kind == "document")
    assert fake.objections == []


def test_sound_takes_no_words_and_our_key_goes_with_the_last(fake, account):
    sent = CONNECTOR.send(
        reply_to(item_of(fake.writes()), "Listen", [file("a.mp3", "audio/mpeg"), file("b.png", "image/png")]),
        account,
    )
    assert [it["type"] for it in fake.sent] == ["text", "audio", "image"]
    assert ["biz_opaque_callback_data" in it for it in fake.sent] == [False, False, True]
    assert ["context" in it for it in fake.sent] == [True, False, False]
    assert (sent.external_id, sent.also) == (fake.sent[2]["id"], (fake.sent[0]["id"], fake.sent[1]["id"]))


def test_a_file_that_is_not_taken_stops_the_reply_while_nothing_is_out(fake, account):
    outgoing = reply_to(item_of(fake.writes()), "Here", [file("a.exe", "application/x-msdownload")])
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(outgoing, account)
    assert (caught.value.detail, fake.sent) == (receipts.FILE_BAD, [])
    fake.misbehave(never_answers(), on=UPLOAD)
    with pytest.raises(Unreachable):
        CONNECTOR.send(reply_to(item_of(fake.writes()), "Here", [file("a.png", "image/png")]), account)
    assert fake.sent == []


def test_should_only_a_part_go_out_a_person_decides(fake, account):
    outgoing = reply_to(item_of(fake.writes()), "Listen", [file("a.mp3", "audio/mpeg")])
    fake.misbehave(slow(0), fails(429, {"error": {"code": 130429, "message": "Rate limit hit"}}), on=SEND)
    with pytest.raises(Unknown) as caught:
        CONNECTOR.send(outgoing, account)
    assert (caught.value.detail, len(fake.sent)) == (sending.HALF_SENT, 1)


@pytest.mark.parametrize(
    ("text", "count", "sentence"),
    [("y" * 4097, 0, sending.TOO_LONG), ("", 0, sending.NOTHING_TO_SAY), ("x", 11, sending.TOO_MANY)],
)
def test_what_whatsapp_would_not_take_is_refused_before_it_is_asked(fake, account, text, count, sentence):
    item = item_of(fake.writes())
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(reply_to(item, text, [file("a.txt", "text/plain")] * count), account)
    assert (caught.value.detail, fake.asked) == (sentence, [])


def test_the_day_is_counted_from_the_customers_last_words(fake, account):
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    item = item_of(fake.writes(at=at))
    open_offer = CONNECTOR.abilities(item, account, at + timedelta(hours=23, minutes=59)).privately
    assert (open_offer.only_templates, open_offer.until) == (False, at + timedelta(hours=24))
    closed = CONNECTOR.abilities(item, account, at + timedelta(hours=24)).privately
    assert (closed.is_possible, closed.only_templates, closed.reason) == (True, True, judging.DAY_OVER)
    again = replace(item, heard_privately_at=at + timedelta(hours=10))
    assert CONNECTOR.abilities(again, account, at + timedelta(hours=30)).privately.until == at + timedelta(
        hours=34
    )
    ours = replace(item, is_ours=True)
    assert CONNECTOR.abilities(ours, account, at).privately.reason == judging.NEVER_WROTE
    assert not CONNECTOR.abilities(item, account, at).publicly.is_possible
    assert not CONNECTOR.abilities(item, account, at).delete.is_possible


def test_after_a_day_only_a_template_goes_out(fake, account):
    item = item_of(fake.writes(at=datetime.now(UTC) - timedelta(hours=25)))
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(reply_to(item), account)
    assert (caught.value.detail, fake.sent) == (receipts.DAY_OVER, [])
    fake.templates = [template("order_update", "Hello {{1}}, your order {{2}} is on its way.")]
    filled = FilledTemplate(name="order_update", language="en", values={"1": "Ann", "2": "1187\nand  1188"})
    CONNECTOR.send(reply_to(item, "", template=filled), account)
    (found,) = fake.sent
    assert found["template"]["name"] == "order_update"
    assert found["template"]["components"] == [
        {
            "type": "body",
            "parameters": [{"type": "text", "text": "Ann"}, {"type": "text", "text": "1187, and  1188"}],
        }
    ]
    assert "context" not in found
    assert fake.objections == []


def test_templates_are_listed_with_their_gaps_by_name(fake, account):
    header = {"type": "HEADER", "format": "TEXT", "text": "For {{1}}"}
    footer = {"type": "FOOTER", "text": "Harbour Coffee"}
    track = {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"}
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}, track]}
    picture = {"type": "HEADER", "format": "IMAGE"}
    fake.templates = [
        template(
            "full",
            "Hello {{name}}, {{ order }}",
            parameter_format="NAMED",
            components=[header, footer, buttons],
        ),
        template("picture", "Look", components=[picture]),
        template("plain", "We are open again."),
        template("paused", "No", status="PAUSED"),
    ]
    full, pictured, plain = CONNECTOR.templates(account)
    assert full.gaps == ("header_1", "name", "order", "button1_1")
    assert (full.header, full.body) == ("For {{header_1}}", "Hello {{name}}, {{order}}")
    assert full.footer == "Harbour Coffee\n[Thanks]\n[Track] https://shop.example/{{button1_1}}"
    assert (full.category, full.has_unfillable, plain.gaps) == ("utility", False, ())
    assert pictured.has_unfillable


def test_a_template_with_header_and_button_is_filled_everywhere(fake, account):
    header = {"type": "HEADER", "format": "TEXT", "text": "For {{1}}"}
    track = {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"}
    given = template(
        "full",
        "Hello {{name}}",
        parameter_format="NAMED",
        components=[
            header,
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}, track]},
        ],
    )
    fake.templates = [given]
    values = {"header_1": "you", "name": "Ann", "button1_1": "1187"}
    item = item_of(fake.writes())
    filled = FilledTemplate(name="full", language="en", values=values)
    CONNECTOR.send(reply_to(item, "", template=filled), account)
    head, body, button = fake.sent[0]["template"]["components"]
    assert head["parameters"] == [{"type": "text", "text": "you", "parameter_name": "1"}]
    assert body["parameters"] == [{"type": "text", "text": "Ann", "parameter_name": "name"}]
    assert (button["index"], button["parameters"]) == ("1", [{"type": "text", "text": "1187"}])
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(reply_to(item, "", template=replace(filled, values={"name": "Ann"})), account)
    assert caught.value.detail == templates.EMPTY_GAP
    for wrong in (replace(filled, name="gone"), replace(filled, language="vi")):
        with pytest.raises(Refused):
            CONNECTOR.send(reply_to(item, "", template=wrong), account)
    assert len(fake.sent) == 1


def test_a_template_paused_meanwhile_is_not_sent(fake, account):
    fake.templates = [template("sale", "Sale!", status="PAUSED")]
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(
            reply_to(item_of(fake.writes()), "", template=FilledTemplate(name="sale", language="en")), account
        )
    assert (caught.value.detail, fake.sent) == (receipts.NO_TEMPLATE, [])


def test_reactions_and_read_marks(fake, account):
    item = item_of(fake.writes())
    CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=item, emoji="❤️"), account)
    CONNECTOR.act(Deed(kind=DeedKind.UNLIKE, item=item), account)
    CONNECTOR.act(Deed(kind=DeedKind.SEEN, item=item), account)
    assert [it["reaction"]["emoji"] for it in fake.sent] == ["❤️", ""]
    assert fake.seen == [item.external_id]
    for kind in (DeedKind.HIDE, DeedKind.DELETE):
        with pytest.raises(Refused):
            CONNECTOR.act(Deed(kind=kind, item=item), account)
    assert fake.objections == []


def test_a_file_is_fetched_in_two_steps_with_the_token_only_for_meta(fake, account, monkeypatch):
    fake.files["3001"] = (b"pixels", "image/jpeg")
    found = CONNECTOR.fetch_file("3001", account)
    assert (found.data, found.content_type) == (b"pixels", "image/jpeg")
    assert "proof" not in fake.asked[-1].path and fake.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"
    with pytest.raises(Refused) as caught:
        CONNECTOR.fetch_file("3999", account)
    assert caught.value.detail == connecting.FILE_ENDED
    assert not connecting._is_theirs("https://evil.example/facebook.com")
    assert not connecting._is_theirs("https://evilfacebook.com/x")
    assert not connecting._is_theirs("http://lookaside.fbsbx.com/x")
    assert connecting._is_theirs("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1")


@pytest.mark.parametrize(
    ("code", "kind", "sentence"),
    [
        (131047, Refused, receipts.DAY_OVER),
        (131026, Refused, receipts.NOT_REACHED),
        (131049, Refused, receipts.HELD_BACK),
        (131056, SlowDown, receipts.TOO_FAST_TO_ONE),
        (130429, SlowDown, receipts.TOO_FAST),
        (131048, Refused, receipts.RESTRICTED),
        (132000, Refused, receipts.GAPS_WRONG),
        (132001, Refused, receipts.NO_TEMPLATE),
        (132015, Refused, receipts.TEMPLATE_PAUSED),
        (132016, Refused, receipts.TEMPLATE_OFF),
        (133010, Refused, receipts.NOT_REGISTERED),
        (368, Refused, receipts.BLOCKED),
    ],
)
def test_refusals_are_told_in_words(fake, account, code, kind, sentence):
    item = item_of(fake.writes())
    fake.misbehave(fails(400, json.loads(refusal(code, "Said so").body)), on=SEND)
    with pytest.raises(kind) as caught:
        CONNECTOR.send(reply_to(item), account)
    assert (caught.value.detail, fake.sent) == (sentence, [])
    assert TOKEN not in caught.value.raw


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        (never_answers(), Unknown, 1),
        (cut_short(), Unknown, 1),
        (hangs_up(is_done=True), Unknown, 1),
        (fails(503, is_done=True), Unknown, 1),
        (fails(400, {"error": {"code": 131000, "message": "Something went wrong"}}), Unknown, 0),
        (done_then_refused(body={"error": {"code": 100, "message": "Invalid parameter"}}), Refused, 1),
    ],
)
def test_what_may_have_gone_out_is_never_sent_again_by_itself(fake, account, fault, kind, arrived):
    item = item_of(fake.writes())
    fake.misbehave(fault, on=SEND)
    with pytest.raises(kind):
        CONNECTOR.send(reply_to(item), account)
    assert (len(fake.sent), len(fake.asked_for("POST", "/{version}/{number}/messages"))) == (arrived, 1)
