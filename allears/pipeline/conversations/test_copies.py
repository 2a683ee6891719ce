"""The same trouble, reported by many in nearly the same words, is one group: at once, and never across workspaces."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from allears.connectors.interface import Author
from allears.pipeline.conftest import read_all, store
from allears.pipeline.conversations.actions.copying import forget_shelf
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.conversations.queries.copies import look_alikes
from allears.pipeline.conversations.queries.filters import ConversationFilter, matching_conversations
from tests.fake_network import add_fake_channel, said
from tests.fake_reader import put_in

pytestmark = pytest.mark.django_db(databases="__all__")
OUTAGE = (
    "The app has been down since this morning and I cannot log in",
    "the app has been DOWN since this morning, I cannot log in!!!",
    "Hi, the app has been down since this morning and I can not log in :(",
)


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


def by(name):
    return Author(id=f"{name}@customers.example", name=name)


def report(number, text):
    return said(f"m{number}", text, author=by(f"Person {number}"), thread=f"t{number}")


def groups():
    return list(Conversation.objects.order_by("id").values_list("copies", flat=True))


def test_one_batch_groups_what_is_alike_and_nothing_else(deliver, owner):
    deliver(
        *(report(n, text) for n, text in enumerate(OUTAGE)), report(9, "Where do I find my invoice of May?")
    )

    first = Message.objects.get(external_id="m0").id
    assert groups() == [first, first, first, 0]
    found = look_alikes(owner, Conversation.objects.first())
    assert (found.people, found.open_count, found.is_campaign) == (3, 2, False)
    asked = matching_conversations(owner, ConversationFilter(copies=first))
    assert asked.count() == 3
    assert look_alikes(owner, Conversation.objects.last()) is None


def test_later_batches_and_a_new_process_find_the_group(deliver):
    deliver(report(0, OUTAGE[0]))
    assert groups() == [0]
    deliver(report(1, OUTAGE[1]))
    forget_shelf()
    deliver(report(2, OUTAGE[2]))

    first = Message.objects.get(external_id="m0").id
    assert groups() == [first] * 3


def test_another_workspace_never_shares_a_group(network, deliver, stranger):
    deliver(report(0, OUTAGE[0]))
    other = add_fake_channel(stranger.workspace)

    store(other, network.piece(report(1, OUTAGE[0])))
    read_all()

    assert groups() == [0, 0]


def test_what_was_rolled_back_starts_no_group(network, channel, deliver, monkeypatch):
    class Broken(Exception):
        pass

    def break_down(_arrivals):
        raise Broken

    store(channel, network.piece(report(0, OUTAGE[0])))
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr("allears.pipeline.conversations.actions.filing.name_first_copies", break_down)
        read_all()
    assert not Message.objects.exists()
    deliver(report(1, OUTAGE[1]))

    assert groups() == [0]


def test_a_campaign_is_told_apart_from_customers(deliver, owner):
    text = "Boycott this company now and sign our petition to stop them: https://petition.example/stop"
    deliver(*(report(n, text) for n in range(6)))

    found = look_alikes(owner, Conversation.objects.first())

    assert found.is_campaign
    assert found.messages == 6


def test_short_thanks_of_many_are_no_group(deliver):
    deliver(
        report(0, "I love it"), report(1, "I love it"), report(2, "Hello there?"), report(3, "Hello there?")
    )

    assert groups() == [0, 0, 0, 0]


def test_what_is_solved_counts_as_people_and_is_not_listed(deliver, owner, agent):
    deliver(*(report(n, text) for n, text in enumerate(OUTAGE)))
    last = Conversation.objects.last()
    set_status(last.id, "solved", agent, "asked twice")

    found = look_alikes(owner, Conversation.objects.first())

    assert (found.people, found.open_count) == (3, 1)


def test_a_batch_of_copies_costs_as_many_statements_as_two(network, channel):
    def statements(numbers):
        store(channel, *(network.piece(report(n, OUTAGE[n % 3])) for n in numbers))
        with CaptureQueriesContext(connection) as asked:
            read_all()
        return len(asked)

    statements(range(2))
    assert statements(range(10, 12)) == statements(range(20, 29))
