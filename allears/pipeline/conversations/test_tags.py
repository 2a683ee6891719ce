"""Tags: put on and taken off many at once, each change told, one word for one thing."""

import pytest

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.workspaces.errors import NameTaken
from allears.pipeline.conversations.actions.legs import join_threads
from allears.pipeline.conversations.actions.tagging import (
    MOST_TAGS,
    change_tag,
    delete_tag,
    find_or_make_tag,
    make_tag,
    merge_tags,
    tag_conversations,
    untag_conversations,
)
from allears.pipeline.conversations.errors import NoSuchTone, TagNameNeeded, TooManyTags
from allears.pipeline.conversations.models import Conversation, Tag, Thread
from allears.pipeline.conversations.queries.tags import get_visible_tag, tags_of, used_tags
from tests.fake_network import BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def ids(deliver):
    deliver(said(), said(author=BEN), said())
    return list(Conversation.objects.order_by("id").values_list("id", flat=True))


def told(kind):
    return [(event.conversation, event.facts) for event in Event.objects.filter(kind=kind).order_by("id")]


def worn(ids):
    return {id_: [tag.name for tag in tags] for id_, tags in tags_of(ids).items()}


def test_tags_are_put_on_many_at_once_and_only_news_is_told(ids, agent):
    refund, parcel = make_tag(agent, "Refund"), make_tag(agent, "Parcel", "warm")
    assert tag_conversations(ids[:1], [refund.id], agent) == {ids[0]}

    assert tag_conversations(ids, [refund.id, parcel.id], agent) == set(ids)
    assert tag_conversations(ids, [refund.id, parcel.id], agent) == set()

    assert worn(ids) == {id_: ["Parcel", "Refund"] for id_ in ids}
    both = {"tags": [refund.id, parcel.id], "names": ["Refund", "Parcel"]}
    assert told("conversation.tagged") == [
        (ids[0], {"tags": [refund.id], "names": ["Refund"]}),
        (ids[0], {"tags": [parcel.id], "names": ["Parcel"]}),
        (ids[1], both),
        (ids[2], both),
    ]


def test_tags_are_taken_off(ids, agent):
    refund = make_tag(agent, "Refund")
    tag_conversations(ids[:2], [refund.id], agent)

    assert untag_conversations(ids, [refund.id], agent) == set(ids[:2])

    assert worn(ids) == {}
    assert [id_ for id_, _ in told("conversation.untagged")] == ids[:2]


def test_it_takes_as_many_statements_for_three_as_for_one(ids, agent):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements(conversations, name):
        tag = make_tag(agent, name)
        with CaptureQueriesContext(connection) as asked:
            tag_conversations(conversations, [tag.id], agent)
        return len([one for one in asked if 'INSERT INTO "events_event"' not in one["sql"]])

    assert statements(ids[:1], "one") == statements(ids, "three")


def test_a_name_is_one_tag_in_any_case_of_any_alphabet(agent):
    tag = make_tag(agent, "Возврат")

    assert find_or_make_tag(agent, "  #возврат ") == tag
    with pytest.raises(NameTaken):
        make_tag(agent, "ВОЗВРАТ")
    assert find_or_make_tag(agent, "Trả   hàng").name == "Trả hàng"
    with pytest.raises(TagNameNeeded):
        find_or_make_tag(agent, " # ")
    with pytest.raises(NoSuchTone):
        make_tag(agent, "Loud", "pink")


def test_leads_rename_and_agents_do_not(owner, agent, observer):
    tag, other = make_tag(agent, "Refund"), make_tag(agent, "Parcel")

    change_tag(owner, tag, "Money back", "good")

    assert Tag.objects.get(id=tag.id).name == "Money back"
    with pytest.raises(NameTaken):
        change_tag(owner, tag, "parcel", "calm")
    for forbidden in (
        lambda: change_tag(agent, tag, "Mine", "calm"),
        lambda: merge_tags(agent, tag, other),
        lambda: delete_tag(agent, tag),
        lambda: make_tag(observer, "Seen"),
        lambda: tag_conversations([], [tag.id], observer),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_two_tags_become_one_and_each_conversation_has_it_once(ids, owner):
    gone, kept = make_tag(owner, "refunds"), make_tag(owner, "Refund")
    tag_conversations(ids[:2], [gone.id], owner)
    tag_conversations(ids[1:], [kept.id], owner)

    merge_tags(owner, gone, kept)

    assert worn(ids) == {id_: ["Refund"] for id_ in ids}
    assert [(tag.name, tag.count) for tag in used_tags(owner)] == [("Refund", 3)]


def test_a_deleted_tag_is_off_everything(ids, owner):
    tag = make_tag(owner, "Refund")
    tag_conversations(ids, [tag.id], owner)

    delete_tag(owner, tag)

    assert worn(ids) == {}
    assert told("tag.deleted") == [(None, {"name": "Refund", "conversations": 3})]


def test_another_workspaces_tags_and_conversations_are_not_touched(ids, agent, stranger):
    mine, theirs = make_tag(agent, "Refund"), make_tag(stranger, "Refund")

    with pytest.raises(NotVisible):
        tag_conversations(ids, [theirs.id], agent)
    assert tag_conversations(ids, [theirs.id], stranger) == set()
    with pytest.raises(NotVisible):
        get_visible_tag(stranger, mine.id)
    with pytest.raises(NotVisible):
        merge_tags(stranger, theirs, mine)
    assert get_visible_tag(agent, mine.id) == mine


def test_nobody_makes_more_tags_than_one_can_choose_among(agent):
    Tag.objects.bulk_create(Tag(workspace=agent.workspace, name=f"{n}") for n in range(MOST_TAGS - 1))
    make_tag(agent, "The last")

    with pytest.raises(TooManyTags):
        make_tag(agent, "One more")


def test_conversations_that_become_one_keep_all_their_tags(ids, agent):
    refund, parcel = make_tag(agent, "Refund"), make_tag(agent, "Parcel")
    kept, gone = (Conversation.objects.get(id=id_) for id_ in (ids[0], ids[2]))
    tag_conversations([kept.id, gone.id], [refund.id], agent)
    tag_conversations([gone.id], [parcel.id], agent)
    winner, loser = (Thread.objects.get(legs__conversation=one) for one in (kept, gone))

    join_threads(winner, loser)

    assert worn([kept.id])[kept.id] == ["Parcel", "Refund"]
