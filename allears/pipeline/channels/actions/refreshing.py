"""Renew a channel's keys before they end, and when the network says that they have.

Some networks take each key once and give the next one with the answer, so one process at a time may ask, by a
lease, and what it is given is kept by one statement at once. A process killed between the network's answer
and that statement is the one gap: docs/operating.md says what a person sees then.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import sleep
from typing import Any, TypeVar, cast

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Q

from allears.connectors.errors import (
    ConnectorError,
    Disconnected,
    Expired,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import Ability, ConnectedConnector, Tokens
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.vault import seal
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, get_connector, place_of_secrets, secrets_of

log = structlog.get_logger("allears.channels")
Answer = TypeVar("Answer")

LEASE = timedelta(minutes=3)
ASK_AGAIN = timedelta(seconds=4)
SOONEST = timedelta(minutes=20)
WRITE_AGAIN_AFTER = [0.1, 1.0, 3.0, 10.0, 30.0]
UNDER_WAY = mark("The keys of this channel are being renewed just now.")
NO_LONGER = mark("The network gives no new keys for these any more. Connect the channel again.")


def with_fresh_keys(channel: Channel, ask: Callable[[Channel], Answer]) -> Answer:
    """Ask a network something; when it says that our keys have ended, renew them and ask once more."""
    try:
        return ask(channel)
    except Expired:
        return ask(refreshed(channel))


def refreshed(channel: Channel) -> Channel:
    """Renew a channel's keys and return it with the new ones; with those another process brought meanwhile.

    Raise SlowDown while another process renews them, Disconnected when the network gives none any more,
    Unreachable when it did not answer.
    """
    fresh = Channel.objects.get(id=channel.id)
    if fresh.sealed_secrets != channel.sealed_secrets:
        return fresh
    if Ability.REFRESH not in get_connector(fresh.kind).can:
        raise Disconnected(NO_LONGER)
    refresher = f"{os.getpid()}-{secrets.token_hex(4)}"
    if not _take_lease(fresh, refresher):
        raise SlowDown(now() + ASK_AGAIN, UNDER_WAY)
    try:
        tokens = _ask_for_keys(fresh)
    except BaseException:
        _leave_lease(fresh, refresher)
        raise
    _keep(fresh, tokens)
    return Channel.objects.get(id=channel.id)


def is_due(channel: Channel) -> bool:
    """Say whether keys are to be renewed: when a fifth of their time, or twenty minutes, is left."""
    if channel.tokens_end_at is None or Ability.REFRESH not in get_connector(channel.kind).can:
        return False
    lasting = channel.tokens_end_at - (channel.tokens_got_at or channel.created_at)
    return channel.tokens_end_at - now() < max(lasting / 5, SOONEST)


def _ask_for_keys(channel: Channel) -> Tokens:
    connector = cast("ConnectedConnector", get_connector(channel.kind))
    try:
        return connector.refresh(account_of(channel))
    except (Unreachable, SlowDown):
        raise
    except Unknown as error:
        # Nothing that a person wrote is at stake here; the next try tells whether the old keys still count.
        raise Unreachable(raw=error.raw) from error
    except (Expired, Refused) as error:
        raise Disconnected(NO_LONGER, raw=error.raw) from error
    except ConnectorError:
        raise


def _take_lease(channel: Channel, refresher: str) -> bool:
    at = now()
    free = Q(refreshing_until__isnull=True) | Q(refreshing_until__lt=at)
    free |= Q(refreshing_until__gt=at + 2 * LEASE)  # the clock was set back since
    same = Channel.objects.filter(free, id=channel.id, sealed_secrets=channel.sealed_secrets)
    return bool(same.update(refreshing_until=at + LEASE, refresher=refresher))


def _leave_lease(channel: Channel, refresher: str) -> None:
    Channel.objects.filter(id=channel.id, refresher=refresher).update(refreshing_until=None)


def _keep(channel: Channel, tokens: Tokens) -> None:
    """Keep new keys, for nobody else knows them; a database that is away is waited for."""
    changes = sealed_tokens(channel, secrets_of(channel), tokens)
    for pause in WRITE_AGAIN_AFTER:
        try:
            _write(channel, changes)
        except (DatabaseError, InterfaceError) as error:
            log.warning("keys_not_written", channel=channel.id, error=type(error).__name__)
            connection.close()
            sleep(pause)
        else:
            return
    _write(channel, changes)


def _write(channel: Channel, changes: Mapping[str, Any]) -> None:
    """Write new keys over the very ones they were traded for; those that a person entered meanwhile stay."""
    same = Channel.objects.filter(id=channel.id, sealed_secrets=channel.sealed_secrets)
    if not same.update(**changes):
        log.warning("keys_changed_meanwhile", channel=channel.id)


def sealed_tokens(channel: Channel, held: Mapping[str, str], tokens: Tokens) -> dict[str, Any]:
    """Return a channel's columns with new keys beside what it holds."""
    merged = json.dumps({**held, **tokens.secrets})
    return {
        "sealed_secrets": seal(merged, place_of_secrets(channel.key)),
        "refreshing_until": None,
        **ending_at(tokens.ends_at),
    }


def ending_at(ends_at: datetime | None) -> dict[str, Any]:
    """Return the columns that say when keys which were got just now will end."""
    return {"tokens_end_at": ends_at, "tokens_got_at": now(), "warned_days": None}
