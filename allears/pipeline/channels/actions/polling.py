"""Whose turn it is to be asked for what is new: one poll at a time for each channel, whatever the number of workers."""

from collections.abc import Collection
from datetime import datetime, timedelta
from random import uniform

from django.db import connection, transaction
from django.db.models import F, Q

from allears.connectors.interface import Ability
from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.pipeline.channels.metering import ChannelMeter, stretch_of
from allears.pipeline.channels.models import Channel, ChannelState, Polling, Subscription
from allears.pipeline.channels.queries import get_connector

LEASE = timedelta(minutes=3)
BACKSTOP = 5
USUAL_PAUSE = 60.0
LONGEST_PAUSE = 900.0
OUT_OF_BUDGET = 600.0
JITTER = 0.1


def claim_polls(poller: str, busy: Collection[int], limit: int) -> list[Channel]:
    """Take the right to poll channels whose turn it is, for a while; those asked longest ago first."""
    at = now()
    _expect_new_channels(at)
    # Whoever is leased for much longer than anyone may be was so by a clock that was set back since.
    is_free = Q(leased_until__isnull=True) | Q(leased_until__lt=at) | Q(leased_until__gt=at + 2 * LEASE)
    due = Polling.objects.filter(is_free, due_at__lte=at, channel__in=_polled_channels())
    with transaction.atomic():
        rows = due.exclude(channel__in=busy).order_by("due_at")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("channel", flat=True)[:limit])
        Polling.objects.filter(channel__in=ids).update(poller=poller, leased_until=at + LEASE)
    return list(Channel.objects.filter(id__in=ids).order_by("id"))


def keep_polling(channel_id: int, poller: str) -> bool:
    """Renew the right to poll a channel; say whether it is still had, and the channel still on."""
    mine = Polling.objects.filter(channel=channel_id, poller=poller, channel__state=ChannelState.ON)
    return bool(mine.update(leased_until=now() + LEASE))


def end_poll(channel: Channel, poller: str, until: datetime | None = None) -> None:
    """Give up the right to poll after all went well, or until then was asked for; say when to ask again."""
    at = now()
    Polling.objects.filter(channel=channel.id, poller=poller).update(
        leased_until=None,
        failures=0,
        polled_at=at,
        due_at=max(at + timedelta(seconds=pause_of(channel)), until or at),
    )
    Channel.objects.filter(id=channel.id).update(last_polled_at=at)


def fail_poll(channel: Channel, poller: str, until: datetime | None = None) -> int:
    """Give up the right to poll after a failure; the pause grows with each. Return how many there were in a row."""
    mine = Polling.objects.filter(channel=channel.id, poller=poller)
    mine.update(leased_until=None, failures=F("failures") + 1)
    failures = mine.values_list("failures", flat=True).first() or 1
    pause = min(pause_of(channel) * 2 ** min(failures, 8), LONGEST_PAUSE)
    due_at = now() + timedelta(seconds=pause)
    mine.update(due_at=max(due_at, until) if until else due_at)
    return failures


def free_polling() -> None:
    """Take the right to poll from whoever had it: a process that ended without a word."""
    Polling.objects.filter(leased_until__isnull=False).update(leased_until=None)


def may_poll(channel: Channel) -> bool:
    """Say whether a channel's daily budget has anything left for asking; replies go out whatever is left."""
    return _stretch(channel) > 0


def pause_of(channel: Channel) -> float:
    """Say how many seconds to wait between two polls: more while the network delivers by itself, or money is short."""
    usual = float(getattr(get_connector(channel.kind), "poll_seconds", USUAL_PAUSE))
    stretch = _stretch(channel)
    if not stretch:
        return OUT_OF_BUDGET
    backstop = BACKSTOP if _is_told_otherwise(channel) else 1
    jitter = uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - so that not all ask at once
    return usual * stretch * backstop * jitter


def _is_told_otherwise(channel: Channel) -> bool:
    """Say whether news comes by itself: by a subscription that was proved, or by a line that is held open."""
    is_listened_to = channel.listening_until is not None and channel.listening_until > now()
    return channel.subscription == Subscription.ALIVE or is_listened_to


def _stretch(channel: Channel) -> int:
    if channel.daily_budget is None:
        return 1
    return stretch_of(
        channel.daily_budget, ChannelMeter(channel.id, channel.workspace_id, channel.kind).left()
    )


def _polled_channels() -> set[int]:
    kinds = [kind for kind, one in all_connectors().items() if Ability.HEAR_POLLING in one.can]
    rows = Channel.objects.filter(state=ChannelState.ON, kind__in=kinds, is_sample=False)
    return set(rows.values_list("id", flat=True))


def _expect_new_channels(at: datetime) -> None:
    """Let channels that were never polled have their turn at once."""
    new = _polled_channels() - set(Polling.objects.values_list("channel", flat=True))
    Polling.objects.bulk_create([Polling(channel_id=id_, due_at=at) for id_ in new], ignore_conflicts=True)
