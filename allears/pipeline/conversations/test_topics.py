"""Tags are suggested as a workspace tagged before, never put on by themselves, and what people decide is counted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.connectors.interface import Author
from allears.foundation.clock import shifted_clock
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.actions.tagging import delete_tag, make_tag, tag_conversations
from allears.pipeline.conversations.actions.topics import accept_tag, dismiss_tag, learn_topics_anew
from allears.pipeline.conversations.models import Conversation, LearnedTopics, TagDecision
from allears.pipeline.conversations.queries.tags import tags_of
from allears.pipeline.conversations.queries.topics import forget_topics, suggested_tags, tags_suggested
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
REFUNDS = (
    "I want my money back for the lantern",
    "Please refund me, the lantern came broken",
    "When do I get the refund for my order",
    "You still owe me a refund for the returned lamp",
    "Give me my money back, I returned it a week ago",
    "My refund has not arrived on my card",
)
OPENINGS = (
    "Are you open on Sunday",
    "What are the opening hours of your shop",
    "When does the shop open on Saturday",
    "Is the shop open on Easter Monday",
    "Until when is your shop open today",
    "Do you open earlier on weekdays",
)


@pytest.fixture
def arrive(deliver):
    def one(name, text):
        deliver(said(name, text, author=Author(id=f"{name}@customers.example", name=name), thread=name))
        return Conversation.objects.get(messages__external_id=name)

    return one


@pytest.fixture
def tags(arrive, agent):
    """Two tags, each on six conversations, and six that are finished without any."""
    found = {}
    for name, texts in (("refund", REFUNDS), ("hours", OPENINGS)):
        found[name] = make_tag(agent, name)
        ids = [arrive(f"{name}{n}", text).id for n, text in enumerate(texts)]
        tag_conversations(ids, [found[name].id], agent)
    return found


def names(conversation):
    return [one.name for one in suggested_tags(conversation)]


def test_a_tag_is_suggested_as_others_like_it_were_tagged(tags, arrive):
    conversation = arrive("new", "I would like a refund, my lantern is broken")
    assert names(conversation) == []

    learn_topics_anew()

    assert names(conversation) == ["refund"]
    assert suggested_tags(conversation)[0].percent >= 50
    assert names(arrive("other", "Is your shop open on Sunday?")) == ["hours"]
    assert tags_of([conversation.id]) == {}


def test_what_was_learned_outlives_the_process(tags, arrive):
    conversation = arrive("new", "I would like a refund, my lantern is broken")
    learn_topics_anew()

    forget_topics()

    assert names(conversation) == ["refund"]


def test_an_accepted_tag_is_put_on_and_a_dismissed_one_is_not_suggested_again(tags, arrive, agent, owner):
    learn_topics_anew()
    one = arrive("one", "I would like a refund, my lantern is broken")
    two = arrive("two", "Where is my refund for the lantern?")
    assert names(one) == names(two) == ["refund"]

    accept_tag(one, tags["refund"].id, agent)
    dismiss_tag(two, tags["refund"].id, agent)

    assert names(one) == names(two) == []
    assert [tag.name for tag in tags_of([one.id])[one.id]] == ["refund"]
    assert tags_of([two.id]) == {}
    told = tags_suggested(owner)
    assert (told.accepted, told.dismissed, told.precision) == (1, 1, 50)
    kinds = ["conversation.tag_accepted", "conversation.tag_dismissed"]
    events = Event.objects.filter(kind__in=kinds).order_by("id")
    assert [(one.kind, one.by, one.facts["name"]) for one in events] == [
        (k, agent.id, "refund") for k in kinds
    ]


def test_observers_decide_nothing_and_tags_of_others_are_unknown(tags, arrive, observer, stranger, agent):
    conversation = arrive("one", "I would like a refund")
    foreign = make_tag(stranger, "refund")

    with pytest.raises(NotAllowed):
        accept_tag(conversation, tags["refund"].id, observer)
    with pytest.raises(NotVisible):
        dismiss_tag(conversation, foreign.id, agent)

    assert not TagDecision.objects.exists()


def test_it_learns_again_when_tags_changed_and_not_before(tags, arrive, agent, owner):
    learn_topics_anew()
    first = LearnedTopics.objects.get()
    with shifted_clock(timedelta(hours=2)):
        learn_topics_anew()
        assert LearnedTopics.objects.get().learned_at == first.learned_at

        delete_tag(owner, tags["hours"])
        learn_topics_anew()

    assert LearnedTopics.objects.get().learned_at > first.learned_at
    assert names(arrive("new", "Is your shop open on Sunday?")) == []


def test_without_enough_nothing_is_suggested(arrive, agent, owner):
    tag = make_tag(agent, "refund")
    tag_conversations([arrive(f"m{n}", text).id for n, text in enumerate(REFUNDS[:3])], [tag.id], agent)

    learn_topics_anew()

    assert names(arrive("new", REFUNDS[4])) == []
    assert tags_suggested(owner).examples == 0


def test_what_is_finished_without_a_tag_teaches_that_none_fits(tags, arrive, agent):
    thanks = [f"Thank you so much for the quick answer {n}, all is well now" for n in range(7)]
    for n, text in enumerate(thanks):
        set_status(arrive(f"thanks{n}", text).id, "solved", agent, "thanks")
    learn_topics_anew()

    assert names(arrive("new", "Thank you for the quick answer, all is well")) == []


def test_learning_reads_in_as_many_statements_however_much_there_is(tags, arrive, agent):
    def statements(hours):
        with CaptureQueriesContext(connection) as asked, shifted_clock(timedelta(hours=hours)):
            learn_topics_anew()
        return len(asked)

    first = statements(0)
    more = [arrive(f"more{n}", text).id for n, text in enumerate(REFUNDS)]
    tag_conversations(more, [tags["refund"].id], agent)

    assert statements(2) <= first
