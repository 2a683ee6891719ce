"""The audit sees every kind of loss, names the rows, and is quiet when all is well."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from allears.cli import auditing
from allears.connectors.errors import Refused, Unknown, Unreadable
from allears.connectors.interface import Nothing, SourceItem
from allears.foundation.clock import now, shifted_clock
from allears.pipeline.audit.actions import reconcile_channel
from allears.pipeline.audit.days import audit_days
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, read_all, reply, send_everything, store
from allears.pipeline.conversations.actions.assigning import assign_conversation
from allears.pipeline.conversations.models import Conversation, Leg, Message
from allears.pipeline.intake.models import Ending, Envelope, Waiting
from allears.pipeline.replies.models import Dispatch
from tests.fake_network import BEN, add_fake_channel, said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch):
    """Look again at once at what does not add up, and run the command in this process."""
    monkeypatch.setattr("allears.pipeline.audit.queries._PAUSE", 0)
    monkeypatch.setattr(auditing, "prepare", lambda: None)


@pytest.fixture
def everyday(deliver, network, channel, agent):
    """A day's work: messages answered, refused and unknown, one letter dead, one empty, one still waiting."""
    deliver(
        said("1", thread="a"), said("2", thread="b", author=BEN), said("3", thread="c"), said("4", thread="d")
    )
    network.answers = [Refused(), Unknown()]
    for conversation in Conversation.objects.order_by("id")[:3]:
        reply(conversation, agent)
    send_everything()
    reply(Conversation.objects.order_by("-id")[0], agent)
    store(channel, network.strange_piece(Unreadable("No")), network.strange_piece(Nothing("Empty")))
    read_all()
    store(channel, network.piece(said("5")))


def run(capsys):
    """Run `allears audit --json` and return its exit code and what it printed."""
    code = 0
    try:
        auditing.audit("", as_json=True, compare=False)
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(capsys.readouterr().out)


def test_everyday_adds_up(everyday, capsys):
    code, printed = run(capsys)

    assert code == 0
    assert printed["problems"] == []
    figures = {
        name: printed[name] for name in ("envelopes", "waiting", "processed", "dead", "inbound_messages")
    }
    assert figures == {"envelopes": 7, "waiting": 1, "processed": 5, "dead": 1, "inbound_messages": 4}
    assert printed["conversations"] == 4
    states = {state: count for state, count in printed["dispatches"].items() if count}
    assert states == {"held": 1, "sent": 1, "refused": 1, "unknown": 1}


def test_the_command_says_it_in_words_too(everyday, capsys):
    auditing.audit("", as_json=False, compare=False)

    assert "Everything adds up." in capsys.readouterr().out


def lose_an_ending():
    ending = Ending.objects.filter(ended_as="nothing").get()
    Ending.objects.filter(envelope_id=ending.envelope_id).delete()
    return f"envelope:{ending.envelope_id}"


def lose_a_place_in_the_queue():
    waiting = Waiting.objects.get()
    Waiting.objects.all().delete()
    return f"envelope:{waiting.envelope_id}"


def lose_an_envelope():
    Envelope.objects.filter(id=Ending.objects.filter(ended_as="messages")[0].envelope_id).delete()
    return ""


def lose_a_message():
    Message.objects.filter(direction="in").order_by("-id")[0].delete()
    return ""


def lose_a_dispatch():
    dispatch = Dispatch.objects.filter(state="sent").get()
    dispatch.delete()
    return f"message:{dispatch.message_id}"


def solve_while_someone_waits():
    conversation = Conversation.objects.order_by("id")[0]
    Conversation.objects.filter(id=conversation.id).update(status="solved", solved_at=now())
    return f"conversation:{conversation.id}"


def stop_a_clock():
    conversation = Conversation.objects.order_by("id")[0]
    Conversation.objects.filter(id=conversation.id).update(waiting_since=None)
    return f"conversation:{conversation.id}"


def lose_a_leg():
    leg = Leg.objects.order_by("id")[0]
    leg.delete()
    return f"conversation:{leg.conversation_id}"


def leave_a_reply_on_its_way():
    dispatch = Dispatch.objects.filter(state="held").get()
    Dispatch.objects.filter(id=dispatch.id).update(state="sending", leased_until=now() - timedelta(minutes=1))
    return f"dispatch:{dispatch.id}"


def lose_a_conversation():
    conversation = Conversation.objects.order_by("-id")[0]
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL does not let a message lose its conversation")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_message SET conversation_id = 987654 WHERE conversation_id = %s",
            [conversation.id],
        )
    return f"message:{Message.objects.filter(conversation_id=987654).order_by('id')[0].id}"


@pytest.mark.parametrize(
    "plant",
    [
        lose_an_ending,
        lose_a_place_in_the_queue,
        lose_an_envelope,
        lose_a_message,
        lose_a_dispatch,
        solve_while_someone_waits,
        stop_a_clock,
        lose_a_leg,
        leave_a_reply_on_its_way,
        lose_a_conversation,
    ],
)
def test_every_kind_of_loss_is_found_and_named(everyday, capsys, plant):
    assert audit_workspace().is_good

    row = plant()
    code, printed = run(capsys)

    assert code == 1
    assert printed["problems"]
    if row:
        assert row in [named for problem in printed["problems"] for named in problem["rows"]]
    with pytest.raises(SystemExit):
        auditing.audit("", as_json=False, compare=False)
    assert row in capsys.readouterr().out
    undo_what_the_database_would_complain_of()


def undo_what_the_database_would_complain_of():
    Message.objects.filter(conversation_id=987654).update(
        conversation_id=Conversation.objects.order_by("id")[0].id
    )


def test_a_conversation_in_the_hands_of_someone_who_left_is_found(deliver, agent, owner):
    deliver(said())
    assign_conversation(only_conversation().id, agent.id, owner)
    assert audit_workspace().is_good
    type(agent).objects.filter(id=agent.id).update(is_active=False)

    [problem] = audit_workspace().problems

    assert problem.rows == [f"conversation:{only_conversation().id}"]


def test_each_workspace_is_audited_alone(everyday, stranger, network, owner):
    theirs = add_fake_channel(stranger.workspace, "Theirs")
    store(theirs, network.piece(said()))
    read_all()
    Ending.objects.filter(channel_id=theirs.id).delete()

    assert audit_workspace(owner.workspace_id).is_good
    assert not audit_workspace(stranger.workspace_id).is_good
    assert not audit_workspace().is_good


def test_days_say_per_channel_what_came_and_what_became_of_it(everyday, owner, channel):
    [day] = audit_days(owner.workspace_id)

    assert (day.channel_id, day.received, day.processed, day.dead) == (channel.id, 6, 5, 1)
    assert not day.is_good
    assert day.on == now().date()


def test_what_the_source_holds_and_we_lack_is_fetched_again(network, channel, owner):
    hour_ago = now() - timedelta(hours=1)
    with shifted_clock(-timedelta(hours=2)):
        type(channel).objects.update(created_at=now())
        channel.refresh_from_db()
        store(
            channel,
            network.piece(said("kept"), source="INBOX/1/1"),
            network.piece(said("moved"), source="INBOX/1/9"),
        )
    network.source = [
        SourceItem(source="INBOX/1/1", external_id="kept", arrived_at=hour_ago),
        SourceItem(source="INBOX/1/2", external_id="lost", arrived_at=hour_ago),
        SourceItem(source="INBOX/1/3", external_id="just arrived", arrived_at=now()),
    ]

    lines = reconcile_channel(channel)

    total = {
        name: sum(getattr(line, name) for line in lines)
        for name in ("at_source", "stored", "missing", "extra")
    }
    assert total == {"at_source": 2, "stored": 2, "missing": 0, "extra": 1}
    assert sum(line.fetched_again for line in lines) == 1
    read_all()
    assert Message.objects.filter(external_id="INBOX/1/2").exists()
    again = reconcile_channel(channel)
    assert sum(line.fetched_again for line in again) == 0
    assert audit_workspace().is_good
