"""A program that does not take a call gets it again: in order, with growing pauses, until it is switched off."""

import threading
from datetime import timedelta

import pytest

from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.foundation.events.queries import last_event_id
from allears.watch.webhooks.actions.calling import (
    PAUSES,
    endpoints_to_call,
    replay_call,
    replay_failed_calls,
    take_endpoint,
)
from allears.watch.webhooks.actions.telling import put_calls
from allears.watch.webhooks.conftest import Answer, connect, happen, told
from allears.watch.webhooks.errors import (
    NotFailed,
)
from allears.watch.webhooks.models import Call, Endpoint

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize("is_local", [True, False])
def test_a_private_address_is_never_called(owner, program, settings, is_local):
    settings.MAY_REACH_PRIVATE_ADDRESSES, settings.IS_LOCAL = False, is_local
    wire = connect(owner, program)
    happen(owner, "Billing")
    wire.run()
    call = wire.call()
    assert (program.got, call.state, call.status) == ([], "waiting", None)
    assert "private network" in call.trouble


def test_a_redirect_is_not_followed(wire, owner):
    wire.program.answers = [Answer(302, {"location": wire.program.url})]
    happen(owner, "Billing")
    wire.run()
    assert (len(wire.program.got), wire.call().status, wire.call().state) == (1, 302, "waiting")


def test_a_call_that_fails_is_repeated_with_growing_pauses_and_the_same_id(wire, owner):
    wire.program.answers = [Answer(500)] * 4
    happen(owner, "Billing")
    later = 0
    for pause in [0, *PAUSES[:3]]:
        later += pause
        assert wire.run(later - 1 if pause else 0) == (0 if pause else 1)
        if pause:
            assert wire.run(later + 1) == 1
    assert wire.call().attempts == 4
    ids = {one.headers["webhook-id"] for one in wire.program.got}
    assert (len(ids), len({one.body for one in wire.program.got})) == (1, 1)
    wire.run(later + PAUSES[3] + 2)
    assert (wire.call().state, wire.call().attempts) == ("delivered", 5)
    assert Endpoint.objects.get().failing_since is None


def test_after_the_last_try_it_has_failed(wire, owner):
    happen(owner, "Billing")
    wire.run()
    Call.objects.update(state="waiting", attempts=len(PAUSES))
    wire.program.answers = [Answer(500)]
    wire.run()
    assert (wire.call().state, wire.call().ended_at is None) == ("failed", False)


def test_a_short_outage_changes_no_order(wire, owner):
    wire.program.answers = [Answer(503), Answer(503)]
    happen(owner, "First", "Second")
    assert (wire.run(), wire.run(6)) == (1, 1)
    wire.run(70)
    names = [told(one, wire.secret)["data"]["facts"]["name"] for one in wire.program.got]
    assert names == ["First", "First", "First", "Second"]


def test_what_nobody_takes_does_not_hold_up_the_rest_for_long(wire, owner):
    wire.program.answers = [Answer(400)] * 3
    happen(owner, "Bad", "Good")
    for later in (0, 6, 70):
        wire.run(later)
    names = [told(one, wire.secret)["data"]["facts"]["name"] for one in wire.program.got]
    assert names == ["Bad", "Bad", "Bad", "Good"]
    assert list(Call.objects.order_by("id").values_list("state", flat=True)) == ["waiting", "delivered"]


@pytest.mark.parametrize("asked", ["120", None])
def test_who_asks_for_a_rest_gets_it(wire, owner, asked):
    wire.program.answers = [Answer(429, {"retry-after": asked} if asked else {})]
    happen(owner, "First", "Second")
    assert wire.run() == 1
    assert endpoints_to_call() == []
    least = 119 if asked else 59
    assert wire.run(least - 2) == 0
    assert wire.run(least + 3) == 2
    assert len(wire.program.got) == 3


def test_a_date_to_come_back_is_read(wire, owner):
    until = (now() + timedelta(minutes=10)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    wire.program.answers = [Answer(503, {"retry-after": until})]
    happen(owner, "First")
    wire.run()
    assert (wire.run(590), wire.run(602)) == (0, 1)


def test_who_is_gone_is_called_no_more_and_the_ledger_says_so(wire, owner):
    wire.program.answers = [Answer(410)]
    happen(owner, "First", "Second")
    wire.run()
    endpoint = Endpoint.objects.get()
    assert (endpoint.state, len(wire.program.got), wire.run(99_999)) == ("paused", 1, 0)
    assert "410" in endpoint.trouble
    assert Event.objects.filter(kind="webhook.switched_off").count() == 1


def test_after_five_days_without_success_it_is_switched_off(wire, owner):
    wire.program.answers = [Answer(500)] * 20
    happen(owner, "First")
    wire.run()
    happen(owner, "Second")
    wire.run(timedelta(days=5, hours=1).total_seconds())
    assert Endpoint.objects.get().state == "disabled"


def test_what_failed_is_made_once_more_by_hand(wire, owner):
    happen(owner, "First", "Second")
    wire.run()
    Call.objects.update(state="failed")
    assert replay_failed_calls(owner, wire.endpoint, now() - timedelta(hours=1)) == 2
    with pytest.raises(NotFailed):
        replay_call(owner, wire.call())
    assert wire.run() == 2
    replay_call(owner, wire.call())
    assert wire.run() == 1
    assert len({one.headers["webhook-id"] for one in wire.program.got}) == 2


def test_what_was_in_hand_when_a_worker_died_is_made_again(wire, owner):
    happen(owner, "First")
    put_calls(last_event_id())
    assert take_endpoint(wire.endpoint.id)
    Call.objects.update(state="sending", attempts=1, called_at=now())
    assert (wire.run(), endpoints_to_call()) == (0, [])
    assert wire.run(130) == 1
    assert wire.told() == ["team.created"]


def test_whoever_trickles_is_let_go(monkeypatch, wire, owner):
    from allears.foundation.web_client import WebClient

    wire.program.is_silent.set()
    happen(owner, "First")
    put_calls(last_event_id())
    from allears.watch.webhooks.sender import serve_endpoint

    serve_endpoint(wire.endpoint.id, threading.Event(), WebClient(longest=0.2, is_strict=True))
    wire.program.released.set()
    assert (wire.call().state, wire.call().attempts) == ("waiting", 1)
    assert "in time" in wire.call().trouble
