"""Networks that are asked for what is new: marks, gaps, leases, pauses, and the past that raises no storm (scar 11)."""

from datetime import timedelta
from threading import Event as Signal

import pytest

from allears.connectors.errors import Disconnected, Expired, SlowDown, Unreachable
from allears.connectors.interface import Ability, Heard, Tokens, Visibility
from allears.flow import process_waiting
from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.channels.actions import polling
from allears.pipeline.channels.actions.polling import claim_polls, end_poll, keep_polling, pause_of
from allears.pipeline.channels.models import Channel, ChannelState, Polling, Subscription
from allears.pipeline.channels.queries import account_of, close_opened_channels, cursors_of
from allears.pipeline.conftest import read_all
from allears.pipeline.conversations.models import Conversation, Message, Outcome, Status
from allears.pipeline.intake.models import Envelope
from allears.polling import poll_channel, poll_once
from tests.fake_network import Author, said

pytestmark = pytest.mark.django_db(databases="__all__")
PUBLIC = {"visibility": Visibility.PUBLIC, "thread": "post"}


class Pages:
    """What a network answers to polls, page by page; an error stands for a line that breaks there."""

    def __init__(self, network):
        self.network, self.pages, self.asked = network, [], []
        network.can |= {Ability.HEAR_POLLING, Ability.REFRESH}
        network.poll, network.poll_seconds = self.poll, 60
        network.refresh = lambda account: Tokens(secrets={})

    def add(self, place, mark, *incoming, **more):
        pieces = tuple(self.network.piece(one, key=one.external_id, **more) for one in incoming)
        self.pages.append(Heard(pieces=pieces, place=place, mark=mark))

    def poll(self, account, cursors):
        self.asked.append(dict(cursors))
        while self.pages:
            page = self.pages.pop(0)
            if isinstance(page, Exception):
                raise page
            yield page


@pytest.fixture
def pages(network, channel):
    close_opened_channels()
    return Pages(network)


def poll(channel):
    channel.refresh_from_db()
    [claimed] = claim_polls("me", set(), 5)
    poll_channel(claimed, "me", lambda: None, Signal())
    read_all()
    return Polling.objects.get(channel=channel)


def make_due():
    Polling.objects.update(due_at=now())


def test_what_a_poll_brings_is_stored_before_its_mark_moves(pages, channel):
    pages.add("mentions", "5", said("5"), said("6", thread="x"))
    pages.add("messages", "2024", said("7", thread="dm"))

    found = poll(channel)

    assert Message.objects.count() == 3
    assert cursors_of(channel) == {"mentions": "5", "messages": "2024"}
    assert found.due_at > now() + timedelta(seconds=50)
    assert Channel.objects.get().last_polled_at
    assert claim_polls("me", set(), 5) == []


def test_each_kind_of_item_has_its_own_mark(pages, channel):
    """A message newer than an older comment does not hide the comment (scar 8)."""
    pages.add("messages", "900", said("900", thread="dm"))
    poll(channel)
    make_due()
    pages.add("comments", "100", said("100", minutes_ago=60, **PUBLIC))

    poll(channel)

    assert pages.asked == [{}, {"messages": "900"}]
    assert Message.objects.count() == 2
    assert cursors_of(channel) == {"messages": "900", "comments": "100"}


def test_a_poll_that_breaks_in_the_middle_keeps_what_it_had_and_goes_on_from_there(pages, channel):
    pages.add("mentions", "1", said("1", thread="a"))
    pages.pages.append(Unreachable())
    pages.add("mentions", "2", said("2", thread="b"))

    first = poll(channel)

    assert Message.objects.count() == 1
    assert (first.failures, Channel.objects.get().trouble) == (1, "")
    make_due()
    assert poll(channel).failures == 0
    assert pages.asked[1] == {"mentions": "1"}
    assert Message.objects.count() == 2


def test_trouble_that_lasts_is_shown_and_is_over_with_the_next_good_poll(pages, channel):
    pages.pages += [Unreachable()]
    first = poll(channel)
    make_due()
    pages.pages += [Unreachable()]
    second = poll(channel)
    assert Channel.objects.get().trouble
    assert second.due_at - first.due_at > timedelta(seconds=60)

    make_due()
    poll(channel)
    assert Channel.objects.get().trouble == ""


def test_a_network_that_asks_to_slow_down_is_obeyed_and_is_no_trouble(pages, channel):
    until = now() + timedelta(minutes=40)
    pages.pages += [SlowDown(until)]

    assert poll(channel).due_at >= until
    assert Channel.objects.get().trouble == ""


def test_keys_that_no_longer_count_disconnect_and_those_that_ended_are_renewed(pages, channel):
    pages.pages += [Expired()]
    pages.add("mentions", "1", said("1"))
    poll(channel)
    assert Message.objects.count() == 1

    make_due()
    pages.pages += [Disconnected()]
    poll(channel)
    assert Channel.objects.get().state == ChannelState.DISCONNECTED
    make_due()
    assert claim_polls("me", set(), 5) == []


def test_one_poll_at_a_time_whoever_asks_and_a_dead_ones_turn_is_taken_over(pages, channel):
    [claimed] = claim_polls("one", set(), 5)
    assert claim_polls("other", set(), 5) == []
    assert keep_polling(channel.id, "one")
    assert not keep_polling(channel.id, "other")

    with shifted_clock(2 * polling.LEASE):
        assert claim_polls("other", set(), 5) == [claimed]
        end_poll(claimed, "one")
        assert not keep_polling(channel.id, "one")


def test_what_a_webhook_brought_already_is_no_second_message(pages, channel, deliver):
    deliver(said("1", thread="a"))
    pages.add("mentions", "1", said("1", thread="a"))

    poll(channel)

    assert Message.objects.count() == 1
    assert Envelope.objects.count() == 2


def test_beside_a_living_webhook_and_with_little_money_polls_come_more_rarely(pages, channel, monkeypatch):
    monkeypatch.setattr(polling, "uniform", lambda low, high: 1.0)
    assert pause_of(channel) == 60
    channel.subscription = Subscription.ALIVE
    assert pause_of(channel) == 300

    channel.daily_budget = 1000
    monkeypatch.setattr(polling.ChannelMeter, "left", lambda self: 100)
    assert pause_of(channel) == 1200
    monkeypatch.setattr(polling.ChannelMeter, "left", lambda self: 0)
    Channel.objects.update(daily_budget=1000)
    pages.add("mentions", "1", said("1"))
    poll(channel)
    assert not pages.asked


def test_a_poll_stops_where_it_is_when_it_is_told_to(pages, channel):
    pages.add("mentions", "1", said("1"))
    pages.add("mentions", "2", said("2"))

    assert poll_once(channel, lambda: None, lambda: False) == 1

    assert cursors_of(channel) == {"mentions": "1"}


def test_the_past_raises_no_storm(pages, channel):
    """10,000 comments of long ago, one of five minutes ago: one conversation waits, nobody is told of the others."""
    assert account_of(channel).since == channel.created_at - timedelta(days=30)
    count, at = 10_000, now() - timedelta(days=20)
    people = [Author(id=f"p{n}", name=f"Person {n}") for n in range(50)]
    for start in range(0, count, 500):
        old = [
            said(f"old{n}", "Old words", author=people[n % 50], sent_at=at + timedelta(seconds=n), **PUBLIC)
            for n in range(start, start + 500)
        ]
        pages.add("comments", str(start), *old)
    pages.add("comments", "new", said("new", "Now", minutes_ago=5, author=Author(id="new"), **PUBLIC))
    before = Event.objects.count()

    [claimed] = claim_polls("me", set(), 5)
    poll_channel(claimed, "me", lambda: None, Signal())
    while process_waiting(400):
        pass

    assert Message.objects.filter(outcome_reason="before_connecting").count() == count
    assert Conversation.objects.filter(status=Status.SOLVED).count() == 50
    waiting = Conversation.objects.exclude(status=Status.SOLVED).get()
    assert (waiting.status, waiting.preview) == (Status.NEW, "Now")
    assert Message.objects.get(external_id="new").outcome == Outcome.NONE
    kinds = Event.objects.order_by("id")[before:].values_list("kind", flat=True)
    assert sorted(kinds) == ["conversation.opened", "message.received"]
    assert audit_workspace().is_good


def test_what_was_written_shortly_before_connecting_waits_but_silently(pages, channel):
    pages.add("comments", "1", said("1", sent_at=now() - timedelta(days=2), **PUBLIC))
    before = Event.objects.count()

    poll(channel)

    assert Conversation.objects.get().status == Status.NEW
    assert Event.objects.count() == before


def test_what_comes_late_to_a_channel_connected_long_ago_is_no_past(pages, channel):
    Channel.objects.update(created_at=now() - timedelta(days=90))
    close_opened_channels()
    pages.add("comments", "1", said("1", sent_at=now() - timedelta(days=20), **PUBLIC))

    poll(channel)

    assert Conversation.objects.get().status == Status.NEW
    assert Event.objects.filter(kind="message.received").count() == 1
