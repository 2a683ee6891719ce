"""What using networks costs: counted by channel, day (UTC, as networks bill) and use, at the price of the moment."""

from collections.abc import Mapping
from datetime import date
from time import monotonic

from django.db import transaction
from django.db.models import F, Q, Sum

from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.pipeline.channels.models import Channel, Price, Spending

PRICES_KNOWN_FOR = 5.0
SCARCE = 0.2
SCARCE_STRETCH = 4
_prices: dict[tuple[int, str], tuple[float, dict[str, int]]] = {}


class ChannelMeter:
    """The meter of one channel."""

    def __init__(self, channel_id: int, workspace_id: int, kind: str) -> None:
        self._channel_id = channel_id
        self._workspace_id = workspace_id
        self._kind = kind

    def spend(self, price: str, count: int = 1) -> None:
        """Write down that something was used so many times, and once a day that the budget is used up."""
        if count <= 0:
            return
        each = prices_of(self._workspace_id, self._kind).get(price, 0)
        on = now().date()
        row = {"channel_id": self._channel_id, "on": on, "name": price[:40]}
        more = {"count": F("count") + count, "micro_dollars": F("micro_dollars") + count * each}
        if not Spending.objects.filter(**row).update(**more):
            Spending.objects.bulk_create([Spending(**row)], ignore_conflicts=True)
            Spending.objects.filter(**row).update(**more)
        if each and self.left() == 0:
            _note_spent(self._channel_id, on)

    def left(self) -> int | None:
        """Say how many micro-dollars are left today; None without a daily budget."""
        budget = Channel.objects.filter(id=self._channel_id).values_list("daily_budget", flat=True).first()
        return None if budget is None else max(budget - spent_on(self._channel_id, now().date()), 0)


def spent_on(channel_id: int, on: date) -> int:
    """Add up what a channel cost on a day, in micro-dollars."""
    rows = Spending.objects.filter(channel=channel_id, on=on)
    return rows.aggregate(total=Sum("micro_dollars"))["total"] or 0


def prices_of(workspace_id: int, kind: str) -> Mapping[str, int]:
    """Return what each use of a network costs here: what an administrator set, else what the connector says."""
    known = _prices.get((workspace_id, kind))
    if known and known[0] > monotonic():
        return known[1]
    connector = all_connectors().get(kind)
    found = {price.name: price.micro_dollars for price in getattr(connector, "prices", ())}
    found |= dict(
        Price.objects.filter(workspace=workspace_id, kind=kind).values_list("name", "micro_dollars")
    )
    _prices[workspace_id, kind] = (monotonic() + PRICES_KNOWN_FOR, found)
    return found


def forget_prices() -> None:
    """Forget prices, so that a change counts at once."""
    _prices.clear()


def stretch_of(daily_budget: int | None, left: int | None) -> int:
    """Say how many times as rarely a channel polls to make its budget last: 1, 4, or 0 for not at all.

    Replies go out whatever is left.
    """
    if daily_budget is None or left is None:
        return 1
    if left <= 0:
        return 0
    return SCARCE_STRETCH if left < daily_budget * SCARCE else 1


def _note_spent(channel_id: int, on: date) -> None:
    channel = Channel.objects.get(id=channel_id)
    unsaid = Q(budget_spent_on__isnull=True) | ~Q(budget_spent_on=on)
    with transaction.atomic():
        if Channel.objects.filter(unsaid, id=channel_id).update(budget_spent_on=on):
            record_event("channel.budget_spent", channel.workspace_id, channel=channel_id, name=channel.name)
