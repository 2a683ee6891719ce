"""Connect, change and watch over channels."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from allears.connectors.errors import ConnectorError, Disconnected
from allears.connectors.interface import Check, Connector, Field
from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.foundation.errors import AllEarsError
from allears.foundation.events.actions import record_event
from allears.foundation.rows import find_rows
from allears.foundation.vault import is_sealed_with_first_key, seal
from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.channels.accounts import found_columns
from allears.pipeline.channels.actions.telling import write_to_administrators
from allears.pipeline.channels.errors import AlreadyConnected, ChannelNameTaken, FieldMissing, NoSuchNetwork
from allears.pipeline.channels.models import Channel, ChannelState, Cursor, ReconciledDay, Subscription
from allears.pipeline.channels.queries import (
    account_of,
    get_connector,
    place_of_secrets,
    secrets_of,
)

# What a person's new values change; the columns that workers write meanwhile are left alone.
CONNECTION = [
    "name",
    "settings",
    "address",
    "sealed_secrets",
    "state",
    "trouble",
    "trouble_since",
    "subscription",
    "subscription_checked_at",
]
HEARD_TO_WITHIN = timedelta(seconds=5)


def add_channel(  # noqa: PLR0913 - as many parts as a channel has
    workspace: Workspace,
    kind: str,
    name: str,
    values: Mapping[str, str],
    by: Member | None = None,
    *,
    key: str = "",
    found: Mapping[str, str] | None = None,
) -> tuple[Channel, str]:
    """Add a channel and return it with its secret, if one was made or given ("" otherwise).

    `found` is what the network says of the account. Raise ChannelNameTaken or AlreadyConnected.
    """
    if kind not in all_connectors():
        raise NoSuchNetwork
    channel = Channel(
        workspace=workspace,
        kind=kind,
        name=name.strip(),
        key=key or secrets.token_urlsafe(24),
        created_at=now(),
    )
    secret_values = _take_values(channel, values)
    _learn(channel, found)
    with _once_in_its_workspace(channel):
        channel.save()
        record_event("channel.added", workspace, by, channel=channel.id, name=channel.name, network=kind)
    return channel, secret_values.get("secret", "")


def change_channel(
    channel: Channel,
    name: str,
    values: Mapping[str, str],
    by: Member | None = None,
    *,
    found: Mapping[str, str] | None = None,
) -> Channel:
    """Change a channel's name and values; a secret left empty stays as it is."""
    held = secrets_of(channel)
    secret_values = _take_values(channel, with_kept_secrets(channel, values))
    channel.name = name.strip()
    _begin_anew(channel)
    changed = [
        *CONNECTION,
        *(_forget_tokens(channel) if secret_values != held else []),
        *_learn(channel, found),
    ]
    with _once_in_its_workspace(channel):
        channel.save(update_fields=changed)
        record_event("channel.changed", channel.workspace_id, by, channel=channel.id, name=channel.name)
    return channel


def _take_values(channel: Channel, values: Mapping[str, str]) -> dict[str, str]:
    """Put what was entered onto an unsaved row, the secrets sealed; return the secrets."""
    connector = get_connector(channel.kind)
    channel.settings, secret_values = sort_values(connector, values)
    channel.address = connector.address_of(channel.settings) or channel.address
    channel.sealed_secrets = seal(json.dumps(secret_values), place_of_secrets(channel.key))
    return secret_values


def _begin_anew(channel: Channel) -> None:
    """Let what ailed the older values be over, on the unsaved row."""
    channel.state, channel.trouble, channel.trouble_since = ChannelState.ON, "", None
    channel.subscription, channel.subscription_checked_at = Subscription.UNKNOWN, None


def _forget_tokens(channel: Channel) -> list[str]:
    """Forget, on the unsaved row, until when the older keys were good; name the columns."""
    channel.tokens_end_at = channel.tokens_got_at = channel.warned_days = None
    return ["tokens_end_at", "tokens_got_at", "warned_days"]


@contextmanager
def _once_in_its_workspace(channel: Channel) -> Iterator[None]:
    """Save a channel in a transaction. Raise ChannelNameTaken or AlreadyConnected where another one is there."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise _taken(channel) from error


def _learn(channel: Channel, found: Mapping[str, str] | None) -> list[str]:
    """Put what the network said of an account onto its unsaved row; name the columns."""
    if not found:
        return []
    columns = found_columns(channel, found)
    for name, value in columns.items():
        setattr(channel, name, value)
    return list(columns)


def _taken(channel: Channel) -> AllEarsError:
    """Say which of the two things that are once in a workspace was there already."""
    others = Channel.objects.filter(workspace=channel.workspace_id).exclude(id=channel.id)
    same = others.filter(kind=channel.kind, account_id=channel.account_id).first()
    is_named = others.filter(name__iexact=channel.name).exists()
    return AlreadyConnected(same.id) if same and channel.account_id and not is_named else ChannelNameTaken()


def seal_channels_again() -> int:
    """Seal every channel's secrets with the first vault key; return how many had another. Raise VaultLocked."""
    count = 0
    for channel in Channel.objects.exclude(sealed_secrets="").order_by("id"):
        if is_sealed_with_first_key(channel.sealed_secrets):
            continue
        sealed = seal(json.dumps(secrets_of(channel)), place_of_secrets(channel.key))
        same = Channel.objects.filter(id=channel.id, sealed_secrets=channel.sealed_secrets)
        count += same.update(sealed_secrets=sealed)
    return count


def pause_channel(channel: Channel, by: Member | None = None) -> None:
    """Stop listening and sending; programs may still deliver."""
    _set_state(channel, ChannelState.PAUSED, "channel.paused", by)


def resume_channel(channel: Channel, by: Member | None = None) -> None:
    """Listen and send again."""
    _set_state(channel, ChannelState.ON, "channel.resumed", by)


def _set_state(channel: Channel, state: ChannelState, kind: str, by: Member | None) -> None:
    with transaction.atomic():
        Channel.objects.filter(id=channel.id).update(state=state, trouble="", trouble_since=None)
        record_event(kind, channel.workspace_id, by, channel=channel.id, name=channel.name)


def check_channel(channel: Channel) -> list[Check]:
    """Try everything the channel needs, now, over the network; of a sample there is nothing to try."""
    if channel.is_sample:
        return []
    return get_connector(channel.kind).check(account_of(channel))


def note_heard(channel_id: int, at: datetime) -> None:
    """Remember when a channel last heard something."""
    Channel.objects.filter(id=channel_id).update(last_heard_at=at)


def note_channels_heard(heard: Mapping[int, datetime]) -> None:
    """Remember, to within a few seconds, when channels last heard something."""
    for channel in find_rows(Channel, "id {among}", among=heard):
        before, at = channel.last_heard_at, heard[channel.id]
        if before is None or at - before > HEARD_TO_WITHIN:
            note_heard(channel.id, at)


def note_sent(channel_id: int, at: datetime) -> None:
    """Remember when a channel last spoke."""
    Channel.objects.filter(id=channel_id).update(last_sent_at=at)


def note_trouble(channel: Channel, error: ConnectorError) -> None:
    """Write down what ails a channel, once; keys no longer accepted disconnect it."""
    state = ChannelState.DISCONNECTED if isinstance(error, Disconnected) else channel.state
    with transaction.atomic():
        changed = Channel.objects.filter(~Q(trouble=error.detail) | ~Q(state=state), id=channel.id).update(
            state=state, trouble=error.detail[:300], trouble_facts=error.facts, trouble_since=now()
        )
        if changed:
            record_event("channel.troubled", channel.workspace_id, channel=channel.id, name=channel.name)
        if changed and state == ChannelState.DISCONNECTED:
            write_to_administrators(channel, "channel_disconnected")


def note_well(channel: Channel) -> None:
    """Write down that a channel's trouble is over, if it had any."""
    with transaction.atomic():
        if Channel.objects.filter(~Q(trouble=""), id=channel.id).update(trouble="", trouble_since=None):
            record_event("channel.recovered", channel.workspace_id, channel=channel.id, name=channel.name)


def move_cursor(channel_id: int, place: str, mark: str) -> None:
    """Remember how far a place was heard, after what was heard is stored."""
    Cursor.objects.update_or_create(channel_id=channel_id, place=place, defaults={"mark": mark})


def take_listening(channel_id: int, listener: str, lasting: timedelta) -> bool:
    """Take, or keep, the right to listen to a channel; say whether it was had."""
    at = now()
    free = Q(listener=listener) | Q(listening_until__isnull=True) | Q(listening_until__lt=at)
    free |= Q(listening_until__gt=at + 2 * lasting)  # the clock was set back since
    mine = Channel.objects.filter(free, id=channel_id, state=ChannelState.ON)
    return bool(mine.update(listener=listener, listening_until=at + lasting))


def leave_listening(channel_id: int, listener: str) -> None:
    """Give up the right to listen."""
    Channel.objects.filter(id=channel_id, listener=listener).update(listening_until=None)


def free_listening() -> None:
    """Take the right to listen from whoever had it: a process that ended without a word."""
    Channel.objects.filter(listening_until__isnull=False).update(listening_until=None)


def write_reconciled_days(days: list[ReconciledDay]) -> None:
    """Keep what a comparison with the source found."""
    fields = ["at_source", "stored", "missing", "extra", "late", "fetched_again", "compared_at"]
    ReconciledDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["channel", "on"], update_fields=fields
    )


def with_kept_secrets(channel: Channel, values: Mapping[str, str]) -> dict[str, str]:
    """Return values with the secrets that were left empty; keys that the network gave for older ones go."""
    held = secrets_of(channel)
    fields = {field.name for field in get_connector(channel.kind).fields if field.is_secret}
    is_entered = any(values.get(name) and values[name] != held.get(name) for name in fields)
    kept = {name: secret for name, secret in held.items() if not values.get(name)}
    return {**values, **{name: secret for name, secret in kept.items() if name in fields or not is_entered}}


def sort_values(connector: Connector, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Part open values from secrets; make the secrets a connector can make by itself.

    What is no field is a key that the network gave.
    """
    known = {field.name: field for field in connector.fields}
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    missing = [field for field in connector.fields if _is_missing(field, given)]
    if missing:
        raise FieldMissing(", ".join(field.name for field in missing))
    make_secret = getattr(connector, "make_secret", None)
    if make_secret and "secret" not in given:
        given["secret"] = make_secret()
    return (
        {name: value for name, value in given.items() if name in known and not known[name].is_secret},
        {name: value for name, value in given.items() if name not in known or known[name].is_secret},
    )


def _is_missing(field: Field, given: Mapping[str, str]) -> bool:
    return field.is_required and not field.default and not given.get(field.name)
