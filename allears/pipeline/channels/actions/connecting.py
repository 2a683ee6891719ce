"""Connect a channel: try what was entered, learn whose keys they are, keep it, and have the network deliver."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from allears.connectors.errors import ConnectorError
from allears.connectors.interface import Ability, Check, ConnectedConnector
from allears.connectors.words import mark
from allears.foundation.vault import seal
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.channels.accounts import found_columns
from allears.pipeline.channels.actions import (
    add_channel,
    change_channel,
    check_channel,
    sort_values,
    with_kept_secrets,
)
from allears.pipeline.channels.actions.subscribing import (
    NAME,
    TRY_AGAIN,
    prove_subscription,
    subscribe_channel,
)
from allears.pipeline.channels.errors import AnotherAccount
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, get_connector, place_of_secrets

WHO = mark("Account")
SAYS_WHO = mark("The network says: %(address)s")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying: the checks, what the network says of the account, and who has that account already."""

    checks: list[Check]
    found: Mapping[str, str] = field(default_factory=dict)
    same: Channel | None = None

    @property
    def is_good(self) -> bool:
        return self.same is None and all(check.is_good for check in self.checks)


def try_values(
    workspace_id: int,
    kind: str,
    name: str,
    values: Mapping[str, str],
    channel: Channel | None = None,
    key: str = "",
) -> Trial:
    """Try values before they are saved; secrets left empty are those of the channel given.

    Keys that are given once are not traded here, for a trial keeps nothing.
    """
    trial = _trial_channel(workspace_id, kind, name, values, channel, key)
    connector = get_connector(kind)
    checks = connector.check(account_of(trial))
    if Ability.FIND_OUT not in connector.can or not all(check.is_good for check in checks):
        return Trial(checks)
    try:
        found = cast("ConnectedConnector", connector).find_out(account_of(trial))
    except ConnectorError as error:
        failed = Check(name=WHO, is_good=False, message=error.detail, facts=error.facts)
        return Trial([*checks, failed])
    return _whose(trial, channel, checks, found)


def _whose(trial: Channel, channel: Channel | None, checks: list[Check], found: Mapping[str, str]) -> Trial:
    """See that an account is one channel, and that a channel stays one account."""
    columns = found_columns(trial, found)
    account_id = columns["account_id"]
    if channel and channel.account_id and account_id != channel.account_id:
        other = Check(name=WHO, is_good=False, message=AnotherAccount.__doc__ or "")
        return Trial([*checks, other], found)
    same = Channel.objects.filter(workspace=trial.workspace_id, kind=trial.kind, account_id=account_id)
    others = same.exclude(id=channel.id) if channel else same
    who = Check(name=WHO, is_good=True, message=SAYS_WHO, facts={"address": columns["address"]})
    return Trial(
        [*checks, who] if columns["address"] else checks, found, others.first() if account_id else None
    )


def _trial_channel(
    workspace_id: int, kind: str, name: str, values: Mapping[str, str], channel: Channel | None, key: str
) -> Channel:
    connector = get_connector(kind)
    given = with_kept_secrets(channel, values) if channel else values
    open_values, secret_values = sort_values(connector, given)
    trial = Channel(id=0, workspace_id=workspace_id, kind=kind, name=name, settings=open_values)
    trial.key = channel.key if channel else key or secrets.token_urlsafe(24)
    trial.address = connector.address_of(open_values)
    trial.sealed_secrets = seal(json.dumps(secret_values), place_of_secrets(trial.key))
    return trial


def connect_channel(  # noqa: PLR0913 - as many parts as a channel has
    workspace: Workspace,
    kind: str,
    name: str,
    values: Mapping[str, str],
    *,
    found: Mapping[str, str],
    by: Member | None = None,
    key: str = "",
) -> tuple[Channel, str]:
    """Add a channel that was tried; return it with its secret. Raise AlreadyConnected."""
    channel, secret = add_channel(workspace, kind, name, values, by, key=key, found=found)
    _keep_on(channel)
    return channel, secret


def connect_again(
    channel: Channel,
    name: str,
    values: Mapping[str, str],
    *,
    found: Mapping[str, str],
    by: Member | None = None,
) -> None:
    """Give a channel new values; its history, its door and its cursors stay. Raise AnotherAccount."""
    change_channel(channel, name, values, by, found=found)
    _keep_on(channel)


def _keep_on(channel: Channel) -> None:
    put_job("keep_connected", key=f"keep-connected:{channel.id}", channel_id=channel.id)


def begin_delivery(channel: Channel) -> Check | None:
    """Have the network deliver to a channel that was just saved; what stood in the way is a check, too."""
    try:
        return subscribe_channel(channel)
    except ConnectorError as error:
        return Check(name=NAME, is_good=False, message=error.detail, advice=TRY_AGAIN, facts=error.facts)


def check_and_prove(channel: Channel) -> list[Check]:
    """Try everything a channel needs, its living subscription included, and write down what was proved."""
    checks = check_channel(channel)
    try:
        proved = prove_subscription(channel)
    except ConnectorError as error:
        proved = Check(name=NAME, is_good=False, message=error.detail, facts=error.facts)
    if proved is None or any(check.name == proved.name for check in checks):
        return checks
    return [*checks, proved]
