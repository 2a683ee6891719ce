"""What networks do to replies: created and then refused, keys that end, refusals in their own words."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Disconnected, Expired, Refused, Unknown, Unreachable
from allears.connectors.interface import Ability, Sent
from allears.foundation.clock import shifted_clock
from allears.pipeline.channels.models import Channel
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Conversation, MessageName
from allears.pipeline.replies.actions.deciding import decide_unknown_dispatch, retry_dispatch
from allears.pipeline.replies.actions.sending import look_up_unknown
from allears.pipeline.replies.models import Dispatch
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
RAW = "(#100) OAuthException trace 4711"


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(said("1", "Where is it?", minutes_ago=9, thread="dm"))
    return only_conversation()


def state() -> tuple[str, str]:
    dispatch = Dispatch.objects.get()
    return dispatch.state, dispatch.trouble


def test_what_was_created_and_then_refused_is_not_created_twice(conversation, network, agent):
    network.answers = [Refused(raw=RAW)]
    dispatch = reply(conversation, agent)
    send_everything()
    assert state()[0] == "refused"

    network.finds = lambda outgoing: Sent(external_id="created after all")
    retry_dispatch(agent, dispatch)
    send_everything()

    assert state() == ("sent", "")
    assert len(network.sent) == 1
    assert only_conversation().waiting_since is None


def test_what_was_accepted_before_the_line_broke_is_looked_up_and_not_sent_again(
    conversation, network, agent
):
    network.answers = [Unknown(raw=RAW)]
    dispatch = reply(conversation, agent)
    send_everything()
    with shifted_clock(timedelta(hours=1)):
        look_up_unknown()
    assert state()[0] == "unknown"
    network.finds = lambda outgoing: Sent(external_id="late but there")

    decide_unknown_dispatch(agent, dispatch, was_sent=False)
    send_everything()

    assert state()[0] == "sent"
    assert len(network.sent) == 1


def test_a_look_before_sending_again_that_fails_sends_nothing(conversation, network, agent):
    def away(outgoing):
        raise Unreachable

    network.answers = [Refused()]
    dispatch = reply(conversation, agent)
    send_everything()
    network.finds = away
    retry_dispatch(agent, dispatch)
    send_everything()
    assert state()[0] == "waiting"
    assert len(network.sent) == 1


def test_keys_that_ended_are_renewed_and_the_reply_goes_out_once(conversation, network, agent):
    network.can = network.can | {Ability.REFRESH}
    network.answers = [Expired()]
    reply(conversation, agent)
    send_everything()
    assert state() == ("sent", "")
    assert (network.renewed, len(network.sent)) == (1, 2)
    assert not Channel.objects.get().trouble


def test_keys_that_end_again_at_once_turn_the_channel_red(conversation, network, agent):
    network.can = network.can | {Ability.REFRESH}
    network.answers = [Expired(), Expired()]
    reply(conversation, agent)
    send_everything()
    assert (network.renewed, len(network.sent)) == (1, 2)
    assert state()[0] == "waiting"
    assert Channel.objects.get().trouble


def test_one_key_is_one_reply(conversation, network, agent):
    first = reply(conversation, agent, idempotency_key="one")
    second = reply(conversation, agent, idempotency_key="one")
    send_everything()
    assert first.id == second.id
    assert len(network.sent) == 1


@pytest.mark.parametrize("error", [Refused, Unreachable, Unknown, Disconnected])
def test_what_the_network_said_never_reaches_a_person(conversation, network, agent, error):
    network.answers = [error(raw=RAW)]
    reply(conversation, agent)
    send_everything()
    trouble = state()[1]
    assert trouble
    assert "OAuth" not in trouble


def test_all_that_a_long_reply_became_is_known_when_it_is_seen_again(conversation, network, agent):
    network.answers = [Sent(external_id="p1", also=("p2", "p3"))]
    reply(conversation, agent)
    send_everything()
    assert list(MessageName.objects.order_by("id").values_list("external_id", flat=True)) == ["p2", "p3"]
