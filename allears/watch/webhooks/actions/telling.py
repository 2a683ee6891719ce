"""Put a call for every event an endpoint wants, down the ledger in order, none left out, none twice."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation
from allears.watch.webhooks.catalogue import TEST, is_told
from allears.watch.webhooks.models import Call, Endpoint, EndpointState
from allears.watch.webhooks.payloads import Told, as_payload, describe_events

AT_ONCE = 500


def put_calls(settled_id: int) -> int:
    """Put the calls that the ledger asks for up to an id that is settled; return how many endpoints moved."""
    behind = Endpoint.objects.filter(state=EndpointState.ON, cursor__lt=settled_id)
    workspaces: dict[int, list[Endpoint]] = {}
    for endpoint in behind.order_by("id"):
        workspaces.setdefault(endpoint.workspace_id, []).append(endpoint)
    return sum(_put_calls_in(id_, endpoints, settled_id) for id_, endpoints in workspaces.items())


def _put_calls_in(workspace_id: int, endpoints: Sequence[Endpoint], settled_id: int) -> int:
    """Take all endpoints of a workspace one stretch of the ledger further."""
    first = min(endpoint.cursor for endpoint in endpoints)
    ledger = Event.objects.filter(workspace=workspace_id, id__gt=first, id__lte=settled_id)
    events = list(_without_samples(ledger, workspace_id).order_by("id")[:AT_ONCE])
    last = events[-1].id if len(events) == AT_ONCE else settled_id
    told = describe_events(workspace_id, [event for event in events if is_told(event.kind)])
    at = now()
    return sum(_put_calls_of(endpoint, told, last, at) for endpoint in endpoints if endpoint.cursor < last)


def _without_samples(ledger: QuerySet[Event], workspace_id: int) -> QuerySet[Event]:
    """Leave out what happens among sample data, which no program is told."""
    samples = Channel.objects.filter(workspace=workspace_id, is_sample=True)
    if not samples.exists():
        return ledger
    conversations = Conversation.objects.filter(channel__in=samples)
    return ledger.exclude(channel__in=samples.values("id")).exclude(
        conversation__in=conversations.values("id")
    )


def _put_calls_of(endpoint: Endpoint, told: Sequence[Told], last: int, at: datetime) -> int:
    wanted = [
        _call(endpoint, one, at) for one in told if one.event_id > endpoint.cursor and _wants(endpoint, one)
    ]
    with transaction.atomic():
        # Whoever moves the cursor puts the calls: another worker, or who resumed it, may have been here.
        here = Endpoint.objects.filter(id=endpoint.id, cursor=endpoint.cursor, state=EndpointState.ON)
        if not here.update(cursor=last):
            return 0
        Call.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=100)
    return 1


def _wants(endpoint: Endpoint, told: Told) -> bool:
    if told.is_private and not endpoint.sees_private_teams:
        return False
    return not endpoint.kinds or told.kind in endpoint.kinds


def _call(endpoint: Endpoint, told: Told, at: datetime) -> Call:
    return Call(
        endpoint=endpoint,
        key=f"evt_{told.event_id}",
        kind=told.kind,
        event_id=told.event_id,
        payload=told.payload,
        created_at=at,
        next_at=at,
    )


def put_test_call(endpoint: Endpoint, by: Member, key: str) -> Call:
    """Put a call that only tries the way; it is taken in hand by who put it."""
    at = now()
    data = {"webhook": {"id": endpoint.id, "name": endpoint.name}, "by": {"id": by.id, "name": by.name}}
    return Call.objects.create(
        endpoint=endpoint, key=key, kind=TEST, payload=as_payload(TEST, at, data), created_at=at, next_at=at
    )
