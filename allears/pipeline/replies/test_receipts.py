"""Delivered, read, failed: what networks tell of our replies afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from allears.connectors.errors import Unknown
from allears.connectors.interface import Receipt, ReceiptState, Sent
from allears.connectors.words import mark
from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Status
from allears.pipeline.intake.models import Ending
from allears.pipeline.replies.actions.receipts import forget_early_receipts
from allears.pipeline.replies.models import Dispatch, DispatchState, EarlyReceipt
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
BLOCKED = mark("They have blocked us.")


def receipt(state="delivered", external_id="net-1", **more):
    return Receipt(state=ReceiptState(state), external_id=external_id, **{"at": now(), **more})


@pytest.fixture
def sent(deliver, agent, network):
    deliver(said("1", minutes_ago=5, thread="dm"))
    dispatch = reply(only_conversation(), agent)
    network.answers = [Sent(external_id="net-1", also=("net-2",))]
    send_everything()
    return dispatch


def test_it_goes_one_way_only(sent, deliver):
    read = receipt("read", at=now() - timedelta(seconds=5))

    deliver(receipt(), read)
    deliver(read, receipt(at=now() + timedelta(seconds=5)), receipt("failed"))

    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.read_at) == (DispatchState.SENT, read.at)
    assert dispatch.delivered_at
    assert [e.facts["state"] for e in Event.objects.filter(kind="dispatch.received").order_by("id")] == [
        "delivered",
        "read",
    ]
    assert audit_workspace().is_good


def test_a_late_delivered_after_read_changes_nothing(sent, deliver):
    deliver(receipt("read"))
    deliver(receipt("delivered"))

    assert Dispatch.objects.get().delivered_at is None
    assert Ending.objects.order_by("-envelope_id")[0].reason == "Its message was here already."


def test_a_receipt_of_a_part_is_one_of_the_whole(sent, deliver):
    deliver(receipt("read", "net-2"))

    assert Dispatch.objects.get().read_at


def test_one_that_failed_after_all_brings_its_conversation_back_with_the_reason(sent, deliver):
    deliver(receipt("failed", reason=BLOCKED))

    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.trouble) == (DispatchState.REFUSED, BLOCKED)
    assert only_conversation().status == Status.OPEN
    assert Event.objects.filter(kind="dispatch.refused").count() == 1
    assert audit_workspace().is_good


def test_all_in_a_thread_until_then_is_read_and_nothing_later(sent, deliver):
    with shifted_clock(timedelta(minutes=-5)):
        deliver(receipt("read", "", thread="dm"))
    assert Dispatch.objects.get().read_at is None
    deliver(receipt("read", "", thread="elsewhere", until=now() + timedelta(minutes=5)))
    assert Dispatch.objects.get().read_at is None

    deliver(receipt("read", "", thread="dm", until=now() + timedelta(minutes=5)))

    assert Dispatch.objects.get().read_at


def test_a_receipt_that_comes_before_the_answer_to_sending_is_not_lost(deliver, agent, network):
    deliver(said("1", minutes_ago=5, thread="dm"))
    reply(only_conversation(), agent)

    def answer(_outgoing):
        deliver(receipt("delivered"), receipt("read"))
        return Sent(external_id="net-1")

    network.answers = [answer]
    send_everything()

    dispatch = Dispatch.objects.get()
    assert dispatch.delivered_at
    assert dispatch.read_at
    assert not EarlyReceipt.objects.exists()


def test_a_receipt_of_what_is_not_ours_says_so_and_is_not_kept_for_long(deliver, agent, network):
    deliver(said("1", minutes_ago=5, thread="dm"))
    deliver(receipt())
    assert not EarlyReceipt.objects.exists()
    assert Ending.objects.order_by("-envelope_id")[0].reason == "It changes something that is not here."

    reply(only_conversation(), agent)
    network.answers = [Unknown()]
    send_everything()
    deliver(receipt("read", "never-ours"))
    assert EarlyReceipt.objects.count() == 1

    with shifted_clock(timedelta(days=2)):
        forget_early_receipts()
    assert not EarlyReceipt.objects.exists()


def test_our_own_key_in_a_receipt_tells_what_became_of_a_reply_of_unknown_fate(deliver, agent, network):
    deliver(said("1", minutes_ago=5, thread="dm"))
    dispatch = reply(only_conversation(), agent)
    network.answers = [Unknown()]
    send_everything()
    key = f"dispatch-{dispatch.workspace_id}-{dispatch.id}"

    deliver(receipt("delivered", key=f"dispatch-0-{dispatch.id}"))
    assert Dispatch.objects.get().state == DispatchState.UNKNOWN
    deliver(receipt("sent", key=key), replace(receipt("delivered"), key=key))

    found = Dispatch.objects.get()
    assert found.state == DispatchState.SENT
    assert found.delivered_at
    assert found.message.external_id == "net-1"
    assert len(network.sent) == 1
