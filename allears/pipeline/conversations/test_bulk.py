"""Many at once: as the single verbs would, each told; killed anywhere it goes on; undone but for what changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.pipeline.conversations.actions import bulk as bulk_actions
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.bulk import (
    begin_bulk,
    carry_on_bulk,
    forget_old_bulk_items,
    undo_bulk,
)
from allears.pipeline.conversations.actions.bulk_rows import picture_of
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.outcomes import call_it_spam, need_no_reply
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.actions.tagging import make_tag, tag_conversations, untag_conversations
from allears.pipeline.conversations.errors import (
    NoSuchPriority,
    NoSuchStatus,
    NoSuchVerb,
    NothingSelected,
    NothingToEnd,
    ReasonNeeded,
    StillUnanswered,
    TooLateToUndo,
)
from allears.pipeline.conversations.models import (
    BulkItem,
    BulkState,
    Conversation,
    Message,
    Outcome,
)
from allears.pipeline.conversations.queries.bulk import BulkOrder, get_visible_bulk, preview_bulk
from allears.pipeline.conversations.queries.queue import forget_counts, queue_counts, visible_conversations
from allears.pipeline.conversations.queries.tags import tags_of
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def team(owner, agent):
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [agent.id])
    return team


@pytest.fixture
def tag(agent):
    return make_tag(agent, "Refund")


@pytest.fixture
def twins(deliver, agent, colleague):
    """Two of each kind: new, assigned, urgent, pending, solved, spam and waiting twice; told apart by subject."""
    moment = now() - timedelta(hours=2)
    kinds = ("new", "assigned", "urgent", "pending", "solved", "spam", "closed")
    deliver(
        *(said(subject=f"{kind} {n}", sent_at=moment) for kind in kinds for n in (1, 2)),
    )
    ids = {one.subject: one.id for one in Conversation.objects.all()}
    for n in (1, 2):
        assign_conversation(ids[f"assigned {n}"], colleague.id, agent)
        set_priority(ids[f"urgent {n}"], 0, agent)
        set_status(ids[f"pending {n}"], "pending", agent)
        set_status(ids[f"solved {n}"], "solved", agent, "thanks")
        set_status(ids[f"closed {n}"], "closed", agent, "thanks")
        call_it_spam(ids[f"spam {n}"], agent)
    return ids


def half(n):
    return Conversation.objects.filter(subject__endswith=f" {n}")


def looks(conversation):
    """What can be compared of two conversations: the row, its messages, its tags."""
    picture = picture_of(conversation)
    for name in ("solved_at", "waiting_since"):
        picture[name] = bool(picture[name])
    messages = list(conversation.messages.values_list("outcome", "outcome_reason", "outcome_by"))
    worn = [tag.name for tag in tags_of([conversation.id]).get(conversation.id, [])]
    return picture | {"position": conversation.queue_position, "messages": messages, "tags": worn}


def told_of(conversation, after):
    found = Event.objects.filter(conversation=conversation.id, id__gt=after).order_by("id")
    return [(one.kind, {k: v for k, v in one.facts.items() if k != "bulk"}) for one in found]


def last_event():
    return Event.objects.latest("id").id


SINGLES = {
    "assign": lambda id_, value, by: assign_conversation(id_, int(value) if value else None, by),
    "team": lambda id_, value, by: give_to_team(id_, int(value) if value else None, by),
    "status": set_status,
    "priority": lambda id_, value, by: set_priority(id_, int(value), by),
    "tag": lambda id_, value, by: tag_conversations([id_], [int(value)], by),
    "untag": lambda id_, value, by: untag_conversations([id_], [int(value)], by),
    "no_reply": need_no_reply,
    "spam": lambda id_, value, by: call_it_spam(id_, by),
}
ORDERS = [
    ("assign", "{agent}"),
    ("assign", ""),
    ("team", "{team}"),
    ("team", ""),
    ("status", "open"),
    ("status", "pending"),
    ("status", "on_hold"),
    ("status", "solved"),
    ("status", "closed"),
    ("priority", "0"),
    ("priority", "3"),
    ("tag", "{tag}"),
    ("untag", "{tag}"),
    ("no_reply", "thanks"),
    ("spam", ""),
]


@pytest.mark.parametrize(("verb", "value"), ORDERS)
def test_many_at_once_are_as_each_by_itself(twins, agent, team, tag, verb, value):
    value = value.format(agent=agent.id, team=team.id, tag=tag.id)
    tag_conversations([twins["new 1"], twins["new 2"]], [tag.id], agent)
    expected, refused, began = {}, 0, last_event()
    before = {one.subject: looks(one) for one in half(2)}
    with shifted_clock(timedelta(minutes=1)):
        for one in half(1):
            try:
                SINGLES[verb](one.id, value, agent)
            except (StillUnanswered, NothingToEnd):
                refused += 1
            one.refresh_from_db()
            expected[one.subject[:-2]] = (looks(one), told_of(one, began))
        bulk = begin_bulk(agent, BulkOrder(verb, value), half(2))

    got = {one.subject[:-2]: (looks(one), told_of(one, began)) for one in half(2)}
    assert got == expected
    assert bulk.state == BulkState.DONE
    assert bulk.left.get("waits", 0) + bulk.left.get("nothing_waits", 0) == refused
    assert bulk.changed + sum(bulk.left.values()) == bulk.total == 7
    assert bulk.changed == sum(looks(one) != before[one.subject] for one in half(2))


@pytest.mark.parametrize(("verb", "value"), ORDERS)
def test_a_preview_says_what_comes_of_it(twins, agent, team, tag, verb, value):
    value = value.format(agent=agent.id, team=team.id, tag=tag.id)
    tag_conversations([twins["new 1"]], [tag.id], agent)
    everything = visible_conversations(agent)

    preview = preview_bulk(BulkOrder(verb, value), everything)
    bulk = begin_bulk(agent, BulkOrder(verb, value), everything)

    assert (preview.total, preview.changed, preview.left) == (bulk.total, bulk.changed, bulk.left)


@pytest.mark.parametrize(("verb", "value"), ORDERS)
def test_undone_everything_is_as_it_was(twins, agent, team, tag, verb, value):
    value = value.format(agent=agent.id, team=team.id, tag=tag.id)
    tag_conversations([twins["new 1"]], [tag.id], agent)
    give_to_team(twins["new 1"], team.id, agent)
    before = {one.id: looks(one) for one in Conversation.objects.all()}
    moments = list(Conversation.objects.order_by("id").values_list("solved_at", "waiting_since"))
    forget_counts()
    counts = queue_counts(agent)
    bulk = begin_bulk(agent, BulkOrder(verb, value), visible_conversations(agent))
    assert {one.id: looks(one) for one in Conversation.objects.all()} != before

    undo_bulk(agent, bulk)

    assert {one.id: looks(one) for one in Conversation.objects.all()} == before
    assert list(Conversation.objects.order_by("id").values_list("solved_at", "waiting_since")) == moments
    forget_counts()
    assert queue_counts(agent) == counts
    assert (bulk.state, bulk.undone, bulk.kept) == (BulkState.UNDONE, bulk.changed, 0)


def test_what_somebody_changed_since_is_left_by_an_undo(twins, agent, colleague):
    ids = [twins["new 1"], twins["new 2"], twins["urgent 1"]]
    bulk = begin_bulk(agent, BulkOrder("assign", str(agent.id)), Conversation.objects.filter(id__in=ids))
    assign_conversation(ids[0], colleague.id, colleague)
    write_note(Conversation.objects.get(id=ids[1]), "A note changes nothing.", colleague)

    undo_bulk(agent, bulk)

    found = dict(Conversation.objects.filter(id__in=ids).values_list("id", "assignee_id"))
    assert found == {ids[0]: colleague.id, ids[1]: None, ids[2]: None}
    assert (bulk.undone, bulk.kept) == (2, 1)


def test_a_customer_who_writes_again_is_not_sent_back_in_time(deliver, agent):
    deliver(said("one@x", subject="Where?", thread="t1"))
    conversation = Conversation.objects.get()
    bulk = begin_bulk(agent, BulkOrder("no_reply", "thanks"), visible_conversations(agent))
    deliver(said("two@x", subject="Where?", thread="t1"))
    assert Conversation.objects.count() == 1

    undo_bulk(agent, bulk)

    conversation.refresh_from_db()
    assert (conversation.status, bulk.kept) == ("open", 1)
    outcomes = conversation.messages.order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == [Outcome.NO_REPLY_NEEDED, Outcome.NONE]


def test_undo_has_its_time_and_its_owner(twins, agent, colleague):
    bulk = begin_bulk(agent, BulkOrder("priority", "0"), visible_conversations(agent))
    with pytest.raises(NotAllowed):
        undo_bulk(colleague, bulk)
    with pytest.raises(NotVisible):
        get_visible_bulk(colleague, bulk.id)
    with shifted_clock(timedelta(seconds=14)), pytest.raises(TooLateToUndo):
        undo_bulk(agent, bulk)

    undo_bulk(agent, get_visible_bulk(agent, bulk.id))
    with pytest.raises(TooLateToUndo):
        undo_bulk(agent, bulk)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(bulk_actions, "BATCH", 4)
    monkeypatch.setattr(bulk_actions, "AT_ONCE", 4)


def test_many_are_a_job_that_goes_on_where_it_stopped(twins, agent, small_batches, monkeypatch):
    bulk = begin_bulk(agent, BulkOrder("priority", "0"), visible_conversations(agent))
    assert (bulk.state, bulk.handled, bulk.total) == (BulkState.RUNNING, 0, 14)
    assert Job.objects.get(name="carry_on_bulk").arguments == {"bulk_id": bulk.id}
    steps = iter(range(2))
    step = bulk_actions._step

    def die(bulk_id):
        next(steps)
        return step(bulk_id)

    with monkeypatch.context() as patch:
        patch.setattr(bulk_actions, "_step", die)
        with pytest.raises(StopIteration):
            carry_on_bulk(bulk.id)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.handled) == (BulkState.RUNNING, 8)

    carry_on_bulk(bulk.id)
    carry_on_bulk(bulk.id)

    bulk.refresh_from_db()
    assert (bulk.state, bulk.changed, bulk.left) == (BulkState.DONE, 12, {"already": 2})
    assert Event.objects.filter(kind="conversation.priority_changed", facts__bulk=bulk.id).count() == 12
    assert set(Conversation.objects.values_list("priority", flat=True)) == {0}


def test_a_batch_that_fails_leaves_nothing_half_done(twins, agent, small_batches, monkeypatch):
    bulk = begin_bulk(agent, BulkOrder("priority", "0"), visible_conversations(agent))

    def fail(items):
        raise NotImplementedError

    with monkeypatch.context() as patch:
        patch.setattr(bulk_actions, "write_items", fail)
        with pytest.raises(NotImplementedError):
            carry_on_bulk(bulk.id)

    assert Conversation.objects.filter(priority=0).count() == 2
    assert not Event.objects.filter(facts__bulk=bulk.id, kind="conversation.priority_changed").exists()


def test_one_that_is_under_way_can_be_turned_round(twins, agent, small_batches):
    bulk = begin_bulk(agent, BulkOrder("status", "on_hold"), visible_conversations(agent))
    bulk_actions._step(bulk.id)
    assert Conversation.objects.filter(status="on_hold").count() == 4

    undo_bulk(agent, bulk)
    carry_on_bulk(bulk.id)

    bulk.refresh_from_db()
    assert not Conversation.objects.filter(status="on_hold").exists()
    assert (bulk.state, bulk.undone, bulk.handled) == (BulkState.UNDONE, 4, 4)


def test_only_what_the_member_sees_is_changed(twins, agent, colleague, owner, team):
    give_to_team(twins["new 1"], team.id, agent)

    bulk = begin_bulk(colleague, BulkOrder("priority", "3"), visible_conversations(colleague))

    assert bulk.changed == 13
    assert Conversation.objects.get(id=twins["new 1"]).priority == 2


def test_one_that_went_out_of_sight_meanwhile_is_left(twins, agent, colleague, team, small_batches):
    bulk = begin_bulk(colleague, BulkOrder("priority", "3"), visible_conversations(colleague))
    give_to_team(twins["new 1"], team.id, agent)

    carry_on_bulk(bulk.id)

    bulk.refresh_from_db()
    assert (bulk.changed, bulk.left) == (13, {"gone": 1})


def test_what_makes_no_sense_is_refused(twins, agent, observer, stranger, tag):
    everything = visible_conversations(agent)
    theirs = make_tag(stranger, "Theirs")
    for order, error in (
        (BulkOrder("shout"), NoSuchVerb),
        (BulkOrder("status", "new"), NoSuchStatus),
        (BulkOrder("status", "asleep"), NoSuchStatus),
        (BulkOrder("priority", "7"), NoSuchPriority),
        (BulkOrder("priority", "urgent"), NoSuchPriority),
        (BulkOrder("assign", "x"), NotVisible),
        (BulkOrder("assign", str(stranger.id)), NotVisible),
        (BulkOrder("assign", str(observer.id)), NotVisible),
        (BulkOrder("team", "999999"), NotVisible),
        (BulkOrder("tag", str(theirs.id)), NotVisible),
        (BulkOrder("tag", ""), NotVisible),
        (BulkOrder("no_reply", "  "), ReasonNeeded),
    ):
        with pytest.raises(error):
            begin_bulk(agent, order, everything)
    with pytest.raises(NothingSelected):
        begin_bulk(agent, BulkOrder("spam"), everything.filter(id=0))
    with pytest.raises(NotAllowed):
        begin_bulk(observer, BulkOrder("spam"), everything)
    assert not Event.objects.filter(kind="bulk.begun").exists()


def test_a_batch_takes_as_many_statements_for_three_as_for_one(twins, agent):
    def statements(ids):
        with CaptureQueriesContext(connection) as asked:
            begin_bulk(agent, BulkOrder("spam"), Conversation.objects.filter(id__in=ids))
        # Those who write many rows write each by the same compiled statement.
        return len({one["sql"].split("WHERE")[0][:60] for one in asked if "SAVEPOINT" not in one["sql"]})

    one = statements([twins["new 1"]])

    assert statements([twins["new 2"], twins["urgent 1"], twins["assigned 1"]]) == one


def test_what_was_kept_for_undoing_is_let_go_of(twins, agent):
    bulk = begin_bulk(agent, BulkOrder("spam"), visible_conversations(agent))
    forget_old_bulk_items()
    assert BulkItem.objects.filter(bulk=bulk).count() == 14

    with shifted_clock(timedelta(days=2)):
        forget_old_bulk_items()

    assert not BulkItem.objects.exists()
    assert Message.objects.filter(outcome=Outcome.SPAM).exists()
