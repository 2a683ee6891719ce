"""The ledger is read to its end once: what is committed late, with a smaller id, is never passed by."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import connection, connections, transaction

from allears.foundation.events.actions import record_event
from allears.foundation.events.models import Event
from allears.foundation.events.queries import last_event_id
from allears.foundation.events.settled import SettledLedger
from allears.foundation.workspaces.actions import create_account, create_workspace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workspace():
    return create_workspace(
        create_account("Ada", "ada@lantern.example", "kettle-harbour-39"), "Lantern"
    ).workspace


def test_what_is_committed_is_settled(workspace):
    ledger = SettledLedger()
    assert ledger.settled_id() == last_event_id()
    with transaction.atomic():
        record_event("team.created", workspace)
    assert ledger.settled_id() == last_event_id()


def test_it_is_not_settled_while_a_smaller_id_is_still_to_be_committed(workspace):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    taken, go_on = Signal(), Signal()

    def write_slowly():
        with transaction.atomic():
            record_event("team.created", workspace, name="slow")
            taken.set()
            go_on.wait(20)
        connections.close_all()

    ledger, before = SettledLedger(), last_event_id()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        assert taken.wait(20)
        with transaction.atomic():
            record_event("team.created", workspace, name="quick")
        slow_id, quick_id = before + 1, last_event_id()
        assert quick_id > slow_id
        assert [ledger.settled_id() < slow_id for _ in range(3)] == [True] * 3
        go_on.set()
        slow.result(20)
    assert ledger.settled_id() == quick_id
    names = [event.facts["name"] for event in Event.objects.filter(id__gt=before).order_by("id")]
    assert names == ["slow", "quick"]


def test_our_own_transaction_holds_nothing_up(workspace):
    with transaction.atomic():
        record_event("team.created", workspace)
        assert SettledLedger().settled_id() == last_event_id()
