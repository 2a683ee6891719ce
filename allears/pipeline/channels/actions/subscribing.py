"""Have networks deliver to us, and prove that they do: keys that count are not yet a living subscription."""

from typing import cast

import structlog
from django.db import transaction

from allears.connectors.errors import ConnectorError, Disconnected, SlowDown, Unreachable
from allears.connectors.interface import Ability, Check, ConnectedConnector
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.models import Channel, Subscription
from allears.pipeline.channels.queries import account_of, door_of_channel, get_connector

log = structlog.get_logger("allears.channels")
NAME = mark("Subscription")
TRY_AGAIN = mark("Try again from the channel's page.")


def can_subscribe(channel: Channel) -> bool:
    """Say whether its network can be told to deliver here: it must be able to reach us."""
    can = get_connector(channel.kind).can
    return Ability.SUBSCRIBE in can and bool(door_of_channel(channel)) and not channel.is_sample


def subscribe_channel(channel: Channel) -> Check | None:
    """Have the network deliver to us, then prove it; None where that can't be. Raises as `send` does."""
    if not can_subscribe(channel):
        return None
    return _write(channel, _subscribe(channel))


def prove_subscription(channel: Channel) -> Check | None:
    """Ask the network whether it delivers to us; one that stopped is asked to go on, once. Raises as `send` does."""
    if not can_subscribe(channel):
        return None
    check = with_fresh_keys(channel, _prove)
    if not check.is_good and channel.subscription != Subscription.DEAD:
        log.info("subscription_lost", channel=channel.id)
        check = _subscribe(channel)
    return _write(channel, check)


def _subscribe(channel: Channel) -> Check:
    fresh = Channel.objects.get(id=channel.id)
    try:
        with_fresh_keys(fresh, _ask_to_deliver)
    except (Disconnected, Unreachable, SlowDown):
        raise
    except ConnectorError as error:
        return Check(name=NAME, is_good=False, message=error.detail, advice=TRY_AGAIN, facts=error.facts)
    return with_fresh_keys(Channel.objects.get(id=channel.id), _prove)


def _ask_to_deliver(channel: Channel) -> None:
    cast("ConnectedConnector", get_connector(channel.kind)).subscribe(account_of(channel))


def _prove(channel: Channel) -> Check:
    return cast("ConnectedConnector", get_connector(channel.kind)).subscription(account_of(channel))


def _write(channel: Channel, check: Check) -> Check:
    """Write down what was proved, with an event when it is news."""
    state = Subscription.ALIVE if check.is_good else Subscription.DEAD
    row = Channel.objects.filter(id=channel.id)
    with transaction.atomic():
        changed = row.exclude(subscription=state).update(subscription=state)
        row.update(
            subscription_checked_at=now(),
            subscription_message=check.message[:300],
            subscription_advice=check.advice[:300],
            subscription_facts=dict(check.facts),
        )
        if changed:
            kind = "channel.subscribed" if check.is_good else "channel.unsubscribed"
            record_event(kind, channel.workspace_id, channel=channel.id, name=channel.name)
    return check
