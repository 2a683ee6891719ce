"""Compare a channel with its source, and fetch again what is missing here."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import cast

from django.db.models import Min

from allears.connectors.interface import Ability, ListeningConnector, SourceItem
from allears.foundation.clock import now
from allears.pipeline.channels.actions import write_reconciled_days
from allears.pipeline.channels.models import Channel, ReconciledDay
from allears.pipeline.channels.queries import account_of, get_connector
from allears.pipeline.conversations.models import Message
from allears.pipeline.intake.actions import Submission, store_submissions
from allears.pipeline.intake.models import Envelope

STILL_ON_ITS_WAY = timedelta(minutes=2)
LATE_AFTER = timedelta(minutes=10)
FETCH_AT_ONCE = 20
LOOK_UP_AT_ONCE = 500


def can_reconcile(channel: Channel) -> bool:
    """Say whether a channel's network can list what it holds; a sample has no network."""
    return not channel.is_sample and Ability.RECONCILE in get_connector(channel.kind).can


def reconcile_channel(channel: Channel, days: int = 3) -> list[ReconciledDay]:
    """Compare the last days with the source and keep a line for each; what is missing is fetched again.

    Reaches the network: raise what the connector raises.
    """
    since = _since(channel, days)
    items = [item for item in _list(channel, since) if item.arrived_at <= now() - STILL_ON_ITS_WAY]
    received = _received_at(channel, items)
    missing = [item for item in items if item.source not in received]
    fetched = _fetch_again(channel, missing)
    extra = _extra(channel, since, {item.source for item in items})
    lines = _lines(items, received, fetched, extra, channel)
    write_reconciled_days(lines)
    return lines


def _since(channel: Channel, days: int) -> datetime:
    """Look back so many days, but not to before the oldest thing this channel ever stored."""
    asked = now() - timedelta(days=days)
    first = Envelope.objects.filter(channel_id=channel.id).aggregate(first=Min("received_at"))["first"]
    return max(asked, min(channel.created_at, first or channel.created_at))


def _list(channel: Channel, since: datetime) -> list[SourceItem]:
    return list(_listening(channel).list_source(account_of(channel), since))


def _listening(channel: Channel) -> ListeningConnector:
    return cast("ListeningConnector", get_connector(channel.kind))


def _received_at(channel: Channel, items: list[SourceItem]) -> dict[str, datetime]:
    """Say when each item was stored: by where it lies, else by its own id among the messages."""
    found: dict[str, datetime] = {}
    for start in range(0, len(items), LOOK_UP_AT_ONCE):
        part = items[start : start + LOOK_UP_AT_ONCE]
        stored = Envelope.objects.filter(channel_id=channel.id, source__in=[item.source for item in part])
        found.update(stored.values_list("source", "received_at"))
        ids = {item.external_id: item.source for item in part if item.source not in found}
        messages = Message.objects.filter(channel=channel, external_id__in=list(filter(None, ids)))
        found.update((ids[id_], at) for id_, at in messages.values_list("external_id", "received_at"))
    return found


def _fetch_again(channel: Channel, missing: list[SourceItem]) -> set[str]:
    """Fetch and store what is missing; return where each of it lies."""
    fetched: set[str] = set()
    for start in range(0, len(missing), FETCH_AT_ONCE):
        sources = [item.source for item in missing[start : start + FETCH_AT_ONCE]]
        pieces = list(_listening(channel).fetch_source(account_of(channel), sources))
        if pieces:
            store_submissions([Submission(channel.workspace_id, channel.id, pieces, now())])
            fetched.update(piece.source for piece in pieces)
    return fetched


def _extra(channel: Channel, since: datetime, at_source: set[str]) -> Counter[date]:
    """Count, by day, what is stored but no longer at the source: moved or deleted there since."""
    stored = Envelope.objects.filter(
        channel_id=channel.id, received_at__gte=since, received_at__lte=now() - STILL_ON_ITS_WAY
    ).exclude(source="")
    rows = stored.values_list("source", "received_at")
    return Counter(at.date() for source, at in rows if source not in at_source)


def _lines(
    items: list[SourceItem],
    received: dict[str, datetime],
    fetched: set[str],
    extra: Counter[date],
    channel: Channel,
) -> list[ReconciledDay]:
    counts: dict[date, Counter[str]] = {on: Counter(extra=count) for on, count in extra.items()}
    for item in items:
        day = counts.setdefault(item.arrived_at.date(), Counter())
        at = received.get(item.source)
        day["at_source"] += 1
        day["stored"] += bool(at) or item.source in fetched
        day["missing"] += not at and item.source not in fetched
        day["fetched_again"] += item.source in fetched
        day["late"] += bool(at and at - item.arrived_at > LATE_AFTER)
    counts.setdefault(now().date(), Counter())
    return [_line(channel, on, count) for on, count in counts.items()]


def _line(channel: Channel, on: date, count: Counter[str]) -> ReconciledDay:
    names = ("at_source", "stored", "missing", "extra", "late", "fetched_again")
    return ReconciledDay(channel=channel, on=on, compared_at=now(), **{name: count[name] for name in names})
