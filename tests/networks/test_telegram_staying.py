"""Telegram: who we are, how it delivers to us or is asked, and what others read out of the same."""

import json
from threading import Event

import pytest
import telegram
from telegram.ext import ApplicationBuilder

from allears.connectors.errors import (
    Disconnected,
    Unreachable,
    Unverified,
)
from allears.connectors.interface import (
    Account,
    Delivery,
)
from allears.connectors.telegram import CONNECTOR, reading
from allears.connectors.telegram.calling import CONFLICT, TOKEN_ENDED
from tests.networks import telegram_world as world
from tests.networks.faults import cut_short
from tests.networks.shared import channel_folder, needs_shared
from tests.networks.telegram import ANN, BEN, BOT, GROUP, TOKEN
from tests.networks.telegram_spec import faults_of_call, faults_of_type
from tests.networks.telegram_world import (
    AT,
    PAYLOADS,
    with_door,
)

account, fake, web = world.account, world.fake, world.web


def test_a_token_that_is_none_never_becomes_part_of_an_address(account):
    wrong = Account(channel_id=1, name="Bot", secrets={"token": "../../x"}, web=account.web)
    with pytest.raises(Disconnected):
        CONNECTOR.find_out(wrong)


def test_who_we_are_is_found_out(fake, account):
    found = CONNECTOR.find_out(account)
    assert (found["account_id"], found["handle"]) == ("7000001", "harbourcoffeebot")
    assert CONNECTOR.address_of(found) == "@harbourcoffeebot"
    assert all(check.is_good for check in CONNECTOR.check(account))
    fake.revoke()
    assert CONNECTOR.check(account)[0].message == TOKEN_ENDED


def test_a_webhook_is_set_and_seen_to_be_alive(fake, account):
    pushed = with_door(account)
    CONNECTOR.subscribe(pushed)
    CONNECTOR.subscribe(pushed)
    assert fake.webhook["url"] == "https://desk.example/in/k1"
    assert set(fake.webhook["allowed_updates"]) >= {"message_reaction", "deleted_business_messages"}
    assert CONNECTOR.subscription(pushed).is_good
    assert not CONNECTOR.subscription(with_door(account, "https://other.example/in/k2")).is_good
    fake.webhook["allowed_updates"] = ["message"]
    assert not CONNECTOR.subscription(pushed).is_good
    assert fake.objections == []


def test_where_nobody_can_reach_us_the_webhook_goes(fake, account):
    CONNECTOR.subscribe(with_door(account))
    assert not CONNECTOR.subscription(account).is_good
    CONNECTOR.subscribe(account)
    assert fake.webhook == {"url": ""}
    assert CONNECTOR.subscription(account).is_good
    chosen = with_door(account, hear_by="asking")
    CONNECTOR.subscribe(chosen)
    assert fake.webhook == {"url": ""}


def test_only_telegram_knows_the_word_at_our_door(fake, account):
    CONNECTOR.subscribe(with_door(account))
    word = fake.webhook["secret_token"]
    CONNECTOR.verify(
        Delivery(body=b"{}", headers={"x-telegram-bot-api-secret-token": word}, received_at=AT), account
    )
    for headers in ({}, {"x-telegram-bot-api-secret-token": word + "x"}):
        with pytest.raises(Unverified):
            CONNECTOR.verify(Delivery(body=b"{}", headers=headers, received_at=AT), account)


@needs_shared
def test_the_vectors_of_signatures_hold(account):
    vectors = json.loads((channel_folder("signatures") / "vectors.json").read_text())["telegram"]["vectors"]
    assert len(vectors) >= 3
    for vector in vectors:
        given = Account(channel_id=1, name="Bot", secrets={"token": TOKEN, "secret": vector["secret_token"]})
        headers = {"x-telegram-bot-api-secret-token": vector["value"]}
        delivery = Delivery(body=b"{}", headers=headers, received_at=AT)
        if vector["valid"]:
            CONNECTOR.verify(delivery, given)
        else:
            with pytest.raises(Unverified):
                CONNECTOR.verify(delivery, given)


def test_asking_brings_every_update_once_and_goes_on_where_it_stopped(fake, account):
    fake.writes(ANN, "One")
    fake.writes(ANN, "Two")
    stop = Event()
    hearing = CONNECTOR.hear(account, {}, stop)
    first = next(hearing)
    assert [json.loads(piece.body)["message"]["text"] for piece in first.pieces] == ["One", "Two"]
    hearing.close()
    fake.writes(ANN, "Three")
    again = next(CONNECTOR.hear(account, {first.place: first.mark}, stop))
    assert [json.loads(piece.body)["message"]["text"] for piece in again.pieces] == ["Three"]
    unmarked = next(CONNECTOR.hear(account, {}, stop))
    assert [piece.key for piece in unmarked.pieces] == [piece.key for piece in again.pieces]
    assert fake.objections == []


def test_a_line_that_breaks_loses_nothing(fake, account):
    fake.writes(ANN, "One")
    fake.misbehave(cut_short(20), on="POST /bot{token}/getUpdates")
    with pytest.raises(Unreachable):
        next(CONNECTOR.hear(account, {}, Event()))
    assert len(next(CONNECTOR.hear(account, {}, Event())).pieces) == 1


def test_that_somebody_else_hears_the_bot_is_told_in_words(fake, account):
    CONNECTOR.subscribe(with_door(account))
    with pytest.raises(Unreachable) as caught:
        next(CONNECTOR.hear(account, {}, Event()))
    assert caught.value.detail == CONFLICT


def test_with_a_webhook_nobody_asks_and_a_missing_one_is_set(fake, account):
    stop, pushed = Event(), with_door(account)
    stop.set()
    assert list(CONNECTOR.hear(pushed, {}, stop)) == []
    assert fake.webhook["url"] == pushed.door
    assert fake.asked_for("POST", "/bot{token}/getUpdates") == []
    fake.webhook = {"url": "https://other.example/bot"}
    assert list(CONNECTOR.hear(pushed, {}, stop)) == []
    assert fake.webhook["url"] == "https://other.example/bot"


@needs_shared
def test_the_judge_objects_to_what_is_wrong():
    assert faults_of_call("sendMessage", {"chat_id": 1, "text": "x"}) == []
    assert faults_of_call("sendMessage", {"chat_id": 1})
    assert faults_of_call("sendMessage", {"chat_id": 1, "text": "x", "reply_to": 4})
    assert faults_of_call("sendMessage", {"chat_id": 1, "text": "x" * 4097})


@needs_shared
@pytest.mark.parametrize("kind", ["ours", "fake"])
def test_updates_of_ours_are_what_telegram_describes(fake, kind):
    if kind == "fake":
        told = fake.writes(BEN, "Hi", GROUP)
        updates = {"written": told, "edited": fake.edits(told["message"], "Ho")}
        updates["reacted"] = fake.reacts(ANN, told["message"], "❤")
    else:
        names = ["new_kind_of_update", "something_new", "page_of_updates"]
        paths = [path for path in PAYLOADS if path.stem not in names]
        updates = {path.stem: json.loads(path.read_text()) for path in paths}
    found = {name: faults_of_type("Update", update) for name, update in updates.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(updates) >= 3


def test_another_library_understands_our_fake_and_our_payloads(fake):
    bot = ApplicationBuilder().token(TOKEN).base_url(f"{fake.url}/bot").build().bot
    for path in PAYLOADS:
        if path.stem in {"page_of_updates", "new_kind_of_update"}:
            continue
        update = telegram.Update.de_json(json.loads(path.read_text()), bot)
        ours = reading.read_update(path.read_bytes(), str(BOT["id"]), "all", AT)
        theirs = update.effective_message
        if not isinstance(ours, list) or not hasattr(ours[0], "author") or not hasattr(ours[0], "sent_at"):
            continue
        if update.callback_query is None and theirs is not None:
            assert ours[0].external_id.endswith(f"{theirs.chat.id}:{theirs.message_id}")
            assert ours[0].sent_at == theirs.date
