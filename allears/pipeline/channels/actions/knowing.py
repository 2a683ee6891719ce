"""Learn who we are on a network: asked when connecting, and daily."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import IntegrityError, transaction

from allears.connectors.interface import Ability, ConnectedConnector
from allears.foundation.clock import now
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.errors import AnotherAccount
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, get_connector, settings_of

LEARN_EVERY = timedelta(days=1)
LONGEST_ID, LONGEST_ADDRESS = 200, 254


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


def found_columns(channel: Channel, found: Mapping[str, str]) -> dict[str, Any]:
    """Return a channel's columns with what the network said: who we are, how we are called, when keys end."""
    kept = {name: str(value) for name, value in found.items() if name != "tokens_end_at"}
    account_id = kept.get("account_id", "")[:LONGEST_ID] or channel.account_id
    known = Channel(kind=channel.kind, settings=channel.settings, found=kept, account_id=account_id)
    address = get_connector(channel.kind).address_of(settings_of(known))[:LONGEST_ADDRESS]
    changes = {
        "found": kept,
        "found_at": now(),
        "account_id": account_id,
        "address": address or channel.address,
    }
    return {**changes, **_end_of_keys(channel, found)}


def _end_of_keys(channel: Channel, found: Mapping[str, str]) -> dict[str, Any]:
    """Return when keys end, where the network says it without being asked for new ones."""
    if "tokens_end_at" not in found:
        return {}
    ends_at = datetime.fromisoformat(found["tokens_end_at"]) if found["tokens_end_at"] else None
    if ends_at == channel.tokens_end_at:
        return {}
    return {"tokens_end_at": ends_at, "tokens_got_at": now(), "warned_days": None}


def _ask(channel: Channel) -> Mapping[str, str]:
    return cast("ConnectedConnector", get_connector(channel.kind)).find_out(account_of(channel))
