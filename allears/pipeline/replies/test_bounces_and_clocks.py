"""Replies that come back, that carry files, and clocks that jump."""

from datetime import timedelta

import pytest

from allears.connectors.interface import MessageKind, Visibility
from allears.foundation.clock import shifted_clock
from allears.foundation.events.models import Event
from allears.foundation.files import path_of_file
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Conversation, Status
from allears.pipeline.replies.actions.drafting import add_draft_file
from allears.pipeline.replies.actions.sending import claim_dispatches
from allears.pipeline.replies.models import Dispatch, DispatchState, DraftFile
from tests.fake_network import BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")
HOURS = 3600.0


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(said("1", "Where is it?", minutes_ago=9, thread="dm"))
    return only_conversation()


def states():
    return list(Dispatch.objects.order_by("id").values_list("state", flat=True))


def test_a_bounce_of_our_reply_marks_it_refused_and_brings_the_conversation_back(
    conversation, network, deliver, agent
):
    reply(conversation, agent, then="solve")
    send_everything()
    assert only_conversation().status == Status.SOLVED

    bounced_id = network.sent[0].external_id
    daemon = said("b", kind=MessageKind.BOUNCE, bounced_id=bounced_id, author=BEN, thread="dm")
    deliver(daemon)

    assert states() == ["refused"]
    assert "came back" in Dispatch.objects.get().trouble
    assert only_conversation().status == Status.OPEN
    assert only_conversation().waiting_since is None
    assert Event.objects.filter(kind="dispatch.refused").count() == 1
    assert audit_workspace().is_good


def test_a_bounce_by_mail_finds_its_conversation_by_the_id_that_came_back(deliver, network, agent):
    deliver(said("1"))
    reply(only_conversation(), agent)
    send_everything()

    deliver(said(kind=MessageKind.BOUNCE, bounced_id=network.sent[0].external_id, author=BEN))

    assert only_conversation().message_count == 3
    assert states() == ["refused"]


def test_a_private_message_in_a_public_thread_is_answered_in_private(deliver, network, agent):
    deliver(said("1", thread="post", visibility=Visibility.PUBLIC))
    deliver(said("2", "My number is 12345", thread="post", visibility=Visibility.PRIVATE))
    private = Conversation.objects.get(visibility=Visibility.PRIVATE)

    reply(private, agent)
    send_everything()

    assert network.sent[0].visibility == Visibility.PRIVATE


def test_files_go_with_the_reply_and_one_that_is_gone_stops_it(conversation, network, agent):
    file = add_draft_file(agent, conversation, "reply", "map.png", "image/png", b"a map")
    reply(conversation, agent, files=[file])
    send_everything()
    assert [(file.name, file.data) for file in network.sent[0].files] == [("map.png", b"a map")]
    assert not DraftFile.objects.exists()

    file = add_draft_file(agent, conversation, "reply", "gone.png", "image/png", b"soon gone")
    reply(conversation, agent, files=[file])
    path_of_file(file.digest).unlink()
    send_everything()

    assert states() == ["sent", "refused"]
    assert "no longer on the disk" in Dispatch.objects.order_by("-id")[0].trouble


def test_an_hour_back_on_the_clock_holds_no_reply_for_an_hour(conversation, network, agent):
    with shifted_clock(timedelta(hours=1)):
        reply(conversation, agent)

    assert send_everything() == 1
    assert states() == ["sent"]


def test_a_claim_that_began_a_moment_before_the_reply_does_not_skip_its_undo(conversation, network, agent):
    reply(conversation, agent)

    with shifted_clock(timedelta(seconds=-2)):
        assert claim_dispatches(set()) == []


def test_a_forward_jump_of_the_clock_sends_once(conversation, network, agent):
    reply(conversation, agent)

    with shifted_clock(timedelta(days=400)):
        assert send_everything() == 1
    assert send_everything() == 0

    assert states() == [DispatchState.SENT]
    assert audit_workspace().is_good
