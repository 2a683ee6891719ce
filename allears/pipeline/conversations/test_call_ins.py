"""Calling a colleague into a conversation by a note."""

import pytest

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.notes import note_call_ins_seen, write_note
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.conversations.queries.queue import queue_counts, queue_page
from tests.journeys.worlds import join, make_world

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_called_member_finds_the_conversation_until_they_look_and_after():
    world = make_world("Quay")
    lena = join(world.owner, Role.AGENT, "lena@quay.example")
    conversation = Conversation.objects.get(workspace=world.owner.workspace)
    assert queue_counts(lena)["called"] == 0

    write_note(conversation, "Can you help here, @Lena? Write to lena@quay.example.", world.owner)

    assert queue_counts(lena)["called"] == 1
    assert queue_counts(world.agent)["called"] == 0
    note_call_ins_seen(lena, conversation)
    assert queue_counts(lena)["called"] == 0
    assert [row.id for row in queue_page(lena, "called").rows] == [conversation.id]


def test_part_of_a_name_calls_nobody():
    world = make_world("Quay")
    lena = join(world.owner, Role.AGENT, "lena@quay.example")
    conversation = Conversation.objects.get(workspace=world.owner.workspace)

    write_note(conversation, "Ask @Lenard or mail@Lena.", world.owner)

    assert queue_counts(lena)["called"] == 0
