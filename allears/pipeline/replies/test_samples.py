"""Sample channels look like any other, but nothing of theirs reaches a network."""

from threading import Thread

import pytest

from allears.foundation.clock import now, told_clock
from allears.pipeline.channels.letters import MailboxCarrier
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import channels_heard_by_listening, open_channel_by_key
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Message, Outcome
from allears.pipeline.replies.models import Dispatch
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")


def test_what_is_sent_to_a_sample_customer_goes_to_nobody(channel, network, deliver, agent):
    deliver(said("1", "Where is it?", minutes_ago=9, thread="dm"))
    Channel.objects.update(is_sample=True)

    reply(only_conversation(), agent)
    assert send_everything() == 1

    assert (network.sent, Dispatch.objects.get().state) == ([], "sent")
    assert Message.objects.get(external_id="1").outcome == Outcome.ANSWERED


def test_nobody_listens_to_a_sample_channel_or_reaches_it(owner):
    mailbox = Channel.objects.create(
        workspace=owner.workspace, kind="email", name="Hello", key="k" * 20, created_at=now()
    )
    assert [one.id for one in channels_heard_by_listening()] == [mailbox.id]
    assert MailboxCarrier().can_carry(owner.workspace_id)

    Channel.objects.update(is_sample=True)

    assert channels_heard_by_listening() == []
    assert not MailboxCarrier().can_carry(owner.workspace_id)
    assert open_channel_by_key("k" * 20) is None


def test_a_told_moment_is_now_for_its_own_thread_only():
    past, seen = now().replace(year=2001), []
    with told_clock(past):
        thread = Thread(target=lambda: seen.append(now()))
        thread.start()
        thread.join()
        assert now() == past
    assert seen[0] > past
    assert now() > past
