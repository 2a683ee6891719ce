"""One line per channel and day: what was received, what became of it, and what the source says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast, Substr

from allears.foundation.clock import now
from allears.pipeline.audit.actions import can_reconcile
from allears.pipeline.channels.models import Channel, ReconciledDay
from allears.pipeline.intake.models import EndedAs, Ending


@dataclass(frozen=True, slots=True)
class AuditDay:
    """One channel's day. `source` is the comparison with the network, where there was one yet."""

    on: date
    channel_id: int
    channel_name: str
    received: int
    processed: int
    dead: int
    source: ReconciledDay | None
    can_compare: bool = False

    @property
    def is_good(self) -> bool:
        return not self.dead and (self.source is None or self.source.is_complete)


def audit_days(workspace_id: int, days: int = 30) -> list[AuditDay]:
    """List the last days of every channel that heard something, newest first; days are in UTC."""
    first = now().date() - timedelta(days=days - 1)
    channels = {channel.id: channel for channel in Channel.objects.filter(workspace=workspace_id)}
    sources = {
        (day.channel_id, day.on): day
        for day in ReconciledDay.objects.filter(channel__workspace=workspace_id, on__gte=first)
    }
    counted = {
        (row["channel_id"], date.fromisoformat(row["day"])): row for row in _count(workspace_id, first)
    }
    empty = {"received": 0, "processed": 0, "dead": 0}
    lines = [
        _line(place, channels, counted.get(place, empty), sources.get(place))
        for place in {*counted, *sources}
    ]
    return sorted(lines, key=lambda line: (-line.on.toordinal(), line.channel_name))


def _count(workspace_id: int, first: date) -> Any:
    """Group endings by the day they were received; both databases write moments in UTC, day first."""
    day = Substr(Cast("received_at", CharField()), 1, 10)
    endings = Ending.objects.filter(workspace=workspace_id, received_at__gte=_start_of(first)).order_by()
    return (
        endings.annotate(day=day)
        .values("channel_id", "day")
        .annotate(
            received=Count("envelope_id"),
            processed=Count("envelope_id", filter=Q(ended_as__in=[EndedAs.MESSAGES, EndedAs.NOTHING])),
            dead=Count("envelope_id", filter=Q(ended_as=EndedAs.DEAD)),
        )
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _line(
    place: tuple[int, date], channels: dict[int, Channel], row: dict[str, int], source: ReconciledDay | None
) -> AuditDay:
    channel_id, on = place
    channel = channels.get(channel_id)
    return AuditDay(
        on=on,
        channel_id=channel_id,
        channel_name=channel.name if channel else "?",
        received=row["received"],
        processed=row["processed"],
        dead=row["dead"],
        source=source,
        can_compare=channel is not None and can_reconcile(channel),
    )
