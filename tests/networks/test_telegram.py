"""Telegram, spoken with: what is sent, done and fetched, held against the Bot API's own description; and faults.

Independent judges: jsonschema over that description, and python-telegram-bot as a reader of what the fake tells.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.errors import (
    Disconnected,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import (
    Account,
    Author,
    Deed,
    DeedKind,
    Item,
    ItemKind,
    Visibility,
)
from allears.connectors.telegram import CONNECTOR, judging, sending, troubles
from allears.connectors.telegram.calling import BUSY, TOKEN_ENDED
from tests.networks import telegram_world as world
from tests.networks.faults import cut_short, done_then_refused, fails, hangs_up, never_answers, slow
from tests.networks.shared import spec
from tests.networks.telegram import ANN, BEN, GROUP, TOKEN, private, said
from tests.networks.telegram_world import (
    AT,
    SEND,
    file,
    heard,
    item_of,
    reply_to,
    said_in,
)

account, fake, web = world.account, world.fake, world.web


def test_a_private_answer_stands_in_the_chat(fake, account):
    sent = CONNECTOR.send(reply_to(item_of(fake, fake.writes(ANN, "Where is it?"))), account)
    (found,) = said_in(fake, ANN["id"])
    assert found["text"] == "It is on its way."
    assert sent.external_id == f"{ANN['id']}:{found['message_id']}"
    assert fake.objections == []


def test_in_a_group_the_answer_points_at_what_it_answers_and_stays_in_its_topic(fake, account):
    update = fake.writes(BEN, "Where?", GROUP, message_thread_id=12, is_topic_message=True)
    sent = CONNECTOR.send(reply_to(item_of(fake, update)), account)
    asked = fake.asked_for("POST", "/bot{token}/sendMessage")[-1].json()
    assert asked["message_thread_id"] == 12
    assert asked["reply_parameters"] == {
        "message_id": update["message"]["message_id"],
        "allow_sending_without_reply": True,
    }
    assert sent.url.startswith("https://t.me/coffeefriends/")
    assert fake.objections == []


def test_what_a_person_wrote_goes_out_to_the_letter(fake, account):
    text = "*not bold* _nor this_ <b>nor that</b> [x](y)\n\nАня, xin chào 👋"
    CONNECTOR.send(reply_to(item_of(fake, fake.writes(ANN, "?")), text), account)
    assert said_in(fake, ANN["id"])[0]["text"] == text
    assert "parse_mode" not in fake.asked[-1].json()


def test_a_business_chat_is_answered_through_its_connection(fake, account):
    message = {"message_id": 5, "from": ANN, "chat": private(ANN), "date": 1795000000, "text": "Open?"}
    update = fake.tell("business_message", {**message, "business_connection_id": "Bc-1"})
    fake.kinds[ANN["id"]] = private(ANN)
    item = item_of(fake, update)
    sent = CONNECTOR.send(reply_to(item), account)
    assert fake.asked[-1].json()["business_connection_id"] == "Bc-1"
    assert sent.external_id.startswith("business:Bc-1:")
    CONNECTOR.act(Deed(kind=DeedKind.SEEN, item=item), account)
    assert fake.read == [5]
    assert fake.objections == []


@pytest.mark.parametrize(
    ("files", "method", "kinds"),
    [
        ([("a.jpg", "image/jpeg")], "sendPhoto", {"photo"}),
        ([("a.gif", "image/gif")], "sendAnimation", {"animation"}),
        ([("a.mp4", "video/mp4")], "sendVideo", {"video"}),
        ([("a.mp3", "audio/mpeg")], "sendAudio", {"audio"}),
        ([("a.ogg", "audio/ogg; codecs=opus")], "sendVoice", {"voice"}),
        ([("a.pdf", "application/pdf")], "sendDocument", {"document"}),
        ([("a.jpg", "image/jpeg"), ("b.mp4", "video/mp4")], "sendMediaGroup", {"photo", "video"}),
        ([("a.jpg", "image/jpeg"), ("b.pdf", "application/pdf")], "sendMediaGroup", {"document"}),
        ([("a.mp3", "audio/mpeg"), ("b.mp3", "audio/mpeg")], "sendMediaGroup", {"audio"}),
    ],
)
def test_files_go_as_what_they_are_and_several_as_one_album(fake, account, files, method, kinds):
    item = item_of(fake, fake.writes(ANN, "?"))
    sent = CONNECTOR.send(reply_to(item, "Here", files=[file(*one) for one in files]), account)
    assert fake.asked[-1].path.endswith(f"/{method}")
    found = said_in(fake, ANN["id"])
    assert {kind for message in found for kind in kinds if kind in message} == kinds
    assert [message.get("caption") for message in found].count("Here") == 1
    assert len({sent.external_id, *sent.also}) == len(files)
    assert fake.objections == []


def test_a_picture_too_large_to_be_shown_goes_as_a_document(fake, account):
    big = file("a.jpg", "image/jpeg", sending.LARGEST_PHOTO + 1)
    CONNECTOR.send(reply_to(item_of(fake, fake.writes(ANN, "?")), "", files=[big]), account)
    assert fake.asked[-1].path.endswith("/sendDocument")


def test_a_text_too_long_for_a_caption_follows_its_files(fake, account):
    text = "y" * 1025
    CONNECTOR.send(
        reply_to(item_of(fake, fake.writes(ANN, "?")), text, files=[file("a.jpg", "image/jpeg")]), account
    )
    picture, words = said_in(fake, ANN["id"])
    assert ("photo" in picture, "caption" in picture, words["text"]) == (True, False, text)


def test_should_the_text_after_its_files_fail_a_person_decides(fake, account):
    item = item_of(fake, fake.writes(ANN, "?"))
    fake.misbehave(fails(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 3}}), on=SEND)
    with pytest.raises(Unknown) as caught:
        CONNECTOR.send(reply_to(item, "z" * 2000, files=[file("a.jpg", "image/jpeg")]), account)
    assert caught.value.detail == sending.HALF_SENT


@pytest.mark.parametrize(
    ("text", "files", "sentence"),
    [
        ("👍" * 2049, [], sending.TOO_LONG),
        ("", [], sending.NOTHING_TO_SAY),
        ("x", [("a.txt", "text/plain")] * 11, sending.TOO_MANY),
    ],
)
def test_what_telegram_would_not_take_is_refused_before_it_is_asked(fake, account, text, files, sentence):
    item = item_of(fake, fake.writes(ANN, "?"))
    asked = len(fake.asked)
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(reply_to(item, text, files=[file(*one) for one in files]), account)
    assert caught.value.detail == sentence
    assert len(fake.asked) == asked


def test_the_longest_text_is_taken(fake, account):
    CONNECTOR.send(reply_to(item_of(fake, fake.writes(ANN, "?")), "👍" * 2048), account)
    assert fake.objections == []


def test_from_a_group_to_private_only_with_whom_the_bot_has_talked(fake, account):
    update = fake.writes(BEN, "Where?", GROUP)
    assert CONNECTOR.abilities(item_of(fake, update), account, AT).privately.reason == judging.NOT_STARTED
    fake.writes(BEN, "/start")
    item = item_of(fake, update, heard_privately_at=AT)
    assert CONNECTOR.abilities(item, account, AT).privately.is_possible
    sent = CONNECTOR.send(reply_to(item, visibility=Visibility.PRIVATE), account)
    assert said_in(fake, BEN["id"])[0]["text"] == "It is on its way."
    assert (sent.thread, sent.recipient) == (str(BEN["id"]), item.author)


def test_a_group_that_moved_is_followed_once(fake, account):
    old = {"id": -599000001, "type": "group", "title": "Old"}
    item = item_of(fake, fake.writes(BEN, "Hello", old))
    fake.moved[old["id"]] = GROUP["id"]
    fake.kinds[GROUP["id"]] = GROUP
    sent = CONNECTOR.send(reply_to(item), account)
    assert sent.external_id.startswith(f"{GROUP['id']}:")
    assert len(said_in(fake, GROUP["id"])) == 1
    assert fake.objections == []


def test_reactions_are_given_taken_back_and_given_twice_once(fake, account):
    update = fake.writes(BEN, "Thanks", GROUP)
    item, place = item_of(fake, update), (GROUP["id"], update["message"]["message_id"])
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=item, emoji="❤"), account)
    assert fake.reactions[place] == [{"type": "emoji", "emoji": "❤"}]
    CONNECTOR.act(Deed(kind=DeedKind.UNLIKE, item=item), account)
    assert fake.reactions[place] == []
    assert fake.objections == []


def test_ours_is_deleted_for_two_days_and_again_is_no_harm(fake, account):
    item = item_of(fake, fake.writes(ANN, "?"))
    sent = CONNECTOR.send(reply_to(item), account)
    ours = Item(
        external_id=sent.external_id, author=item.author, sent_at=AT, thread=item.thread, is_ours=True
    )
    offer = CONNECTOR.abilities(ours, account, AT + timedelta(hours=47)).delete
    assert (offer.is_possible, offer.until) == (True, AT + timedelta(hours=48))
    assert CONNECTOR.abilities(ours, account, AT + timedelta(hours=48)).delete.reason == judging.TOO_OLD
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=ours), account)
    assert said_in(fake, ANN["id"]) == []


def test_every_reaction_that_is_offered_is_one_telegram_takes():
    told = json.loads(spec("telegram", "api.json").read_text())["types"]["ReactionTypeEmoji"]
    assert [emoji for emoji in judging.EMOJI if f'"{emoji}"' not in str(told)] == []


def test_what_can_be_done_depends_on_where_it_stands(fake, account):
    in_private = CONNECTOR.abilities(item_of(fake, fake.writes(ANN, "?")), account, AT)
    assert (in_private.publicly.reason, in_private.privately.is_possible) == (judging.NO_PUBLIC, True)
    in_group = CONNECTOR.abilities(item_of(fake, fake.writes(BEN, "?", GROUP)), account, AT)
    assert in_group.publicly.is_possible and in_group.delete.warning == judging.NEEDS_ADMINISTRATOR
    assert in_group.hide.reason == judging.NO_HIDING
    press = Item(external_id="press:1", author=Author(id="1"), sent_at=AT, thread="1", kind=ItemKind.DIRECT)
    assert not CONNECTOR.abilities(press, account, AT).like.is_possible


def test_a_file_is_fetched_without_its_address_being_told(fake, account):
    photo = fake.keeps("picture-1.jpg", b"pixels")
    update = fake.writes(ANN, photo=[{**photo, "width": 9, "height": 9}])
    (found,) = heard(fake, update)
    assert TOKEN not in repr(found)
    assert CONNECTOR.fetch_file(found.files[0].remote, account).data == b"pixels"
    with pytest.raises(Refused) as caught:
        CONNECTOR.fetch_file("gone", account)
    assert TOKEN not in repr(caught.value) + caught.value.raw


@pytest.mark.parametrize(
    ("status", "words", "kind", "sentence"),
    [
        (403, "Forbidden: bot was blocked by the user", Refused, troubles.BLOCKED),
        (403, "Forbidden: user is deactivated", Refused, troubles.GONE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Refused, troubles.NOT_IN_GROUP),
        (403, "Forbidden: bot can't initiate conversation with a user", Refused, troubles.NOT_STARTED),
        (400, "Bad Request: TOPIC_CLOSED", Refused, troubles.CLOSED_TOPIC),
        (
            400,
            "Bad Request: not enough rights to send text messages to the chat",
            Refused,
            troubles.NO_RIGHTS,
        ),
        (400, "Bad Request: chat not found", Refused, troubles.NO_CHAT),
        (400, "Bad Request: something never seen", Refused, troubles.NOT_TAKEN),
        (413, "Request Entity Too Large", Refused, troubles.TOO_LARGE),
        (401, "Unauthorized", Disconnected, TOKEN_ENDED),
        (404, "Not Found", Disconnected, TOKEN_ENDED),
    ],
)
def test_refusals_are_told_in_words(fake, account, status, words, kind, sentence):
    item = item_of(fake, fake.writes(ANN, "?"))
    fake.misbehave(fails(status, json.loads(said(status, words).body)), on=SEND)
    with pytest.raises(kind) as caught:
        CONNECTOR.send(reply_to(item), account)
    assert caught.value.detail == sentence
    assert said_in(fake, ANN["id"]) == []


def test_a_pause_that_is_asked_for_is_kept(fake, account):
    item = item_of(fake, fake.writes(ANN, "?"))
    fake.misbehave(fails(429, json.loads(said(429, "Too Many Requests", retry_after=40).body)), on=SEND)
    before = datetime.now(UTC)
    with pytest.raises(SlowDown) as caught:
        CONNECTOR.send(reply_to(item), account)
    assert timedelta(seconds=39) < caught.value.until - before < timedelta(seconds=60)
    assert caught.value.detail == BUSY


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        (never_answers(), Unknown, 1),
        (cut_short(), Unknown, 1),
        (hangs_up(is_done=True), Unknown, 1),
        (fails(502, is_done=True), Unknown, 1),
        (fails(500), Unknown, 0),
        (done_then_refused(), Refused, 1),
    ],
)
def test_what_may_have_gone_out_is_never_sent_again_by_itself(fake, account, fault, kind, arrived):
    item = item_of(fake, fake.writes(ANN, "?"))
    fake.misbehave(fault, on=SEND)
    with pytest.raises(kind):
        CONNECTOR.send(reply_to(item), account)
    assert len(said_in(fake, ANN["id"])) == arrived
    assert len(fake.asked_for("POST", "/bot{token}/sendMessage")) == 1


def test_a_slow_answer_is_waited_for(fake, account):
    item = item_of(fake, fake.writes(ANN, "?"))
    fake.misbehave(slow(0.3), on=SEND)
    assert CONNECTOR.send(reply_to(item), account).external_id


def test_nothing_was_sent_where_nobody_listens(account):
    nowhere = Account(
        channel_id=1,
        name="Bot",
        settings={"api_url": "http://127.0.0.1:9"},
        secrets=account.secrets,
        web=account.web,
    )
    with pytest.raises(Unreachable):
        CONNECTOR.check(nowhere) and CONNECTOR.find_out(nowhere)
    assert not CONNECTOR.check(nowhere)[0].is_good
