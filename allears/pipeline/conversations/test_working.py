"""What members do with a conversation: statuses, assigning, outcomes, notes, presence."""

from datetime import timedelta

import pytest

from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.work.actions import claim_jobs
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.housekeeping import TASKS
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, reply
from allears.pipeline.conversations.actions.assigning import (
    assign_conversation,
    give_to_team,
    release_conversations_of,
)
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.outcomes import call_it_spam, need_no_reply, wait_again
from allears.pipeline.conversations.actions.presence import forget_stale_presence, note_presence
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.errors import (
    NoSuchPriority,
    NoSuchStatus,
    NoteIsEmpty,
    NothingToEnd,
    ReasonNeeded,
    StillUnanswered,
)
from allears.pipeline.conversations.models import (
    Conversation,
    Message,
    Note,
    Outcome,
    Presence,
    Status,
)
from allears.pipeline.conversations.queries.reading import present_members, timeline
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(said("1", "Where is it?", minutes_ago=9, thread="dm"))
    return only_conversation()


def kinds():
    return list(
        Event.objects.filter(conversation__isnull=False).order_by("id").values_list("kind", flat=True)
    )


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_who_still_waits_is_not_solved_without_a_reason(conversation, agent, status):
    with pytest.raises(StillUnanswered):
        set_status(conversation.id, status, agent, "  ")
    assert only_conversation().status == Status.NEW

    set_status(conversation.id, status, agent, "Called them")

    after = only_conversation()
    assert (after.status, after.waiting_since) == (status, None)
    assert after.solved_at is not None
    assert Message.objects.get().outcome_reason == "Called them"
    assert audit_workspace().is_good


def test_a_status_is_recorded_once_with_what_it_was(conversation, agent):
    set_status(conversation.id, "pending", agent)
    set_status(conversation.id, "pending", agent)

    [event] = Event.objects.filter(kind="conversation.status_changed")
    assert (event.facts, event.by) == ({"before": "new", "after": "pending"}, agent.id)


def test_there_is_no_other_status_or_priority(conversation, agent):
    with pytest.raises(NoSuchStatus):
        set_status(conversation.id, "asleep", agent)
    with pytest.raises(NoSuchPriority):
        set_priority(conversation.id, 7, agent)


def test_no_reply_needed_ends_the_wait_and_can_be_taken_back(conversation, agent):
    waited_since = conversation.waiting_since
    with pytest.raises(ReasonNeeded):
        need_no_reply(conversation.id, " ", agent)
    need_no_reply(conversation.id, "Only thanks", agent)
    assert (only_conversation().status, only_conversation().waiting_since) == (Status.SOLVED, None)
    assert Message.objects.get().outcome == Outcome.NO_REPLY_NEEDED
    with pytest.raises(NothingToEnd):
        need_no_reply(conversation.id, "Again", agent)

    wait_again(conversation.id, agent)

    assert (only_conversation().status, only_conversation().waiting_since) == (Status.OPEN, waited_since)
    assert Message.objects.get().outcome == Outcome.NONE
    assert audit_workspace().is_good


def test_spam_is_solved_and_can_be_taken_back(conversation, agent):
    call_it_spam(conversation.id, agent)
    assert (only_conversation().status, only_conversation().is_spam) == (Status.SOLVED, True)
    assert audit_workspace().is_good

    wait_again(conversation.id, agent)

    assert (only_conversation().is_open, only_conversation().is_spam) == (True, False)
    assert only_conversation().waiting_since == conversation.waiting_since


def test_what_was_answered_does_not_wait_again(conversation, deliver, agent):
    from allears.pipeline.conftest import send_everything

    reply(conversation, agent)
    send_everything()
    deliver(said("2", thread="dm"))
    need_no_reply(conversation.id, "Thanks", agent)

    wait_again(conversation.id, agent)

    assert dict(Message.objects.filter(direction="in").values_list("external_id", "outcome")) == {
        "1": "answered",
        "2": "",
    }
    assert only_conversation().waiting_since == Message.objects.get(external_id="2").sent_at


def test_assigning_a_new_conversation_opens_it(conversation, agent, colleague):
    assign_conversation(conversation.id, colleague.id, agent)
    assign_conversation(conversation.id, colleague.id, agent)
    assert (only_conversation().assignee, only_conversation().status) == (colleague, Status.OPEN)

    assign_conversation(conversation.id, None, agent)

    assert only_conversation().assignee is None
    assert kinds().count("conversation.assigned") == 2


def test_only_members_who_may_answer_are_assigned(conversation, agent, observer, stranger):
    for who in (observer.id, stranger.id, 987654):
        with pytest.raises(NotVisible):
            assign_conversation(conversation.id, who, agent)
    agent.is_active = False
    agent.save()
    with pytest.raises(NotVisible):
        assign_conversation(conversation.id, agent.id, agent)

    assert only_conversation().assignee is None


def test_a_private_team_takes_a_conversation_from_who_is_not_in_it(
    conversation, owner, agent, colleague, stranger
):
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [colleague.id])
    assign_conversation(conversation.id, agent.id, agent)

    give_to_team(conversation.id, team.id, agent)

    assert (only_conversation().team, only_conversation().assignee) == (team, None)
    with pytest.raises(NotVisible):
        give_to_team(conversation.id, create_team(stranger, "Theirs").id, agent)


def test_who_leaves_gives_back_what_is_open_and_keeps_what_is_done(deliver, agent, owner):
    deliver(said(subject="open"), said(subject="done"))
    for one in Conversation.objects.all():
        assign_conversation(one.id, agent.id, owner)
    set_status(Conversation.objects.get(subject="done").id, "solved", owner, "Why")

    assert release_conversations_of(agent, owner) == 1

    assert list(Conversation.objects.order_by("subject").values_list("subject", "assignee")) == [
        ("done", agent.id),
        ("open", None),
    ]


def test_a_note_calls_the_members_it_names(conversation, owner, agent, colleague, observer):
    note = write_note(conversation, "@Bo and @otto, see this. @Adam is nobody; write to x@ada.example", agent)

    facts = Event.objects.get(kind="note.written").facts
    assert facts["note"] == note.id
    assert set(facts["called"]) == {colleague.id, observer.id}


@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_an_empty_note_is_none(conversation, agent, text):
    with pytest.raises(NoteIsEmpty):
        write_note(conversation, text, agent)

    assert not Note.objects.exists()


def test_an_observer_writes_no_note(conversation, observer):
    with pytest.raises(NotAllowed):
        write_note(conversation, "Words", observer)


def test_a_note_is_no_answer(conversation, agent):
    write_note(conversation, "I know them", agent)

    assert only_conversation().waiting_since == conversation.waiting_since
    assert only_conversation().message_count == 1


def test_presence_is_told_when_it_changes_and_fades(conversation, agent, colleague):
    assert note_presence(agent, conversation, "viewing")
    assert not note_presence(agent, conversation, "viewing")
    assert note_presence(agent, conversation, "replying")
    assert [one.member for one in present_members(conversation, but=colleague)] == [agent]
    assert present_members(conversation, but=agent) == []

    with shifted_clock(timedelta(seconds=41)):
        assert present_members(conversation) == []
        assert note_presence(agent, conversation, "replying")
    assert note_presence(agent, conversation, "gone")
    assert not note_presence(agent, conversation, "gone")
    assert not Presence.objects.exists()


def test_stale_presence_is_forgotten(conversation, agent):
    note_presence(agent, conversation, "viewing")
    forget_stale_presence()
    assert Presence.objects.count() == 1

    with shifted_clock(timedelta(hours=1)):
        forget_stale_presence()

    assert Presence.objects.count() == 0


def test_the_timeline_holds_everything_once_page_by_page(deliver, agent):
    moment = now() - timedelta(hours=5)
    for part in range(3):
        deliver(
            *(
                said(text=f"{n}", thread="dm", sent_at=moment + timedelta(seconds=n // 3))
                for n in range(part * 50, part * 50 + 50)
            )
        )
    conversation = only_conversation()
    write_note(conversation, "A note", agent)
    set_status(conversation.id, "pending", agent)

    texts, cursor, notes = [], "", 0
    while True:
        page = timeline(conversation, cursor)
        texts = [entry.message.text for entry in page.entries if entry.message] + texts
        notes += sum(entry.note is not None for entry in page.entries)
        cursor = page.earlier
        if not cursor:
            break

    assert texts == [f"{n}" for n in range(150)]
    assert notes == 1


def test_who_leaves_a_private_team_gives_back_what_they_had_in_hand(conversation, owner, agent):
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [agent.id])
    give_to_team(conversation.id, team.id, owner)
    assign_conversation(conversation.id, agent.id, owner)

    set_team_members(owner, team, [owner.id])
    [job] = claim_jobs()
    TASKS[job.name](**job.arguments)

    assert only_conversation().assignee_id is None
