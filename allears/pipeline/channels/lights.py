"""How a channel is, in words: what works, what needs somebody soon or now, and what to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext

from allears.connectors.interface import Ability, Budget, Connector
from allears.connectors.registry import all_connectors
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.pipeline.channels.budgets import left_in
from allears.pipeline.channels.doors import public_url_of
from allears.pipeline.channels.metering import SCARCE, stretch_of
from allears.pipeline.channels.models import Bucket, Channel, ChannelState, Spending, Subscription

BACKSTOP = 5
USUAL_PAUSE = 60
LATE_POLLS = 6
CENTS_FROM = 100_000_000
CHECK = mark("Check it there, and change the connection if need be.")
RECONNECT = mark("Connect it again: its history stays.")


class Lamp(StrEnum):
    """Whether somebody has to do something about a channel."""

    GOOD = "good"
    WARM = "warm"
    HOT = "hot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing about a channel. The sentences are marked and filled from `facts`; `at` is the moment it tells of."""

    key: str
    name: str
    message: str
    lamp: Lamp = Lamp.GOOD
    advice: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """All signs of one channel, and what is left of its money today in micro-dollars."""

    channel: Channel
    signs: Sequence[Sign]
    spent: int
    left: int | None

    @property
    def worst(self) -> Sign:
        """The sign that needs somebody most; the state itself where all is well."""
        order = {Lamp.HOT: 0, Lamp.WARM: 1, Lamp.GOOD: 2}
        return min(self.signs, key=lambda sign: order[sign.lamp])


def conditions_of(channels: Iterable[Channel]) -> list[Condition]:
    """Say how channels are, in their order: two statements, however many there are."""
    wanted = list(channels)
    ids = [channel.id for channel in wanted]
    buckets: dict[int, list[Bucket]] = defaultdict(list)
    for bucket in Bucket.objects.filter(channel__in=ids):
        buckets[bucket.channel_id].append(bucket)
    today = Spending.objects.filter(channel__in=ids, on=now().date()).values_list("channel")
    spent = dict(today.annotate(Sum("micro_dollars")).order_by())
    return [_condition(channel, buckets[channel.id], spent.get(channel.id, 0)) for channel in wanted]


def _condition(channel: Channel, buckets: Sequence[Bucket], spent: int) -> Condition:
    left = None if channel.daily_budget is None else max(channel.daily_budget - spent, 0)
    connector = all_connectors().get(channel.kind)
    if connector is None:
        return Condition(channel, [_gone()], spent, left)
    signs = [_state(channel)]
    if not channel.is_sample and channel.state != ChannelState.DISCONNECTED:
        signs += [*_subscription(channel, connector), *_keys(channel, connector)]
        signs += [
            *_budgets(connector, buckets),
            *_money(channel, spent, left),
            *_polling(channel, connector, left),
        ]
    return Condition(channel, signs, spent, left)


def _gone() -> Sign:
    return Sign(
        key="state",
        name=mark("State"),
        message=mark("its connector is gone"),
        lamp=Lamp.HOT,
        advice=mark("Install the package that brought it."),
    )


def _state(channel: Channel) -> Sign:
    since = channel.trouble_since
    if channel.trouble:
        disconnected = channel.state == ChannelState.DISCONNECTED
        advice = RECONNECT if disconnected else CHECK
        facts = channel.trouble_facts or {}
        return _sign("state", mark("State"), channel.trouble, Lamp.HOT, advice, facts, since)
    if channel.state == ChannelState.DISCONNECTED:
        return _sign("state", mark("State"), mark("disconnected"), Lamp.HOT, RECONNECT, at=since)
    if channel.state == ChannelState.PAUSED:
        return _sign("state", mark("State"), mark("paused: it neither listens nor sends"), Lamp.WARM)
    return _sign("state", mark("State"), mark("on"))


def _sign(  # noqa: PLR0913, PLR0917 - a sign has that many parts
    key: str,
    name: str,
    message: str,
    lamp: Lamp = Lamp.GOOD,
    advice: str = "",
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Sign:
    return Sign(key=key, name=name, message=message, lamp=lamp, advice=advice, facts=facts or {}, at=at)


def _subscription(channel: Channel, connector: Connector) -> Iterable[Sign]:
    """Keys that count are not enough: red until the network was seen to deliver."""
    if Ability.SUBSCRIBE not in connector.can:
        return
    name, at = mark("Subscription"), channel.subscription_checked_at
    if not public_url_of(channel.workspace_id):
        hears = bool(_asks(connector))
        message = (
            mark("All Ears has no public address, so it asks by itself instead")
            if hears
            else mark("All Ears has no public address, so nothing can be heard here")
        )
        advice = mark("Give All Ears an https address that the internet reaches: see Workspace.")
        yield _sign("subscription", name, message, Lamp.WARM if hears else Lamp.HOT, advice)
    elif channel.subscription == Subscription.DEAD:
        message = channel.subscription_message or mark("connected, but the network does not deliver here")
        advice = channel.subscription_advice or mark("Subscribe again.")
        yield _sign("subscription", name, message, Lamp.HOT, advice, channel.subscription_facts, at)
    elif channel.subscription == Subscription.ALIVE:
        yield _sign("subscription", name, mark("alive: the network delivers here"), at=at)
    else:
        advice = mark("All Ears proves it within minutes; Check now does it at once.")
        yield _sign(
            "subscription", name, mark("the network was not yet seen to deliver here"), Lamp.WARM, advice
        )


def _asks(connector: Connector) -> frozenset[Ability]:
    return connector.can & {Ability.HEAR_POLLING, Ability.HEAR_LISTENING}


def _keys(channel: Channel, connector: Connector) -> Iterable[Sign]:
    if channel.tokens_end_at is None:
        return
    left, name = channel.tokens_end_at - now(), mark("Access keys")
    renews = Ability.REFRESH in connector.can
    lasting = channel.tokens_end_at - (channel.tokens_got_at or channel.created_at)
    if left <= timedelta():
        yield _sign("keys", name, mark("its keys have ended"), Lamp.HOT, RECONNECT, at=channel.tokens_end_at)
        return
    is_soon = left <= timedelta(days=7) < lasting
    lamp = (Lamp.HOT if left <= timedelta(days=1) else Lamp.WARM) if is_soon else Lamp.GOOD
    facts = {"on": channel.tokens_end_at.date().isoformat()}
    message = (
        mark("renewed by themselves before they end")
        if renews and not is_soon
        else mark("its keys end on %(on)s")
    )
    if not renews and not is_soon:
        message = mark("they end on %(on)s, and are to be entered anew before")
    yield _sign("keys", name, message, lamp, RECONNECT if is_soon else "", facts)


def _budgets(connector: Connector, buckets: Sequence[Bucket]) -> Iterable[Sign]:
    by_name = {bucket.name: bucket for bucket in buckets}
    budgets: Sequence[Budget] = getattr(connector, "budgets", ())
    left = [(budget, left_in(by_name.get(budget.name), budget)) for budget in budgets]
    if not left:
        return
    told = " · ".join(f"{_label(budget)} {count}/{budget.most}" for budget, count in left)
    empty = ", ".join(_label(budget) for budget, count in left if not count)
    facts = {"told": told, "empty": empty}
    name = mark("Requests left")
    if empty:
        advice = mark("All Ears goes on by itself as soon as the network allows it.")
        yield _sign("budget", name, mark("used up for now: %(empty)s"), Lamp.WARM, advice, facts)
    else:
        yield _sign("budget", name, mark("%(told)s"), facts=facts)


def _label(budget: Budget) -> str:
    return gettext(budget.label or budget.name.replace("_", " "))


def _money(channel: Channel, spent: int, left: int | None) -> Iterable[Sign]:
    if left is None or channel.daily_budget is None:
        return
    name = mark("Budget of today")
    facts = {"left": dollars(left), "budget": dollars(channel.daily_budget), "spent": dollars(spent)}
    message, lamp, advice = mark("%(left)s of %(budget)s left for today"), Lamp.GOOD, ""
    if left == 0:
        message, lamp = mark("the %(budget)s of today are used up"), Lamp.WARM
        advice = mark(
            "Nothing more is polled before midnight UTC; replies still go out. Raise it on this page."
        )
    elif left < channel.daily_budget * SCARCE:
        lamp, advice = Lamp.WARM, mark("It polls four times as rarely, so that it lasts.")
    yield _sign("money", name, message, lamp, advice, facts)


def _polling(channel: Channel, connector: Connector, left: int | None) -> Iterable[Sign]:
    pace = pace_of(channel, left)
    if pace is None or channel.state != ChannelState.ON:
        return
    name, at = mark("Asking by itself"), channel.last_polled_at
    if pace == 0:
        yield _sign("polling", name, mark("it polls no more before midnight UTC"), Lamp.WARM, at=at)
        return
    is_late = at is not None and now() - at > timedelta(seconds=LATE_POLLS * pace + 600)
    advice = mark("Is a worker running? See Workers below.") if is_late else ""
    message = (
        mark("it polls every %(pace)s s, but last did long ago") if is_late else mark("every %(pace)s s")
    )
    yield _sign("polling", name, message, Lamp.WARM if is_late else Lamp.GOOD, advice, {"pace": pace}, at)


def pace_of(channel: Channel, left: int | None) -> int | None:
    """Say how many seconds lie between two polls; 0 while the budget stops them, None where none are made."""
    connector = all_connectors().get(channel.kind)
    if connector is None or Ability.HEAR_POLLING not in connector.can:
        return None
    stretch = stretch_of(channel.daily_budget, left)
    is_backstop = channel.subscription == Subscription.ALIVE
    return int(getattr(connector, "poll_seconds", USUAL_PAUSE) * stretch * (BACKSTOP if is_backstop else 1))


def dollars(micro: int) -> str:
    """Write an amount in US dollars with as many digits as it needs: $0.005, $12.50; from a hundred on, cents."""
    if micro >= CENTS_FROM:
        return f"${micro / 1_000_000:,.2f}"
    digits = max(len(f"{micro / 1_000_000:.6f}".rstrip("0").partition(".")[2]), 2)
    return f"${micro / 1_000_000:.{digits}f}"
