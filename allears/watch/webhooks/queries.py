"""Ask about endpoints and their calls. Only administrators see them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Member
from allears.watch.webhooks.catalogue import CATALOGUE, Group, told_kinds
from allears.watch.webhooks.models import Call as Call  # noqa: PLC0414 - pages name it
from allears.watch.webhooks.models import CallState as CallState  # noqa: PLC0414
from allears.watch.webhooks.models import Endpoint as Endpoint  # noqa: PLC0414
from allears.watch.webhooks.models import EndpointState

__all__ = ["CATALOGUE", "Group"]


@dataclass(frozen=True, slots=True)
class CallCounts:
    """How many of an endpoint's kept calls stand where."""

    waiting: int
    delivered: int
    failed: int


def endpoints_of(member: Member) -> QuerySet[Endpoint]:
    """Return the workspace's endpoints by name; none for whoever does not administer."""
    if not member.may_administer:
        return Endpoint.objects.none()
    return Endpoint.objects.filter(workspace=member.workspace_id).order_by("name", "id")


def endpoints_with_counts(member: Member) -> list[Endpoint]:
    """List the workspace's endpoints, each with how many calls wait and failed: `waiting_count`, `failed_count`."""
    under_way = Count("calls", filter=Q(calls__state__in=[CallState.WAITING, CallState.SENDING]))
    failed = Count("calls", filter=Q(calls__state=CallState.FAILED))
    return list(endpoints_of(member).annotate(waiting_count=under_way, failed_count=failed))


def get_visible_endpoint(member: Member, endpoint_id: int) -> Endpoint:
    """Return an endpoint of the workspace, to administrators. Raise NotVisible."""
    endpoint = endpoints_of(member).filter(id=endpoint_id).select_related("created_by").first()
    if endpoint is None:
        raise NotVisible
    return endpoint


def get_visible_call(member: Member, call_id: int) -> Call:
    """Return a call of one of the workspace's endpoints, to administrators. Raise NotVisible."""
    call = (
        Call.objects.filter(id=call_id, endpoint__in=endpoints_of(member)).select_related("endpoint").first()
    )
    if call is None:
        raise NotVisible
    return call


def calls_of(
    endpoint: Endpoint, *, state: str = "", kind: str = "", before: int | None = None, size: int = 50
) -> list[Call]:
    """List an endpoint's calls, newest first, without their payloads."""
    calls = Call.objects.filter(endpoint=endpoint)
    if state == CallState.WAITING:
        calls = calls.filter(state__in=[CallState.WAITING, CallState.SENDING])
    elif state:
        calls = calls.filter(state=state)
    if kind:
        calls = calls.filter(kind=kind)
    if before:
        calls = calls.filter(id__lt=before)
    return list(calls.defer("payload", "answer").order_by("-id")[:size])


def call_counts(endpoint: Endpoint) -> CallCounts:
    """Count an endpoint's kept calls."""
    found = dict(
        Call.objects.filter(endpoint=endpoint).order_by().values_list("state").annotate(count=Count("id"))
    )
    return CallCounts(
        waiting=found.get(CallState.WAITING, 0) + found.get(CallState.SENDING, 0),
        delivered=found.get(CallState.DELIVERED, 0),
        failed=found.get(CallState.FAILED, 0),
    )


def count_failed_since(endpoint: Endpoint, since: datetime) -> int:
    """Count the calls that failed among those put since a moment."""
    return Call.objects.filter(endpoint=endpoint, state=CallState.FAILED, created_at__gte=since).count()


def count_events_since(endpoint: Endpoint, most: int = 10_000) -> int:
    """Count what an endpoint would be told if it were resumed where it stopped, up to a bound."""
    wanted = Q(kind__in=endpoint.kinds) if endpoint.kinds else told_kinds()
    ledger = Event.objects.filter(workspace=endpoint.workspace_id, id__gt=endpoint.cursor)
    return ledger.filter(wanted).order_by()[:most].count()


def count_troubled_endpoints(member: Member) -> int:
    """Count the endpoints that were switched off, or take nothing just now."""
    trouble = Q(state=EndpointState.DISABLED) | (Q(state=EndpointState.ON) & Q(failing_since__isnull=False))
    return endpoints_of(member).filter(trouble | (Q(state=EndpointState.PAUSED) & ~Q(trouble=""))).count()
