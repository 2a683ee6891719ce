"""Keep channels connected, by the clock: keys renewed in time, accounts known, subscriptions proved, people warned."""

import math
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from allears.connectors.errors import ConnectorError, SlowDown, Unreachable
from allears.foundation.clock import now
from allears.foundation.errors import AllEarsError
from allears.foundation.events.actions import record_event
from allears.foundation.work.actions import put_job
from allears.pipeline.channels.actions import note_trouble
from allears.pipeline.channels.actions.knowing import is_to_learn, learn_account
from allears.pipeline.channels.actions.refreshing import is_due, refreshed
from allears.pipeline.channels.actions.subscribing import can_subscribe, prove_subscription
from allears.pipeline.channels.actions.telling import write_to_administrators
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.channels.queries import all_connectors

log = structlog.get_logger("allears.channels")
PROVE_EVERY = timedelta(minutes=15)
WARN_DAYS = (1, 7)


def put_watching() -> None:
    """Put a job for every channel that something is due for; one that takes long keeps no other waiting."""
    for channel in _kept_channels():
        if is_to_keep(channel):
            put_job("keep_connected", key=f"keep-connected:{channel.id}", channel_id=channel.id)


def is_to_keep(channel: Channel) -> bool:
    """Say whether something is due for a channel."""
    return (
        is_due(channel) or is_to_learn(channel) or is_to_prove(channel) or days_to_warn(channel) is not None
    )


def is_to_prove(channel: Channel) -> bool:
    """Say whether its subscription is to be proved again."""
    if channel.state != ChannelState.ON or not can_subscribe(channel):
        return False
    at = channel.subscription_checked_at
    return at is None or now() - at >= PROVE_EVERY


def keep_connected(channel_id: int) -> None:
    """Do what is due for one channel; what the network answers shows on the channel."""
    channel = _kept_channels().filter(id=channel_id).first()
    if channel is None:
        return
    try:
        _do_what_is_due(channel)
    except (SlowDown, Unreachable) as error:
        log.info("not_kept_now", channel=channel_id, error=type(error).__name__, raw=error.raw)
    except ConnectorError as error:
        log.warning("not_kept", channel=channel_id, error=type(error).__name__, raw=error.raw)
        note_trouble(channel, error)
    except AllEarsError as error:
        log.warning("not_kept", channel=channel_id, error=type(error).__name__)
    warn_of_end(Channel.objects.get(id=channel_id))


def _do_what_is_due(channel: Channel) -> None:
    if is_due(channel):
        channel = refreshed(channel)
    if is_to_learn(channel):
        channel = learn_account(channel)
    if is_to_prove(channel):
        prove_subscription(channel)


def _kept_channels() -> QuerySet[Channel]:
    alive = ~Q(state=ChannelState.DISCONNECTED)
    return Channel.objects.filter(alive, kind__in=all_connectors(), is_sample=False).order_by("id")


def days_to_warn(channel: Channel) -> int | None:
    """Say which warning is due because keys end soon: that of a day or of a week before; None if none is.

    Keys that last no longer than the warning would reach are renewed by All Ears, which has not failed yet.
    """
    ends_at = channel.tokens_end_at
    if ends_at is None:
        return None
    lasting = ends_at - (channel.tokens_got_at or channel.created_at)
    due = [days for days in WARN_DAYS if ends_at - now() <= timedelta(days=days) < lasting]
    if not due or (channel.warned_days is not None and channel.warned_days <= due[0]):
        return None
    return due[0]


def warn_of_end(channel: Channel) -> None:
    """Say once, a week and a day before keys end, that they do: in the ledger, and by letter to administrators."""
    days = days_to_warn(channel)
    if days is None or channel.tokens_end_at is None:
        return
    unwarned = Q(warned_days__isnull=True) | Q(warned_days__gt=days)
    left = max(math.ceil((channel.tokens_end_at - now()) / timedelta(days=1)), 0)
    ends_at = channel.tokens_end_at.isoformat()
    with transaction.atomic():
        if Channel.objects.filter(unwarned, id=channel.id).update(warned_days=days):
            record_event(
                "channel.keys_ending",
                channel.workspace_id,
                channel=channel.id,
                name=channel.name,
                days=left,
                ends_at=ends_at,
            )
            write_to_administrators(channel, "channel_keys_ending", {"days": str(left)})
