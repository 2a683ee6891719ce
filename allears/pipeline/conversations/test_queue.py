"""The queue: longest waiting first, every page exact, every count true, nothing of others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.pipeline.conftest import only_conversation
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.models import Conversation, Priority
from allears.pipeline.conversations.positions import queue_position
from allears.pipeline.conversations.queries.queue import (
    COUNTED_VIEWS,
    VIEWS,
    forget_counts,
    get_visible_conversation,
    longest_wait,
    queue_counts,
    queue_page,
)
from tests.fake_network import BEN, said

moments = some.integers(-60_000_000_000, 7_000_000_000).map(
    lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=seconds % 7)
)
places = some.tuples(some.sampled_from(Priority.values), some.none() | moments, moments)


def in_words(place):
    """Say the rule of the queue as a key: who waits before who does not, the urgent first, then the longest."""
    priority, since, newest = place
    earliest = datetime(1970, 1, 1, tzinfo=UTC)
    if since is not None:
        return (0, priority, max(since, earliest), timedelta())
    return (1, 0, earliest, datetime(3000, 1, 1, tzinfo=UTC) - max(newest, earliest))


@given(places, places)
def test_positions_order_as_the_rule_says(one, other):
    before, after = queue_position(*one), queue_position(*other)

    assert (before < after) == (in_words(one) < in_words(other))
    assert 0 <= before < 2**63


database = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def many(deliver, agent, colleague):
    """Twenty-three conversations of every status, some of which waited since the very same moment."""
    moment = now() - timedelta(hours=1)
    deliver(*(said(subject=f"{n}", sent_at=moment + timedelta(seconds=n // 4)) for n in range(23)))
    for n, conversation in enumerate(Conversation.objects.order_by("id")):
        if n % 3 == 0:
            assign_conversation(conversation.id, (agent, colleague)[n % 2].id, agent)
        if n % 5 == 0:
            set_priority(conversation.id, n % 4, agent)
        if n % 7 == 0:
            set_status(conversation.id, ("pending", "on_hold", "solved", "closed")[n // 7], agent, "Why")


def pages(member, view, size):
    rows, cursor = [], ""
    while True:
        page = queue_page(member, view, cursor, size)
        rows += page.rows
        if not page.next_cursor:
            return rows
        cursor = page.next_cursor


@database
@pytest.mark.parametrize("size", [1, 4, 50])
def test_pages_lose_nothing_and_double_nothing(many, agent, size):
    for view in VIEWS:
        ids = [row.id for row in pages(agent, view, size)]
        assert ids == [row.id for row in queue_page(agent, view, size=500).rows], view
        assert len(ids) == len(set(ids))
    assert len(pages(agent, "all", size)) == 23


@database
def test_counts_are_what_the_pages_hold(many, agent, colleague):
    for member in (agent, colleague):
        counts = queue_counts(member)
        assert counts == {view: len(pages(member, view, 50)) for view in COUNTED_VIEWS}
        assert all(counts[view] for view in ("mine", "unassigned", "open", "pending", "on-hold"))


@database
def test_the_longest_waiting_comes_first_and_the_urgent_before_all(deliver, agent):
    deliver(*(said(subject=f"{minutes}", minutes_ago=minutes) for minutes in (5, 9, 1)))
    assert [row.subject for row in queue_page(agent, "open").rows] == ["9", "5", "1"]

    set_priority(Conversation.objects.get(subject="1").id, Priority.URGENT, agent)

    assert [row.subject for row in queue_page(agent, "open").rows] == ["1", "9", "5"]
    assert longest_wait(agent) == Conversation.objects.get(subject="1").waiting_since


@database
@pytest.mark.parametrize(
    "cursor", ["x", "1", ".", "1.x", "-1.-1", "9" * 30 + ".1", "2026-01-01T00:00:00Z.x", "\x00.1"]
)
def test_a_broken_cursor_is_the_first_page(many, agent, cursor):
    for view in ("open", "all"):
        queue_page(agent, view, cursor)


@database
def test_a_page_costs_the_same_number_of_queries_for_one_and_three_rows(deliver, agent):
    def queries_of(view):
        forget_counts()
        with CaptureQueriesContext(connection) as queries:
            queue_page(agent, view)
            queue_counts(agent)
        return len(queries)

    deliver(said())
    one = [queries_of(view) for view in VIEWS]
    deliver(said(author=BEN), said())

    assert [queries_of(view) for view in VIEWS] == one
    assert len(queue_page(agent, "open").rows) == 3


@database
def test_a_private_team_is_seen_by_its_members_only(deliver, owner, agent, colleague, stranger):
    deliver(said())
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [agent.id])
    conversation = only_conversation()
    assert queue_counts(colleague)["open"] == 1
    give_to_team(conversation.id, team.id, agent)
    forget_counts()

    assert get_visible_conversation(agent, conversation.id) == conversation
    assert queue_counts(agent)["open"] == len(queue_page(agent, "all").rows) == 1
    for member in (colleague, stranger):
        assert queue_counts(member)["open"] == len(queue_page(member, "all").rows) == 0
        assert longest_wait(member) is None
        with pytest.raises(NotVisible):
            get_visible_conversation(member, conversation.id)


@database
def test_counts_follow_what_happens_within_a_second(deliver, agent, monkeypatch):
    from allears.pipeline.conversations.queries import queue

    deliver(said())
    assert queue_counts(agent)["unassigned"] == 1
    assign_conversation(only_conversation().id, agent.id, agent)
    later = queue.monotonic() + 1.1
    monkeypatch.setattr(queue, "monotonic", lambda: later)

    counts = queue_counts(agent)
    assert (counts["mine"], counts["unassigned"], counts["open"]) == (1, 0, 1)
