"""WhatsApp: who we are, whether it delivers to us, and what others read out of the same."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pywa.types import Message as PywaMessage
from pywa.types import MessageStatus as PywaStatus

from allears.connectors.errors import (
    Disconnected,
    Refused,
    Unverified,
)
from allears.connectors.interface import (
    Account,
    Asked,
    Author,
    Delivery,
    Item,
)
from allears.connectors.whatsapp import CONNECTOR, connecting, sending
from tests.networks import whatsapp_world as world
from tests.networks.shared import channel_folder, needs_shared
from tests.networks.whatsapp import (
    ANN,
    NUMBER,
    WORD,
    signed,
)
from tests.networks.whatsapp_spec import faults_of_body
from tests.networks.whatsapp_world import (
    DOOR,
    PAYLOADS,
    PYWA,
    item_of,
    reply_to,
)

account, fake = world.account, world.fake


def test_a_token_that_was_revoked_disconnects_and_says_so(fake, account):
    item = item_of(fake.writes())
    fake.revoke()
    with pytest.raises(Disconnected):
        CONNECTOR.send(reply_to(item), account)
    assert not CONNECTOR.check(account)[0].is_good


def test_who_we_are_and_what_we_may_is_found_out(fake, account):
    assert CONNECTOR.find_out(account)["account_id"] == NUMBER
    assert CONNECTOR.address_of(CONNECTOR.find_out(account)) == "+31 6 00000001"
    assert all(check.is_good for check in CONNECTOR.check(account))
    fake.scopes.remove("whatsapp_business_messaging")
    (bad,) = [check for check in CONNECTOR.check(account) if not check.is_good]
    assert bad.facts["name"] == "whatsapp_business_messaging"
    wrong = replace(account, settings={**account.settings, "waba_id": "1"})
    assert [check.name for check in CONNECTOR.check(wrong) if not check.is_good][-1] == connecting.BUSINESS


def test_the_account_is_subscribed_to_our_door(fake, account):
    pushed = replace(account, door=DOOR)
    assert not CONNECTOR.subscription(pushed).is_good
    CONNECTOR.subscribe(pushed)
    CONNECTOR.subscribe(pushed)
    assert CONNECTOR.subscription(pushed).is_good
    asked = fake.asked_for("POST", "/{version}/{waba}/subscribed_apps")[-1].json()
    assert asked == {"override_callback_uri": DOOR, "verify_token": WORD}
    elsewhere = CONNECTOR.subscription(replace(account, door="https://other.example/in/k"))
    assert (elsewhere.is_good, elsewhere.facts) == (False, {"address": DOOR})
    assert not CONNECTOR.subscription(account).is_good
    assert fake.objections == []


def test_the_door_answers_meta_and_takes_only_what_is_signed(fake, account):
    query = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
    answer = CONNECTOR.greet(Asked(method="GET", query=query, headers={}), account)
    assert answer and answer.body == b"1158201444"
    with pytest.raises(Unverified):
        CONNECTOR.greet(Asked(method="GET", query={**query, "hub.verify_token": "x"}, headers={}), account)
    body, headers = signed(fake.writes())
    CONNECTOR.verify(Delivery(body=body, headers=headers, received_at=datetime.now(UTC)), account)
    for wrong in ({}, signed(fake.writes(), "another secret")[1]):
        with pytest.raises(Unverified):
            CONNECTOR.verify(Delivery(body=body, headers=wrong, received_at=datetime.now(UTC)), account)


@needs_shared
def test_the_vectors_of_signatures_hold():
    vectors = json.loads((channel_folder("signatures") / "vectors.json").read_text())["meta"]["vectors"]
    assert len(vectors) >= 6
    for vector in vectors:
        given = Account(channel_id=1, name="Number", secrets={"app_secret": vector["secret"]})
        headers = {"x-hub-signature-256": vector["value"]}
        delivery = Delivery(body=vector["body"].encode(), headers=headers, received_at=datetime.now(UTC))
        if vector["valid"]:
            CONNECTOR.verify(delivery, given)
        else:
            with pytest.raises(Unverified):
                CONNECTOR.verify(delivery, given)


@needs_shared
def test_the_judge_objects_to_what_is_wrong():
    path = f"/v25.0/{NUMBER}/messages"
    right = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": ANN, "type": "text"}
    assert faults_of_body(path, {**right, "text": {"body": "x"}}) == []
    assert faults_of_body(path, right)
    assert faults_of_body(path, {**right, "text": {"body": 7}})
    assert faults_of_body(path, {**right, "text": {"body": "x"}, "reply_to": "y"})
    assert faults_of_body(f"/v25.0/{NUMBER}/nowhere", {})


def test_another_library_reads_the_same_out_of_our_payloads(fake):
    deliveries = [json.loads(path.read_text()) for path in PAYLOADS if path.stem in READ_BY_PYWA]
    assert len(deliveries) == len(READ_BY_PYWA)
    for delivery in [*deliveries, fake.writes()]:
        theirs = PywaMessage.from_update(client=PYWA, update=delivery)
        ours = item_of(delivery)
        assert theirs.id == ours.external_id
        assert theirs.from_user.wa_id in {ours.author.id, *ours.author.also}
        assert theirs.timestamp.timestamp() == ours.sent_at.timestamp()
        assert (theirs.text or theirs.caption or "") in {ours.text, ""}
    fake.sent.append({"id": "wamid.OUT9", "to": ANN, "biz_opaque_callback_data": "reply-77"})
    status = PywaStatus.from_update(client=PYWA, update=fake.receipt(fake.sent[-1], "delivered"))
    assert (status.status.value, status.tracker) == ("delivered", "reply-77")


READ_BY_PYWA = ("text", "image", "document", "voice", "sticker", "location", "reply", "forwarded", "order")


def test_nobody_is_written_to_whom_nothing_names(account):
    item = Item(external_id="wamid.1", author=Author(id="somebody"), sent_at=datetime.now(UTC), thread="x")
    with pytest.raises(Refused) as caught:
        CONNECTOR.send(reply_to(item), account)
    assert caught.value.detail == sending.NO_RECIPIENT
