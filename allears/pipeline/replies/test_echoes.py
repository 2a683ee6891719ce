"""Our own words seen again: whenever the network shows them, they are the reply that we sent, once (scar 9)."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Refused, Unknown, Unreachable
from allears.connectors.interface import Author, Sent, Visibility
from allears.foundation.clock import now, shifted_clock
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, read_all, reply, send_everything, store
from allears.pipeline.conversations.models import Conversation, Message, MessageName, Outcome, Reaction
from allears.pipeline.intake.models import Ending
from allears.pipeline.people.models import Customer
from allears.pipeline.replies.actions.echoes import normalised
from allears.pipeline.replies.actions.sending import begin_dispatch, claim_dispatches, find_interrupted
from allears.pipeline.replies.models import Dispatch, DispatchState
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")
US = Author(id="us", name="Lantern")


def echo(external_id="net-1", text="It is on its way.", **more):
    given = {"thread": "dm", "is_ours": True, "recipient": ANN, "author": US}
    return said(external_id, text, **{**given, **more})


@pytest.fixture
def waiting(deliver):
    deliver(said("1", "Where is it?", minutes_ago=5, thread="dm"))
    return only_conversation()


def ours():
    return Message.objects.get(direction="out")


def test_an_echo_of_a_reply_that_was_sent_is_here_already(waiting, deliver, agent, network):
    reply(waiting, agent)
    network.answers = [Sent(external_id="net-1", also=("net-2",))]
    send_everything()

    deliver(echo(), echo("net-2", "A file of it"))

    assert ours().external_id == "net-1"
    assert set(Ending.objects.order_by("-envelope_id").values_list("reason", flat=True)[:2]) == {
        "Its message was here already."
    }
    assert audit_workspace().is_good


def test_an_echo_that_comes_before_the_answer_to_sending_is_that_reply(waiting, deliver, agent, network):
    dispatch = reply(waiting, agent)

    def answer(_outgoing):
        deliver(echo())
        assert Dispatch.objects.get().state == DispatchState.SENT
        return Sent(external_id="net-1", also=("net-2",))

    network.answers = [answer]
    send_everything()

    assert Dispatch.objects.get(id=dispatch.id).state == DispatchState.SENT
    assert ours().external_id == "net-1"
    assert MessageName.objects.get().external_id == "net-2"
    assert Message.objects.get(direction="in").outcome == Outcome.ANSWERED
    assert only_conversation().message_count == 2
    assert audit_workspace().is_good


@pytest.mark.parametrize("error", [Unknown(), Unreachable(), Refused("No.")])
def test_what_the_network_took_and_then_denied_is_sent_once(waiting, deliver, agent, network, error):
    reply(waiting, agent)

    def answer(_outgoing):
        deliver(echo())
        raise error

    network.answers = [answer]
    send_everything()
    send_everything(later=3600)

    assert Dispatch.objects.get().state == DispatchState.SENT
    assert len(network.sent) == 1
    assert ours().external_id == "net-1"


@pytest.mark.parametrize("error", [Unknown(), Unreachable(), Refused("No.")])
def test_an_echo_after_the_failure_ends_it_as_sent(waiting, deliver, agent, network, error):
    reply(waiting, agent)
    network.answers = [error]
    send_everything()

    with shifted_clock(timedelta(seconds=12)):
        deliver(echo(text="it is on its  way."))
        send_everything(later=3600)

    assert Dispatch.objects.get().state == DispatchState.SENT
    assert len(network.sent) == 1
    assert ours().external_id == "net-1"
    assert audit_workspace().is_good


def test_an_echo_after_a_crash_while_sending_ends_it_as_sent(waiting, deliver, agent, network):
    reply(waiting, agent)
    with shifted_clock(timedelta(seconds=12)):
        [dispatch] = claim_dispatches(set())
        assert begin_dispatch(dispatch)
        find_interrupted(is_only_sender=True)
        assert Dispatch.objects.get().state == DispatchState.UNKNOWN

        deliver(echo())

    assert Dispatch.objects.get().state == DispatchState.SENT
    assert ours().external_id == "net-1"
    assert not network.sent


def test_an_echo_that_the_network_has_changed_becomes_the_same_message_when_the_answer_comes(
    waiting, deliver, agent, network
):
    reply(waiting, agent)

    def answer(_outgoing):
        deliver(echo(text="Quite other words"))
        Reaction.objects.create(message=ours_heard(), author_id="x", emoji="x", at=now())
        return Sent(external_id="net-1")

    network.answers = [answer]
    send_everything()

    assert ours().text == "It is on its way."
    assert ours().external_id == "net-1"
    assert Reaction.objects.get().message == ours()
    assert only_conversation().message_count == 2
    assert Ending.objects.order_by("-envelope_id")[0].ended_as == "nothing"
    assert audit_workspace().is_good


def ours_heard():
    return Message.objects.get(external_id="net-1")


def test_parts_of_a_long_reply_are_that_reply(waiting, deliver, agent, network):
    first, second = "The first part of a long answer.", "The second part of a long answer."
    reply(waiting, agent, f"{first} {second}")

    def answer(_outgoing):
        deliver(echo("net-1", first), echo("net-2", second))
        assert Dispatch.objects.get().state == DispatchState.SENDING
        return Sent(external_id="net-1", also=("net-2",))

    network.answers = [answer]
    send_everything()

    assert ours().text == f"{first} {second}"
    assert Dispatch.objects.get().state == DispatchState.SENT
    assert audit_workspace().is_good


def test_our_words_elsewhere_or_other_ones_are_a_message_of_their_own(waiting, deliver, agent, network):
    reply(waiting, agent)
    network.answers = [Unknown()]
    send_everything()

    with shifted_clock(timedelta(seconds=12)):
        deliver(echo("net-7", "Something else"), echo("net-8", thread="other", recipient=BEN))

    assert Dispatch.objects.get().state == DispatchState.UNKNOWN
    assert Message.objects.filter(direction="out").count() == 3
    assert audit_workspace().is_good


def test_our_public_words_that_name_nobody_stand_with_whom_they_answer(deliver):
    public = {"visibility": Visibility.PUBLIC, "thread": "post"}
    deliver(said("1", minutes_ago=5, **public), said("2", author=BEN, minutes_ago=4, **public))

    deliver(echo("3", recipient=None, in_reply_to="2", **public))
    deliver(echo("4", recipient=None, in_reply_to="3", **public))
    deliver(echo("5", "To all", recipient=None, **public))

    assert Customer.objects.count() == 2
    ben = Conversation.objects.get(customer__name="Ben")
    told = Message.objects.filter(conversation=ben).values_list("external_id", flat=True)
    assert sorted(told) == ["2", "3", "4"]
    assert Ending.objects.order_by("-envelope_id")[0].reason.startswith("It holds words of our own")
    assert audit_workspace().is_good


def test_two_echoes_in_one_batch_are_one_message(network, channel, deliver):
    store(channel, network.piece(echo()), network.piece(echo()))
    read_all()

    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "seen",
    [
        "@ann  @ben Look: https://t.co/x1 &amp; tell",
        "look: https://shop.example/long?a=1 & TELL",
        "Look: www.a.b & tell",
    ],
)
def test_what_networks_change_on_the_way_makes_no_difference(seen):
    assert normalised(seen) == "look: ∎ & tell"
