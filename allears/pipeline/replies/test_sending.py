"""Replies leave once: what is sure, what is refused, what nobody knows, and what must wait."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Ability, Sent
from allears.foundation.clock import now, shifted_clock
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.channels.actions import pause_channel, resume_channel
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Conversation, Message, Outcome, Status
from allears.pipeline.replies.actions.deciding import decide_unknown_dispatch, edit_dispatch, retry_dispatch
from allears.pipeline.replies.actions.sending import (
    LEASE,
    PAUSES,
    claim_dispatches,
    find_interrupted,
    look_up_unknown,
    send_dispatch,
)
from allears.pipeline.replies.errors import NotRefused
from allears.pipeline.replies.models import Dispatch, Draft
from allears.pipeline.replies.queries import longest_wait_today
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")
HOURS = 3600.0


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(said("1", "Where is it?", minutes_ago=9, thread="dm"))
    return only_conversation()


def states():
    return list(Dispatch.objects.order_by("id").values_list("state", flat=True))


def test_a_reply_reaches_the_one_who_wrote_and_ends_their_wait(conversation, network, agent):
    dispatch = reply(conversation, agent, "It is on its way.")
    assert network.sent == []

    assert send_everything() == 1

    [outgoing] = network.sent
    assert (outgoing.text, outgoing.to.id, outgoing.thread) == ("It is on its way.", ANN.id, "dm")
    assert outgoing.in_reply_to == "1"
    assert outgoing.key == f"dispatch-{dispatch.workspace_id}-{dispatch.id}"
    assert states() == ["sent"]
    assert Message.objects.get(external_id="1").outcome == Outcome.ANSWERED
    assert only_conversation().waiting_since is None
    assert audit_workspace().is_good


def test_nothing_leaves_before_the_time_to_undo_is_over(conversation, network, agent):
    reply(conversation, agent)

    with shifted_clock(timedelta(seconds=9.5)):
        assert claim_dispatches(set()) == []
    assert send_everything() == 1


def test_a_customer_who_writes_while_the_reply_is_held_still_waits(conversation, deliver, agent):
    reply(conversation, agent, then="solve")
    assert only_conversation().status == Status.SOLVED

    deliver(said("2", "One more thing", thread="dm"))
    send_everything()

    outcomes = dict(Message.objects.filter(direction="in").values_list("external_id", "outcome"))
    assert outcomes == {"1": "answered", "2": ""}
    assert only_conversation().status == Status.OPEN
    assert only_conversation().waiting_since == Message.objects.get(external_id="2").sent_at


def test_our_own_reply_seen_again_is_linked_not_new(conversation, network, deliver, agent):
    network.answers = [Sent(external_id="as the network calls it")]
    reply(conversation, agent)
    send_everything()

    deliver(said("as the network calls it", thread="dm", is_ours=True, recipient=ANN))

    assert Message.objects.count() == 2
    assert only_conversation().message_count == 2


def test_what_the_network_took_only_in_part_is_sent_and_says_so(conversation, network, agent):
    network.answers = [Sent(external_id="1x", note="Only a part of it went out; the rest was not taken.")]
    reply(conversation, agent)

    send_everything()

    assert states() == ["sent"]
    assert Dispatch.objects.get().trouble == "Only a part of it went out; the rest was not taken."


def test_an_answer_to_what_the_network_renamed_finds_the_thread(deliver, network, agent):
    deliver(said("1"))
    network.answers = [Sent(external_id="renamed")]
    reply(only_conversation(), agent)
    send_everything()

    deliver(said("2", in_reply_to="renamed"))

    assert only_conversation().message_count == 3


def test_what_is_refused_is_not_repeated_and_comes_back_to_the_queue(conversation, network, agent):
    network.answers = [Refused("They blocked us.", raw="code 400 secret")]
    reply(conversation, agent, then="solve")

    send_everything(later=9 * HOURS)

    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.trouble, len(network.sent)) == ("refused", "They blocked us.", 1)
    assert only_conversation().status == Status.OPEN
    assert only_conversation().waiting_since is not None
    assert audit_workspace().is_good


def test_what_may_have_been_sent_is_looked_up_and_never_simply_repeated(conversation, network, agent):
    network.answers = [Unknown()]
    network.finds = lambda outgoing: Sent(external_id="found there")
    reply(conversation, agent)
    send_everything()
    assert states() == ["unknown"]
    assert only_conversation().is_open

    with shifted_clock(timedelta(minutes=1)):
        assert look_up_unknown() == 1

    assert states() == ["sent"]
    assert len(network.sent) == len(network.looked_up) == 1
    assert only_conversation().waiting_since is None


@pytest.mark.parametrize("can_look", [True, False])
def test_what_is_not_found_waits_for_a_person(conversation, network, agent, can_look):
    if not can_look:
        network.can = network.can - {Ability.LOOK_UP}
    network.answers = [Unknown()]
    reply(conversation, agent)
    send_everything()

    for hours in range(1, 9):
        with shifted_clock(timedelta(hours=hours)):
            look_up_unknown()
    send_everything(later=9 * HOURS)

    assert states() == ["unknown"]
    assert len(network.sent) == 1
    assert len(network.looked_up) == (4 if can_look else 0)


@pytest.mark.parametrize(("was_sent", "sends"), [(True, 1), (False, 2)])
def test_a_person_decides_about_the_unknown(conversation, network, agent, was_sent, sends):
    network.answers = [Unknown()]
    dispatch = reply(conversation, agent)
    send_everything()

    decide_unknown_dispatch(agent, dispatch, was_sent=was_sent)
    with pytest.raises(NotRefused):
        decide_unknown_dispatch(agent, dispatch, was_sent=was_sent)
    send_everything()

    assert states() == ["sent"]
    assert len(network.sent) == sends
    assert only_conversation().waiting_since is None


def test_what_a_connector_never_foresaw_counts_as_unknown(conversation, network, agent):
    network.answers = [ZeroDivisionError()]
    reply(conversation, agent)

    send_everything(later=9 * HOURS)

    assert states() == ["unknown"]
    assert len(network.sent) == 1


def test_a_network_that_cannot_be_reached_is_tried_again_after_growing_pauses(conversation, network, agent):
    network.answers = [Unreachable()] * 3
    reply(conversation, agent)

    tried_after = [seconds for seconds in range(0, 400, 5) if send_everything(later=float(seconds))]

    assert tried_after == [0, 10, 40, 160]
    assert states() == ["sent"]
    assert only_conversation().waiting_since is None


def test_after_many_hours_it_is_given_up_and_says_so(conversation, network, agent):
    network.answers = [Unreachable()] * 20
    reply(conversation, agent)

    for _ in range(20):
        send_everything(later=100 * HOURS)
        Dispatch.objects.filter(state="waiting").update(due_at=now())

    assert len(network.sent) == len(PAUSES) + 1
    assert states() == ["refused"]
    assert "many hours" in Dispatch.objects.get().trouble


def test_a_network_that_asks_for_patience_gets_it(conversation, network, agent):
    network.answers = [SlowDown(now() + timedelta(minutes=30))]
    reply(conversation, agent)

    assert send_everything(later=20 * 60.0) == 1
    assert send_everything(later=29 * 60.0) == 0
    assert send_everything(later=31 * 60.0) == 1
    assert states() == ["sent"]


def test_keys_that_are_no_longer_accepted_stop_the_channel_until_it_is_connected_again(
    conversation, network, channel, agent
):
    network.answers = [Disconnected()]
    reply(conversation, agent)
    send_everything()
    assert Channel.objects.get().state == ChannelState.DISCONNECTED
    assert send_everything(later=HOURS) == 0

    resume_channel(channel)

    assert send_everything(later=HOURS) == 1
    assert states() == ["sent"]


def test_a_paused_channel_sends_nothing_and_loses_nothing(conversation, network, channel, agent):
    reply(conversation, agent)
    pause_channel(channel)
    assert send_everything(later=HOURS) == 0

    resume_channel(channel)

    assert send_everything() == 1
    assert states() == ["sent"]


def test_replies_in_one_conversation_leave_in_the_order_they_were_written(conversation, network, agent):
    network.answers = [Unreachable()]
    for text in ("first", "second", "third"):
        reply(conversation, agent, text)

    send_everything()
    assert [one.text for one in network.sent] == ["first"]
    send_everything(later=60.0)

    assert [one.text for one in network.sent] == ["first", "first", "second", "third"]


def test_a_conversation_in_trouble_keeps_no_other_back(conversation, deliver, network, agent):
    deliver(said("2", thread="dm-2", author=BEN))
    other = Conversation.objects.exclude(id=conversation.id).get()
    network.answers = [Unreachable()]
    reply(conversation, agent, "first")
    reply(conversation, agent, "second")
    reply(other, agent, "to Ben")

    send_everything()

    assert [one.text for one in network.sent] == ["first", "to Ben"]


def test_a_busy_channel_is_left_alone(conversation, channel, agent):
    reply(conversation, agent)

    with shifted_clock(timedelta(minutes=1)):
        assert claim_dispatches({channel.id}) == []
        assert len(claim_dispatches(set())) == 1


def test_what_is_claimed_is_not_claimed_twice(conversation, agent):
    reply(conversation, agent)

    with shifted_clock(timedelta(minutes=1)):
        assert len(claim_dispatches(set())) == 1
        assert claim_dispatches(set()) == []
    with shifted_clock(timedelta(minutes=1) + LEASE + timedelta(seconds=1)):
        assert len(claim_dispatches(set())) == 1


def test_what_was_being_sent_when_the_machine_stopped_is_unknown_the_rest_is_sent(
    conversation, deliver, network, agent
):
    deliver(said("2", thread="dm-2", author=BEN))
    for one in Conversation.objects.all():
        reply(one, agent, f"to {one.customer.name}")
    network.answers = [KeyboardInterrupt()]
    with shifted_clock(timedelta(minutes=1)):
        claimed = claim_dispatches(set())
        with pytest.raises(KeyboardInterrupt):
            send_dispatch(claimed[0])
        assert states() == ["sending", "held"]

        find_interrupted(is_only_sender=True)

    assert states() == ["unknown", "held"]
    send_everything(later=60.0)
    assert [one.text for one in network.sent] == ["to Ann", "to Ben"]
    assert states() == ["unknown", "sent"]


def test_what_another_machine_is_sending_is_left_to_it_while_its_lease_lasts(conversation, network, agent):
    network.answers = [KeyboardInterrupt()]
    reply(conversation, agent)
    with pytest.raises(KeyboardInterrupt):
        send_everything()

    assert find_interrupted(is_only_sender=False) == 0
    with shifted_clock(LEASE + timedelta(minutes=1)):
        assert audit_workspace().problems[0].rows == [f"dispatch:{Dispatch.objects.get().id}"]
        assert find_interrupted(is_only_sender=False) == 1
    assert states() == ["unknown"]


def test_what_was_taken_back_after_the_claim_is_not_sent(conversation, network, agent):
    network.answers = [Unreachable()]
    dispatch = reply(conversation, agent)
    send_everything()
    with shifted_clock(timedelta(minutes=5)):
        [claimed] = claim_dispatches(set())

        edit_dispatch(agent, Dispatch.objects.get(id=dispatch.id))
        send_dispatch(claimed)

    assert len(network.sent) == 1
    assert states() == ["cancelled"]
    assert Draft.objects.get().text == "It is on its way."


def test_a_refused_reply_can_be_sent_again_or_changed(conversation, network, agent):
    network.answers = [Refused(), Refused()]
    dispatch = reply(conversation, agent)
    send_everything()

    retry_dispatch(agent, dispatch)
    send_everything()
    assert len(network.sent) == 2
    edit_dispatch(agent, Dispatch.objects.get())

    assert states() == ["cancelled"]
    assert Draft.objects.get().text == "It is on its way."
    assert Message.objects.filter(direction="out").count() == 0
    assert only_conversation().message_count == 1
    assert audit_workspace().is_good


def test_the_longest_wait_of_today_is_that_of_the_customer_who_waited_longest(deliver, network, agent):
    assert longest_wait_today(agent) is None

    deliver(
        said("1", "Where is it?", minutes_ago=9, thread="a"), said("2", "Hello?", minutes_ago=30, thread="b")
    )
    for conversation in Conversation.objects.order_by("id"):
        reply(conversation, agent)
    assert longest_wait_today(agent) is None
    send_everything()

    assert 30 <= longest_wait_today(agent).total_seconds() / 60 < 31
    with shifted_clock(timedelta(days=2)):
        assert longest_wait_today(agent) is None
