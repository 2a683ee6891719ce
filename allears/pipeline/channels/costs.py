"""What networks cost a workspace: by channel, day and use, this month so far and at this pace."""

import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from allears.connectors.interface import Price as OfficialPrice
from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.metering import forget_prices, prices_of
from allears.pipeline.channels.models import Channel, Price, Spending

CENT = 10_000


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that costs, as one channel used it in a month; money in micro-dollars."""

    label: str
    count: int
    spent: int


@dataclass(frozen=True, slots=True)
class ChannelCost:
    """What one channel cost."""

    channel: Channel
    today: int
    month: int
    forecast: int
    uses: list[Use]


@dataclass(frozen=True, slots=True)
class Day:
    """What all channels cost on a day; `share` of the dearest day, in hundredths."""

    on: date
    spent: int
    share: int


@dataclass(frozen=True, slots=True)
class Costs:
    """A month's costs; the forecast of a month that is over is what it was."""

    first: date
    channels: list[ChannelCost]
    days: list[Day]

    @property
    def today(self) -> int:
        return sum(one.today for one in self.channels)

    @property
    def month(self) -> int:
        return sum(one.month for one in self.channels)

    @property
    def forecast(self) -> int:
        return sum(one.forecast for one in self.channels)


@dataclass(frozen=True, slots=True)
class PriceList:
    """What the uses of one network cost here, beside what its connector says."""

    kind: str
    label: str
    prices: list[tuple[OfficialPrice, int]]


def costs_of(member: Member, first: date) -> Costs:
    """Add up a month: two statements, however many channels there are."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    channels = list(Channel.objects.filter(workspace=member.workspace_id, is_sample=False).order_by("name"))
    rows = list(Spending.objects.filter(channel__in=channels, on__range=(first, last)))
    by_channel: dict[int, list[Spending]] = defaultdict(list)
    for row in rows:
        by_channel[row.channel_id].append(row)
    found = [
        _cost_of(one, by_channel[one.id], first, last)
        for one in channels
        if _costs(one) or by_channel[one.id]
    ]
    return Costs(first, found, _days(rows, first, last))


def _costs(channel: Channel) -> bool:
    return bool(getattr(all_connectors().get(channel.kind), "prices", ()))


def _cost_of(channel: Channel, rows: list[Spending], first: date, last: date) -> ChannelCost:
    labels = {price.name: price.label for price in getattr(all_connectors().get(channel.kind), "prices", ())}
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        count, spent = counts[row.name]
        counts[row.name] = (count + row.count, spent + row.micro_dollars)
    uses = [Use(labels.get(name, name), *counted) for name, counted in counts.items()]
    uses.sort(key=lambda use: (-use.spent, use.label))
    month, today = sum(use.spent for use in uses), now().date()
    spent_today = sum(row.micro_dollars for row in rows if row.on == today)
    return ChannelCost(channel, spent_today, month, _forecast(channel, month, first, last), uses)


def _forecast(channel: Channel, month: int, first: date, last: date) -> int:
    """Carry a month on as it went so far, from when the channel was connected."""
    at = now()
    if at.date() > last:
        return month
    begin = max(first, channel.created_at.date())
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    gone = (at.date() - begin).days + (at - midnight) / timedelta(days=1)
    whole = (last - begin).days + 1
    return round(month * whole / max(gone, 0.25) / CENT) * CENT


def _days(rows: list[Spending], first: date, last: date) -> list[Day]:
    spent: dict[date, int] = defaultdict(int)
    for row in rows:
        spent[row.on] += row.micro_dollars
    most, end = max(spent.values(), default=0), min(last, now().date())
    days = [first + timedelta(days=number) for number in range((end - first).days + 1)]
    return [Day(on, spent[on], round(100 * spent[on] / most) if most else 0) for on in reversed(days)]


def price_lists_of(member: Member) -> list[PriceList]:
    """List the prices of the networks that cost something and are connected."""
    kinds = Channel.objects.filter(workspace=member.workspace_id, is_sample=False).values_list(
        "kind", flat=True
    )
    connected = {kind: all_connectors()[kind] for kind in sorted(set(kinds)) if kind in all_connectors()}
    return [
        PriceList(kind, connector.label, _priced(member.workspace_id, kind, official))
        for kind, connector in connected.items()
        if (official := getattr(connector, "prices", ()))
    ]


def _priced(
    workspace_id: int, kind: str, official: Sequence[OfficialPrice]
) -> list[tuple[OfficialPrice, int]]:
    here = prices_of(workspace_id, kind)
    return [(one, here[one.name]) for one in official]


def set_prices(by: Member, kind: str, prices: Mapping[str, int | None]) -> None:
    """Set what uses of a network cost, in micro-dollars, from now on; None is what its connector says."""
    official = {one.name: one.micro_dollars for one in getattr(all_connectors().get(kind), "prices", ())}
    known = {name: price for name, price in prices.items() if name in official}
    own = {name: price for name, price in known.items() if price is not None and price != official[name]}
    mine = Price.objects.filter(workspace=by.workspace_id, kind=kind)
    with transaction.atomic():
        mine.filter(name__in=known).exclude(name__in=own).delete()
        Price.objects.bulk_create(
            [
                Price(workspace_id=by.workspace_id, kind=kind, name=name, micro_dollars=own[name])
                for name in own
            ],
            update_conflicts=True,
            unique_fields=["workspace", "kind", "name"],
            update_fields=["micro_dollars"],
        )
        record_event("channel.prices_changed", by.workspace_id, by, network=kind)
    forget_prices()
