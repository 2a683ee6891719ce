"""Read the ledger."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import BooleanField, Max, Q
from django.db.models.expressions import RawSQL

from allears.foundation.clock import now
from allears.foundation.events.models import Event as Event  # noqa: PLC0414 - pages name it
from allears.foundation.rows import find_rows, select_rows

LATE_COMMITS = timedelta(seconds=10)
# Kinds that only tell open pages what someone is doing just now.
PASSING = Q(kind__startswith="draft.") | Q(kind__startswith="presence.")

# Transactions are numbered in 32 bits on a row, in 64 elsewhere.
_IS_SETTLED = RawSQL(
    "events_event.xmin::text::bigint < mod(pg_snapshot_xmin(pg_current_snapshot())::text::bigint, 4294967296)",
    [],
    output_field=BooleanField(),
)
LONGEST_COMMIT = timedelta(minutes=30)


def last_event_id() -> int:
    """Return the newest event's id, 0 on an empty ledger."""
    return Event.objects.aggregate(last=Max("id"))["last"] or 0


def newest_event_at() -> datetime | None:
    """Return when the newest event was recorded."""
    return Event.objects.order_by("-id").values_list("at", flat=True).first()


def last_event_id_of(workspace_id: int) -> int:
    """Return the newest event's id in a workspace, 0 if it has none."""
    [(last,)] = select_rows(
        "SELECT MAX(id) FROM events_event WHERE workspace_id {among}", among=[workspace_id]
    )
    return last or 0


def events_between(after: int, until: int, limit: int = 1000) -> list[Event]:
    """List events newer than an id, up to another, oldest first."""
    return list(Event.objects.filter(id__gt=after, id__lte=until).order_by("id")[:limit])


def events_of_workspace_since(workspace_id: int, event_id: int, limit: int = 500) -> list[Event]:
    """List a workspace's events since an id, oldest first.

    On PostgreSQL a smaller id may be committed after a larger one, so what was recorded within
    LATE_COMMITS of that event is told again; being told twice does no harm.
    """
    seen = Event.objects.filter(id=event_id).first()
    mine = Event.objects.filter(workspace_id=workspace_id)
    if seen is None:
        return list(mine.filter(id__gt=event_id).order_by("id")[:limit])
    recent = mine.filter(at__gte=seen.at - LATE_COMMITS, id__gt=event_id - 10_000)
    return list(recent.exclude(id=event_id).order_by("id")[:limit])


def timeline_events(conversation_id: int, kinds: Collection[str], limit: int = 500) -> list[Event]:
    """List those of a conversation's newest events that are of some kinds, oldest first."""
    newest = find_rows(
        Event, f"conversation {{among}} ORDER BY id DESC LIMIT {limit}", among=[conversation_id]
    )
    return [event for event in reversed(newest) if event.kind in kinds]


def ledger_of(
    workspace_id: int,
    *,
    kind: str = "",
    by: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> list[Event]:
    """List a workspace's events but the passing ones, newest first, from an id on.

    `kind` may be the beginning of one ("member."); `by` is a member's id, 0 for the machine.
    """
    found = Event.objects.filter(workspace_id=workspace_id, kind__startswith=kind).exclude(PASSING)
    if by is not None:
        found = found.filter(by=by or None)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:size])


def newest_event_id_of(conversation_id: int) -> int:
    """Return the newest event's id in a conversation, passing ones left out; 0 if there is none."""
    lasting = Event.objects.filter(conversation=conversation_id).exclude(PASSING)
    return lasting.order_by("-id").values_list("id", flat=True).first() or 0


def settled_events(workspace_id: int, after: int, size: int) -> list[Event]:
    """List a workspace's events after an id, oldest first, passing ones left out, so that none is ever missed.

    On PostgreSQL a smaller id may be committed after a larger one: what may still get such a neighbour
    is not listed yet.
    """
    found = Event.objects.filter(workspace_id=workspace_id, id__gt=after).exclude(PASSING)
    if connection.vendor == "postgresql":
        found = found.filter(Q(at__lt=now() - LONGEST_COMMIT) | Q(_IS_SETTLED))
    return list(found.order_by("id")[:size])
