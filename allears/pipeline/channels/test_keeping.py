"""Channels that stay connected: known, subscribed and proved so, with a warning before their keys end."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Refused, Unreachable
from allears.foundation import letters
from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.foundation.work.models import Job
from allears.pipeline.channels.actions.keeping import keep_connected, put_watching
from allears.pipeline.channels.actions.knowing import learn_account
from allears.pipeline.channels.actions.refreshing import refreshed
from allears.pipeline.channels.actions.subscribing import prove_subscription, subscribe_channel
from allears.pipeline.channels.conftest import add_harbour, end_keys
from allears.pipeline.channels.errors import AnotherAccount
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.channels.queries import account_of

pytestmark = pytest.mark.django_db(databases="__all__")


def again(channel: Channel) -> Channel:
    return Channel.objects.get(id=channel.id)


def events(kind: str) -> list[dict]:
    return [event.facts for event in Event.objects.filter(kind=kind).order_by("id")]


def test_who_we_are_is_asked_and_kept(harbour, lines):
    known = learn_account(lines)

    assert (known.account_id, known.address, known.found["handle"]) == ("42", "@lantern", "@lantern")
    assert account_of(known).settings["account_id"] == "42"


def test_what_a_person_entered_counts_more_than_what_was_found(harbour, lines):
    Channel.objects.filter(id=lines.id).update(settings={"handle": "@ours"})

    assert account_of(learn_account(again(lines))).settings["handle"] == "@ours"


def test_keys_of_another_account_are_refused(harbour, lines):
    learn_account(lines)
    harbour.account_id = "43"

    with pytest.raises(AnotherAccount):
        learn_account(again(lines))
    assert again(lines).account_id == "42"


def test_one_account_is_one_channel(harbour, lines, owner):
    learn_account(lines)
    second = add_harbour(owner.workspace, "Again", "key-1")

    with pytest.raises(AnotherAccount):
        learn_account(second)


def test_a_subscription_is_proved_not_believed(harbour, lines, in_public):
    harbour.takes_subscriptions = False

    check = subscribe_channel(lines)

    assert check is not None and not check.is_good
    found = again(lines)
    assert (found.subscription, found.subscription_advice) == ("dead", "Subscribe again.")
    assert len(events("channel.unsubscribed")) == 1


def test_one_that_the_network_refuses_says_why(harbour, lines, in_public):
    harbour.takes_subscriptions = Refused("This app may not subscribe.")

    check = subscribe_channel(lines)

    assert check is not None and check.message == "This app may not subscribe."
    assert again(lines).subscription == "dead"


def test_one_that_was_lost_is_taken_up_again_once(harbour, lines, in_public):
    subscribe_channel(lines)
    harbour.is_subscribed, harbour.takes_subscriptions = False, True
    assert prove_subscription(again(lines)).is_good
    assert (harbour.subscribes, events("channel.unsubscribed")) == (2, [])

    harbour.is_subscribed = harbour.takes_subscriptions = False
    assert not prove_subscription(again(lines)).is_good
    assert not prove_subscription(again(lines)).is_good
    assert harbour.subscribes == 3
    assert len(events("channel.unsubscribed")) == 1


def test_without_a_public_address_nobody_is_asked_to_deliver(harbour, lines):
    assert subscribe_channel(lines) is None
    assert (harbour.subscribes, again(lines).subscription) == (0, "")


def test_what_is_due_is_done_by_the_clock(harbour, lines, in_public):
    put_watching()
    put_watching()
    [job] = Job.objects.filter(name="keep_connected")
    keep_connected(**job.arguments)

    found = again(lines)
    assert (found.account_id, found.subscription) == ("42", "alive")
    Job.objects.all().delete()
    put_watching()
    assert not Job.objects.exists()
    with shifted_clock(timedelta(minutes=16)):
        put_watching()
        assert Job.objects.count() == 1


def test_keys_are_renewed_before_they_end(harbour, lines):
    refreshed(lines)

    with shifted_clock(timedelta(minutes=90)):
        keep_connected(lines.id)
        assert harbour.refreshes == 1
    with shifted_clock(timedelta(minutes=100)):
        keep_connected(lines.id)
        assert harbour.refreshes == 2


def test_revoked_keys_disconnect_the_channel(harbour, lines, monkeypatch):
    monkeypatch.setattr("allears.pipeline.channels.actions.telling.can_send_letters", lambda _id: True)
    harbour.keys = set()
    keep_connected(lines.id)

    found = again(lines)
    assert found.state == ChannelState.DISCONNECTED
    assert "Connect the channel again" in found.trouble
    assert Job.objects.filter(name="send_letter").count() == 1
    asked = harbour.refreshes
    put_watching()
    keep_connected(lines.id)
    assert (harbour.refreshes, Job.objects.filter(name="keep_connected").exists()) == (asked, False)


def test_a_network_that_is_away_troubles_nobody(harbour, lines):
    def away(_account) -> None:
        raise Unreachable

    harbour.while_refreshing = away
    keep_connected(lines.id)
    assert (again(lines).state, again(lines).trouble) == ("on", "")


def test_people_are_warned_a_week_and_a_day_before_keys_end(harbour, lines, agent, monkeypatch):
    monkeypatch.setattr("allears.pipeline.channels.actions.telling.can_send_letters", lambda _id: True)
    monkeypatch.setattr(harbour, "can", harbour.can - {"refresh", "find_out"})
    end_keys(lines, now() + timedelta(days=60))

    for day in (50, 53.5, 54, 58, 59.5, 59.6):
        with shifted_clock(timedelta(days=day)):
            keep_connected(lines.id)

    assert [facts["days"] for facts in events("channel.keys_ending")] == [7, 1]
    to = [
        letters.json.loads(letters.unseal(j.arguments["sealed"], f"letter:{j.key}"))
        for j in Job.objects.all()
    ]
    assert [(one["kind"], one["to"]) for one in to] == [("channel_keys_ending", "olga@lantern.example")] * 2
    subject, text = letters._compose(to[0]["kind"], "en", to[0]["context"])
    assert (subject, "Days left: 7." in text) == ("The keys of Harbour end soon", True)


def test_keys_that_last_two_hours_warn_nobody(harbour, lines):
    refreshed(lines)
    with shifted_clock(timedelta(minutes=99)):
        keep_connected(lines.id)
    assert events("channel.keys_ending") == []
