"""Filters: one language for addresses, views and programs, and only what the member may see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as some

from allears.foundation.clock import now
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.errors import FilterNotUnderstood
from allears.pipeline.conversations.models import Conversation, ConversationTag, Priority, Status, Tag
from allears.pipeline.conversations.queries.filters import (
    EVERYTHING,
    ConversationFilter,
    as_mapping,
    matching_conversations,
    parse_filter,
)
from tests.fake_network import BEN, said

ids = some.integers(0, 2**63 - 1)
moments = some.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
lengths = some.integers(1, 10**8).map(lambda seconds: timedelta(seconds=seconds))
filters = some.builds(
    ConversationFilter,
    statuses=some.lists(some.sampled_from(Status.values), unique=True).map(tuple),
    assignees=some.lists(ids | some.sampled_from(["me", "none"]), unique=True, max_size=4).map(tuple),
    teams=some.lists(ids | some.just("none"), unique=True, max_size=4).map(tuple),
    priorities=some.lists(some.sampled_from(Priority.values), unique=True).map(tuple),
    channels=some.lists(ids, unique=True, max_size=4).map(tuple),
    kinds=some.lists(some.sampled_from(["email", "api", "chat"]), unique=True).map(tuple),
    tags=some.lists(ids | some.just("none"), unique=True, max_size=4).map(tuple),
    visibility=some.sampled_from(["", "public", "private"]),
    customer=some.none() | ids,
    is_spam=some.none() | some.booleans(),
    is_waiting=some.none() | some.booleans(),
    waiting_longer_than=some.none() | lengths,
    quiet_longer_than=some.none() | lengths,
    opened_after=some.none() | moments,
    opened_before=some.none() | moments,
    last_message_after=some.none() | moments,
    last_message_before=some.none() | moments,
    text=some.text().map(lambda text: text.replace("\x00", "").strip()[:300].strip()),
)


@given(filters)
def test_what_is_written_is_read_again(wanted):
    assert parse_filter(as_mapping(wanted)) == wanted

    query = QueryDict(mutable=True)
    for name, values in as_mapping(wanted).items():
        query.setlist(name, values)
    assert parse_filter(QueryDict(query.urlencode())) == wanted


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=asleep", "status"),
        ("assignee=anna", "assignee"),
        ("team=-1", "team"),
        ("tag=me", "tag"),
        ("channel=" + "9" * 5000, "channel"),
        ("priority=4", "priority"),
        ("visibility=secret", "visibility"),
        ("customer=1,2", "customer"),
        ("spam=perhaps", "spam"),
        ("waiting_longer_than=0h", "waiting_longer_than"),
        ("waiting_longer_than=" + "9" * 5000, "waiting_longer_than"),
        ("quiet_longer_than=soon", "quiet_longer_than"),
        ("opened_after=2026-02-30", "opened_after"),
        ("last_message_before=yesterday", "last_message_before"),
        ("colour=red", "colour"),
    ],
)
def test_a_part_that_makes_no_sense_is_named(query, field):
    with pytest.raises(FilterNotUnderstood) as refused:
        parse_filter(QueryDict(query))

    assert refused.value.field == field
    assert field in str(refused.value)


def test_other_names_of_an_address_are_left_alone_when_named():
    assert parse_filter(QueryDict("cursor=x&status=open&team="), besides=["cursor"]) == ConversationFilter(
        statuses=("open",)
    )
    assert not parse_filter(QueryDict(""))


database = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def three(deliver, agent, colleague):
    """A refund of Ann's that is urgent and Ada's, a parcel of Ben's, and a solved one of Ann's in public."""
    deliver(
        said(subject="refund", text="Refund me please", minutes_ago=300),
        said(subject="parcel", author=BEN, text="Where is it", minutes_ago=10),
        said(subject="thanks", text="Thank you all", visibility="public", minutes_ago=60),
    )
    found = {one.subject: one for one in Conversation.objects.all()}
    set_priority(found["refund"].id, Priority.URGENT, agent)
    assign_conversation(found["refund"].id, agent.id, agent)
    set_status(found["thanks"].id, "solved", agent, "thanks")
    tag = Tag.objects.create(workspace=agent.workspace, name="Money")
    ConversationTag.objects.create(conversation=found["refund"], tag=tag)
    return found | {"tag": tag}


def found_by(member, query):
    found = matching_conversations(member, parse_filter(QueryDict(query)))
    return sorted(found.values_list("subject", flat=True))


@database
@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["parcel", "refund", "thanks"]),
        ("status=new&status=open", ["parcel", "refund"]),
        ("status=new", ["parcel"]),
        ("status=solved,new", ["parcel", "thanks"]),
        ("assignee=me", ["refund"]),
        ("assignee=none", ["parcel", "thanks"]),
        ("assignee=me,none&status=new,open", ["parcel", "refund"]),
        ("team=none", ["parcel", "refund", "thanks"]),
        ("priority=urgent", ["refund"]),
        ("priority=2", ["parcel", "thanks"]),
        ("kind=fake", ["parcel", "refund", "thanks"]),
        ("kind=email", []),
        ("tag=none", ["parcel", "thanks"]),
        ("visibility=public", ["thanks"]),
        ("spam=yes", []),
        ("spam=no", ["parcel", "refund", "thanks"]),
        ("waiting=yes", ["parcel", "refund"]),
        ("waiting=no", ["thanks"]),
        ("waiting_longer_than=1h", ["refund"]),
        ("waiting_longer_than=5m", ["parcel", "refund"]),
        ("quiet_longer_than=30m", ["refund", "thanks"]),
        ("last_message_after=2020-01-01", ["parcel", "refund", "thanks"]),
        ("opened_before=2020-01-01", []),
        ("text=refund", ["refund"]),
        ("text=is:waiting", ["parcel", "refund"]),
        ("text=from:ben", ["parcel"]),
        ("text=tag:money", ["refund"]),
        ("text=tag:none", ["parcel", "thanks"]),
        ("text=please in:notes", []),
        ("text=%21%21", []),
        ("text=thank&status=solved", ["thanks"]),
    ],
)
def test_each_part_keeps_what_it_says(three, agent, query, subjects):
    assert found_by(agent, query) == subjects


@database
def test_ids_name_people_tags_and_channels(three, agent, channel, stranger):
    refund = three["refund"]

    assert found_by(agent, f"assignee={agent.id}") == ["refund"]
    assert found_by(agent, f"tag={three['tag'].id}") == ["refund"]
    assert found_by(agent, f"tag={three['tag'].id},none") == ["parcel", "refund", "thanks"]
    assert found_by(agent, f"channel={channel.id}") == ["parcel", "refund", "thanks"]
    assert found_by(agent, f"customer={refund.customer_id}") == ["refund", "thanks"]
    assert found_by(agent, f"last_message_after={now().isoformat()}") == []
    for query in ("", f"tag={three['tag'].id}", f"assignee={agent.id}", f"channel={channel.id}"):
        assert found_by(stranger, query) == []


@database
def test_me_is_whoever_asks(three, agent, colleague):
    assert found_by(colleague, "assignee=me") == []

    assign_conversation(three["parcel"].id, colleague.id, agent)

    assert found_by(colleague, "assignee=me") == ["parcel"]
    assert found_by(agent, "assignee=me") == ["refund"]


@database
def test_private_teams_of_others_stay_private(three, owner, agent, colleague):
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [agent.id])
    give_to_team(three["parcel"].id, team.id, agent)

    assert found_by(agent, f"team={team.id}") == ["parcel"]
    assert found_by(colleague, f"team={team.id}") == []
    assert found_by(colleague, "text=is:waiting") == ["refund"]


@database
def test_open_statuses_use_the_index_of_the_queue(three, agent):
    wanted = parse_filter(QueryDict("status=new&status=open&priority=urgent"))
    found = matching_conversations(agent, wanted).order_by("queue_position", "id")

    if connection.vendor == "sqlite":  # the other chooses by how many rows there are
        assert "conversation_queue" in found.explain()
    assert matching_conversations(agent, EVERYTHING).count() == 3
