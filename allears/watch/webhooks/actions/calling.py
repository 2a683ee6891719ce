"""Call endpoints: one call at a time for each, in order, again after growing pauses, until it is taken."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from secrets import token_hex
from time import monotonic
from typing import Protocol

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from allears.connectors.errors import ConnectorError, Refused
from allears.connectors.interface import WebResponse
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.vault import VaultLocked
from allears.foundation.workspaces.models import Member
from allears.watch.webhooks.actions.telling import put_test_call
from allears.watch.webhooks.errors import NotFailed
from allears.watch.webhooks.models import Call, CallState, Endpoint, EndpointState
from allears.watch.webhooks.secrets import sign

log = structlog.get_logger("allears.webhooks")

# As the specification suggests; the last try is 32 hours after the first.
PAUSES = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400]
# While a call is this young, later ones wait for it, so that a short outage changes no order.
HOLDS_OTHERS_FOR = 2
LEASE = timedelta(seconds=60)
LONGEST_CALL = 15.0
LARGEST_ANSWER = 64 * 1024
EXCERPT = 2000
LONGEST_REST = timedelta(hours=24)
GIVES_UP_AFTER = timedelta(days=5)
SLOW_AFTER_MS = 3000
GONE = mark("The address answered that it is gone for good (410).")
GAVE_UP = mark("Nothing was delivered for five days.")
NO_ANSWER = mark("The address did not answer in time, or broke off.")
NO_LINE = mark("The address could not be reached.")
LOCKED = mark("The secret can't be opened: the vault's key is missing.")


class Poster(Protocol):
    """The way out."""

    def post(self, url: str, *, body: bytes, headers: dict[str, str]) -> WebResponse: ...


@cache
def way_out() -> Poster:
    """Return the client that calls endpoints: it never goes inside, waits shortly and reads little."""
    from allears.foundation.web_client import WebClient

    return WebClient(longest=LONGEST_CALL, largest=LARGEST_ANSWER, is_strict=True)


def endpoints_to_call(limit: int = 100) -> list[tuple[int, bool]]:
    """List endpoints that something is due for and nobody serves, as (id, whether it was slow or failed lately)."""
    at = now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    rested = Q(rests_until__isnull=True) | Q(rests_until__lte=at)
    due = Call.objects.filter(endpoint=OuterRef("pk"), state__in=UNDER_WAY, next_at__lte=at)
    found = Endpoint.objects.filter(free, rested, Exists(due), state=EndpointState.ON)
    rows = found.order_by("last_called_at", "id")[:limit]
    return [(one.id, one.last_took_ms >= SLOW_AFTER_MS or one.failing_since is not None) for one in rows]


UNDER_WAY = [CallState.WAITING, CallState.SENDING]


def take_endpoint(endpoint_id: int) -> Endpoint | None:
    """Take the right to call an endpoint; what another had in hand when it died waits again."""
    at = now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    mine = Endpoint.objects.filter(free, id=endpoint_id, state=EndpointState.ON)
    if not mine.update(leased_until=at + LEASE):
        return None
    interrupted = Call.objects.filter(endpoint=endpoint_id, state=CallState.SENDING, called_at__lt=at - LEASE)
    interrupted.update(state=CallState.WAITING)
    return Endpoint.objects.get(id=endpoint_id)


def keep_endpoint(endpoint: Endpoint) -> bool:
    """Keep the right to call for a while longer; false once somebody paused or changed it."""
    same = Endpoint.objects.filter(id=endpoint.id, state=EndpointState.ON, url=endpoint.url)
    same = same.filter(Q(rests_until__isnull=True) | Q(rests_until__lte=now()))
    return bool(same.filter(sealed_secret=endpoint.sealed_secret).update(leased_until=now() + LEASE))


def leave_endpoint(endpoint_id: int) -> None:
    """Give up the right to call."""
    Endpoint.objects.filter(id=endpoint_id).update(leased_until=None)


def free_endpoints() -> None:
    """Take the right to call from whoever had it: the only worker there is has just begun."""
    Endpoint.objects.filter(leased_until__isnull=False).update(leased_until=None)
    Call.objects.filter(state=CallState.SENDING).update(state=CallState.WAITING)


def next_call(endpoint: Endpoint) -> Call | None:
    """Return the oldest call that is due and that no younger try stands before."""
    before = _waiting(endpoint).filter(id__lt=OuterRef("id"), attempts__gt=0, attempts__lte=HOLDS_OTHERS_FOR)
    return _waiting(endpoint).filter(~Exists(before), next_at__lte=now()).order_by("id").first()


def _waiting(endpoint: Endpoint) -> QuerySet[Call]:
    return Call.objects.filter(endpoint=endpoint.id, state=CallState.WAITING)


def make_call(endpoint: Endpoint, call: Call, poster: Poster | None = None) -> None:
    """Make one call and write down what came of it. It is marked as being sent, durably, before."""
    at, begun = now(), monotonic()
    call.attempts += 1
    mine = Call.objects.filter(id=call.id, state=CallState.WAITING)
    if not mine.update(state=CallState.SENDING, attempts=call.attempts, called_at=at):
        return
    try:
        response = (poster or way_out()).post(
            endpoint.url, body=call.payload.encode(), headers=_headers(endpoint, call, at)
        )
    except (ConnectorError, VaultLocked) as error:
        _write(endpoint, call, _took(begun), trouble=_trouble(error), facts=getattr(error, "facts", {}))
    else:
        _write(endpoint, call, _took(begun), response)


def _headers(endpoint: Endpoint, call: Call, at: datetime) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "AllEars-Webhooks",
        "webhook-id": call.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(endpoint, call.key, at, call.payload),
    }


def _took(begun: float) -> int:
    return round((monotonic() - begun) * 1000)


def _trouble(error: Exception) -> str:
    match error:
        case Refused():
            return error.detail
        case VaultLocked():
            return LOCKED
        case ConnectorError() if error.raw in {"ConnectError", "ConnectTimeout"}:
            return NO_LINE
    return NO_ANSWER


def _write(
    endpoint: Endpoint,
    call: Call,
    took_ms: int,
    response: WebResponse | None = None,
    *,
    trouble: str = "",
    facts: dict[str, str] | None = None,
) -> None:
    status = response.status_code if response else None
    is_good = status is not None and 200 <= status < 300
    with transaction.atomic():
        Endpoint.objects.filter(id=endpoint.id).update(last_called_at=now(), last_took_ms=took_ms)
        Call.objects.filter(id=call.id, state=CallState.SENDING).update(
            status=status,
            answer=_excerpt(response),
            trouble=trouble[:300],
            trouble_facts=facts or {},
            took_ms=took_ms,
            **_outcome(call, response, is_good=is_good),
        )
        if is_good:
            _note_well(endpoint)
        else:
            _note_trouble(endpoint, call, response, trouble, facts or {})


def _outcome(call: Call, response: WebResponse | None, *, is_good: bool) -> dict[str, object]:
    """Say where a call stands after a try: delivered, given up, or waiting for the next."""
    at = now()
    if is_good:
        return {"state": CallState.DELIVERED, "ended_at": at}
    if call.is_test or call.attempts > len(PAUSES):
        return {"state": CallState.FAILED, "ended_at": at}
    pause = timedelta(seconds=PAUSES[call.attempts - 1])
    return {"state": CallState.WAITING, "next_at": max(at + pause, rest_until(response) or at)}


def _note_well(endpoint: Endpoint) -> None:
    row = Endpoint.objects.filter(id=endpoint.id)
    row.update(trouble="", trouble_facts={}, failing_since=None)


def _note_trouble(
    endpoint: Endpoint, call: Call, response: WebResponse | None, trouble: str, facts: dict[str, str]
) -> None:
    """Write down that an endpoint does not take calls; switch it off when it says so, or after days."""
    at, row = now(), Endpoint.objects.filter(id=endpoint.id)
    row.update(rests_until=rest_until(response))
    if call.is_test and not (response and response.status_code == 410):
        return
    row.filter(failing_since__isnull=True).update(failing_since=at)
    if response is not None:
        trouble, facts = ANSWERED, {"status": str(response.status_code)}
    row.update(trouble=trouble, trouble_facts=facts)
    if response is not None and response.status_code == 410:
        _switch_off(endpoint, EndpointState.PAUSED, GONE)
    elif row.filter(failing_since__lt=at - GIVES_UP_AFTER).exists():
        _switch_off(endpoint, EndpointState.DISABLED, GAVE_UP)


ANSWERED = mark("The address answered with %(status)s.")


def _switch_off(endpoint: Endpoint, state: EndpointState, trouble: str) -> None:
    on = Endpoint.objects.filter(id=endpoint.id, state=EndpointState.ON)
    if on.update(state=state, trouble=trouble, trouble_facts={}):
        record_event(
            "webhook.switched_off", endpoint.workspace_id, None, f"webhook:{endpoint.id}", name=endpoint.name
        )


def rest_until(response: WebResponse | None) -> datetime | None:
    """Read until when an endpoint wants to be left alone, if it says so (429 or 503 with Retry-After)."""
    if response is None or response.status_code not in {429, 503}:
        return None
    asked = response.headers.get("retry-after", "").strip()
    at = now()
    if asked.isdecimal():
        return at + min(timedelta(seconds=int(asked[:9])), LONGEST_REST)
    try:
        until = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return at + timedelta(minutes=1) if response.status_code == 429 else None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return min(max(until, at), at + LONGEST_REST)


def _excerpt(response: WebResponse | None) -> str:
    if response is None:
        return ""
    return (
        bytes(response.content[: EXCERPT * 4]).decode("utf-8", "replace").replace("\x00", "\ufffd")[:EXCERPT]
    )


def send_test_call(by: Member, endpoint: Endpoint, poster: Poster | None = None) -> Call:
    """Call an endpoint now with a test event, once, and return the call with its answer."""
    if not by.may_administer:
        raise NotAllowed
    call = put_test_call(endpoint, by, f"test_{token_hex(8)}")
    make_call(endpoint, call, poster)
    call.refresh_from_db()
    return call


def replay_call(by: Member, call: Call) -> None:
    """Make a call that ended once more, with the same id and the same bytes. Raise NotFailed while it is under way."""
    if not _replay(by, call.endpoint, Call.objects.filter(id=call.id)):
        raise NotFailed


def replay_failed_calls(by: Member, endpoint: Endpoint, since: datetime) -> int:
    """Make every call that failed since a moment once more; return how many."""
    failed = Call.objects.filter(endpoint=endpoint, state=CallState.FAILED, created_at__gte=since)
    return _replay(by, endpoint, failed.filter(event_id__isnull=False))


def _replay(by: Member, endpoint: Endpoint, calls: QuerySet[Call]) -> int:
    if not by.may_administer:
        raise NotAllowed
    ended = calls.filter(state__in=[CallState.DELIVERED, CallState.FAILED])
    with transaction.atomic():
        count = ended.update(state=CallState.WAITING, attempts=0, next_at=now(), ended_at=None)
        if count:
            facts = {"name": endpoint.name, "count": count}
            record_event("webhook.replayed", endpoint.workspace_id, by, f"webhook:{endpoint.id}", **facts)
    return count


def forget_old_calls(older_than: timedelta, most: int = 1000) -> int:
    """Forget calls that were put longer ago than that; return how many."""
    old = Call.objects.filter(created_at__lt=now() - older_than)
    ids = list(old.values_list("id", flat=True)[:most])
    Call.objects.filter(id__in=ids).delete()
    return len(ids)
