"""Learn who we are on a network: asked when connecting, and daily."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from django.db import IntegrityError, transaction

from allears.connectors.interface import Ability, ConnectedConnector
from allears.foundation.clock import now
from allears.pipeline.channels.accounts import found_columns
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.errors import AnotherAccount
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, get_connector

LEARN_EVERY = timedelta(days=1)


def learn_account(channel: Channel) -> Channel:
    """Ask the network who we are there, keep it, and return the channel as it is then. Raises as `send` does.

    Raise AnotherAccount when the keys belong to another account than this channel always stood for.
    """
    if Ability.FIND_OUT not in get_connector(channel.kind).can:
        return channel
    found = with_fresh_keys(channel, _ask)
    changes = found_columns(channel, found)
    if channel.account_id and changes["account_id"] != channel.account_id:
        raise AnotherAccount
    try:
        with transaction.atomic():
            Channel.objects.filter(id=channel.id).update(**changes)
    except IntegrityError as error:
        raise AnotherAccount from error
    return Channel.objects.get(id=channel.id)


def is_to_learn(channel: Channel) -> bool:
    """Say whether what is known of an account is a day old."""
    if Ability.FIND_OUT not in get_connector(channel.kind).can:
        return False
    return channel.found_at is None or now() - channel.found_at >= LEARN_EVERY


def _ask(channel: Channel) -> Mapping[str, str]:
    return cast("ConnectedConnector", get_connector(channel.kind)).find_out(account_of(channel))
