"""The same trouble, reported by many in nearly the same words, is one group: at once, and never across workspaces."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from allears.connectors.interface import Author
from allears.flow import file_told
from allears.foundation.clock import now, shifted_clock
from allears.foundation.work.actions import claim_jobs
from allears.pipeline.conftest import read_all, store
from allears.pipeline.conversations.actions import copying
from allears.pipeline.conversations.actions.copying import bring_copies, forget_copies, join_copies
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Conversation, Message, MessageReading
from allears.pipeline.conversations.queries.copies import look_alikes
from allears.pipeline.conversations.queries.filters import ConversationFilter, matching_conversations
from allears.pipeline.intake.actions import end_envelopes
from allears.pipeline.intake.storing import Submission
from tests.fake_network import add_fake_channel, said
from tests.fake_reader import put_in

pytestmark = pytest.mark.django_db(databases="__all__")
OUTAGE = (
    "The app has been down since this morning and I cannot log in",
    "the app has been DOWN since this morning, I cannot log in!!!",
    "Hi, the app has been down since this morning and I can not log in :(",
)
WORDS = ("red", "blue", "green", "black", "white", "brown", "golden", "silver")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


def by(name):
    return Author(id=f"{name}@customers.example", name=name)


def report(number, text):
    return said(f"m{number}", text, author=by(f"Person {number}"), thread=f"t{number}")


def groups():
    return list(Conversation.objects.order_by("id").values_list("copies", flat=True))


def run_jobs():
    """Do what was put to be done about groups."""
    for job in claim_jobs():
        if job.name == "join_copies":
            join_copies(**job.arguments)


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
    forget_copies()
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


def test_the_eighteenth_finds_the_others_a_day_and_a_restart_later(deliver, owner):
    deliver(*(report(n, OUTAGE[n % 3]) for n in range(17)))
    deliver(
        *(
            report(100 + n, f"Where is order {word} that I paid for on {word}?")
            for n, word in enumerate(WORDS)
        )
    )
    forget_copies()

    with shifted_clock(timedelta(days=1)):
        deliver(report(17, "since this morning the app has been DOWN and I cannot log in"))

    found = look_alikes(owner, Conversation.objects.get(messages__external_id="m17"))
    assert (found.people, found.open_count) == (18, 17)


def test_what_was_last_said_long_ago_is_another_matter(deliver):
    deliver(report(0, OUTAGE[0]), report(1, OUTAGE[1]))

    with shifted_clock(timedelta(days=20)):
        deliver(report(2, OUTAGE[2]))
    with shifted_clock(timedelta(days=45)):
        deliver(report(3, OUTAGE[0]))
    with shifted_clock(timedelta(days=90)):
        deliver(report(4, OUTAGE[1]))

    first = Message.objects.get(external_id="m0").id
    assert groups() == [first, first, first, first, 0]


def test_what_is_gone_or_says_something_else_by_now_is_no_copy_of_anything(deliver):
    deliver(report(0, OUTAGE[0]), report(1, "Where do I find my invoice of May and of June?"))
    MessageReading.objects.filter(message__external_id="m0").delete()
    MessageReading.objects.filter(message__external_id="m1").update(sketch="0102030405060708")

    deliver(report(2, OUTAGE[1]), report(3, "Where do I find my invoice of May and June?"))
    assert groups() == [0, 0, 0, 0]
    deliver(report(4, OUTAGE[2]))

    second = Message.objects.get(external_id="m2").id
    assert groups() == [0, 0, second, 0, second]


def test_what_another_process_began_meanwhile_becomes_one_group(deliver, owner, monkeypatch):
    deliver(report(8, "Where do I find my invoice of May?"))
    ours = copying._known
    forget_copies()
    deliver(report(0, OUTAGE[0]), report(1, OUTAGE[1]))
    monkeypatch.setattr(copying, "_known", ours)
    with monkeypatch.context() as patch:
        patch.setattr("allears.reading_texts.bring_copies", lambda: None)
        patch.setattr("allears.flow.bring_copies_of_others", lambda: None)
        deliver(report(2, OUTAGE[2]), report(3, OUTAGE[0]))
    theirs, mine = (Message.objects.get(external_id=name).id for name in ("m0", "m2"))
    assert groups() == [0, theirs, theirs, mine, mine]

    bring_copies()
    run_jobs()

    assert groups() == [0, *[theirs] * 4]
    deliver(report(4, OUTAGE[1]))
    assert groups()[-1] == theirs


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_who_file_at_the_same_moment_end_in_one_group(network, channel, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time")
    bring_copies()
    both = Barrier(2)
    monkeypatch.setattr("allears.flow.end_envelopes", lambda results: (both.wait(10), end_envelopes(results)))

    def file(number):
        try:
            file_told(
                Submission(
                    channel.workspace_id, channel.id, [network.piece(report(number, OUTAGE[number]))], now()
                )
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(file, range(2)))
    assert groups() == [0, 0]
    run_jobs()

    first = Message.objects.order_by("id").first().id
    assert groups() == [first, first]
