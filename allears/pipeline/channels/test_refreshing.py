"""Keys that a network gives once: traded by one process at a time, and kept at once."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Disconnected, Expired, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Tokens
from allears.foundation.clock import now, shifted_clock
from allears.pipeline.channels.actions import change_channel, refreshing
from allears.pipeline.channels.actions.refreshing import LEASE, is_due, refreshed, with_fresh_keys
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, secrets_of

pytestmark = pytest.mark.django_db(databases="__all__")


def test_new_keys_stand_beside_the_fields_and_say_when_they_end(harbour, lines):
    fresh = refreshed(lines)

    assert secrets_of(fresh) == {"access": "access-1", "refresh_key": "key-1"}
    assert fresh.tokens_end_at is not None and fresh.tokens_end_at > now() + timedelta(hours=1)
    assert fresh.refreshing_until is None


def test_two_at_once_trade_a_key_once(harbour, lines):
    met: list[Exception] = []

    def come_too(_account) -> None:
        """Another process finds the keys ended while the first is asking."""
        try:
            refreshed(lines)
        except SlowDown as error:
            met.append(error)

    harbour.while_refreshing = come_too
    first = refreshed(lines)
    second = refreshed(lines)

    assert harbour.refreshes == 1
    assert (len(met), "renewed just now" in str(met[0])) == (1, True)
    assert secrets_of(second) == secrets_of(first)


def test_what_ended_is_renewed_and_asked_once_more(harbour, lines):
    found = with_fresh_keys(lines, lambda channel: harbour.find_out(account_of(channel)))

    assert (found["account_id"], harbour.refreshes) == ("42", 1)


def test_keys_that_end_at_once_are_not_renewed_for_ever(harbour, lines):
    def never(_channel: Channel) -> None:
        raise Expired

    with pytest.raises(Disconnected):
        with_fresh_keys(lines, never)
    assert harbour.refreshes == 1


def test_a_revoked_key_disconnects_and_frees_the_lease(harbour, lines):
    harbour.keys = set()

    for _ in range(2):
        with pytest.raises(Disconnected) as caught:
            refreshed(lines)
    assert "Connect the channel again" in str(caught.value)
    assert not isinstance(caught.value, Expired)
    assert harbour.refreshes == 2


@pytest.mark.parametrize("error", [Unreachable(), Unknown(), SlowDown(now())])
def test_a_network_that_is_away_is_asked_again_later(harbour, lines, error):
    def fail(_account) -> None:
        raise error

    harbour.while_refreshing = fail
    with pytest.raises((Unreachable, SlowDown)):
        refreshed(lines)

    harbour.while_refreshing = lambda account: None
    assert secrets_of(refreshed(lines))["access"] == "access-2"


def test_killed_between_the_answer_and_the_keeping(harbour, lines, monkeypatch):
    """The one gap: the lease keeps others away for a while, then the network says that the key was used."""

    def die(_channel: Channel, _tokens: Tokens) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "_keep", die)
        with pytest.raises(KeyboardInterrupt):
            refreshed(lines)

    with pytest.raises(SlowDown):
        refreshed(lines)
    with shifted_clock(LEASE + timedelta(seconds=1)), pytest.raises(Disconnected):
        refreshed(lines)


def test_killed_before_the_network_answered_loses_nothing(harbour, lines):
    Channel.objects.filter(id=lines.id).update(refresher="dead", refreshing_until=now() + LEASE)

    with shifted_clock(LEASE + timedelta(seconds=1)):
        assert secrets_of(refreshed(lines))["access"] == "access-1"


def test_a_lease_by_a_clock_that_was_set_back_holds_nobody(harbour, lines):
    Channel.objects.filter(id=lines.id).update(refresher="dead", refreshing_until=now() + timedelta(days=9))

    assert secrets_of(refreshed(lines))["access"] == "access-1"


def test_what_a_person_entered_meanwhile_stays(harbour, lines):
    def reconnect(_account) -> None:
        change_channel(Channel.objects.get(id=lines.id), "Harbour", {"refresh_key": "entered"})

    harbour.while_refreshing = reconnect
    assert secrets_of(refreshed(lines)) == {"refresh_key": "entered"}


def test_keys_of_an_unchanged_secret_survive_a_change_of_name(harbour, lines):
    fresh = refreshed(lines)
    change_channel(fresh, "Quay", {"handle": "@quay"})
    assert secrets_of(Channel.objects.get(id=lines.id)) == {"access": "access-1", "refresh_key": "key-1"}

    change_channel(Channel.objects.get(id=lines.id), "Quay", {"refresh_key": "entered"})
    assert secrets_of(Channel.objects.get(id=lines.id)) == {"refresh_key": "entered"}


@pytest.mark.parametrize(
    ("lasting", "left", "expected"),
    [
        (timedelta(hours=2), timedelta(hours=1), False),
        (timedelta(hours=2), timedelta(minutes=23), True),
        (timedelta(minutes=30), timedelta(minutes=19), True),
        (timedelta(days=60), timedelta(days=13), False),
        (timedelta(days=60), timedelta(days=11), True),
        (timedelta(days=60), -timedelta(days=1), True),
    ],
)
def test_keys_are_renewed_in_time(harbour, lines, lasting, left, expected):
    lines.tokens_end_at = now() + left
    lines.tokens_got_at = lines.tokens_end_at - lasting
    assert is_due(lines) is expected
