"""Ask about channels."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from time import monotonic

from django.conf import settings

from allears.connectors.interface import Ability, Account, Connector, Web
from allears.connectors.registry import all_connectors, get_connector
from allears.foundation.errors import NotVisible
from allears.foundation.rows import find_rows
from allears.foundation.vault import VaultLocked, unseal
from allears.foundation.workspaces.models import Brand, Member
from allears.foundation.workspaces.queries import brands_of, default_brand_of, hidden_team_ids
from allears.pipeline.channels.budgets import ChannelWeb
from allears.pipeline.channels.doors import door_of, forget_public_urls
from allears.pipeline.channels.metering import ChannelMeter, forget_prices
from allears.pipeline.channels.models import Channel as Channel  # noqa: PLC0414 - pages name it
from allears.pipeline.channels.models import ChannelState, ReconciledDay

__all__ = ["all_connectors", "get_connector"]

OPENED_FOR = 5.0
_opened: dict[int, tuple[float, "OpenChannel"]] = {}


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """What receiving needs of a channel: its ids, its connector, its account.

    `siblings` are the channels of the same kind in its workspace by the network's id of their account.
    `connected_at` is set where a network tells of what was before that.
    """

    id: int
    workspace_id: int
    team_id: int | None
    kind: str
    connector: Connector
    account: Account
    account_id: str = ""
    siblings: Mapping[str, int] = field(default_factory=dict)
    connected_at: datetime | None = None


def channels_of(member: Member) -> list[Channel]:
    """List the workspace's channels by name."""
    return list(Channel.objects.filter(workspace=member.workspace_id).select_related("team").order_by("name"))


def list_channels_of(member: Member) -> list[Channel]:
    """List the same as `channels_of`, without the teams, for pages that are drawn again and again."""
    return find_rows(Channel, "workspace_id {among} ORDER BY name", among=[member.workspace_id])


def get_visible_channel(member: Member, channel_id: int) -> Channel:
    """Return a channel of the member's workspace. Raise NotVisible for any other."""
    channel = Channel.objects.filter(workspace=member.workspace_id, id=channel_id).first()
    if channel is None:
        raise NotVisible
    return channel


def hidden_channel_ids(member: Member) -> list[int]:
    """List the channels of private teams that a member does not belong to."""
    hidden = hidden_team_ids(member)
    mine = Channel.objects.filter(workspace=member.workspace_id, team__in=hidden)
    return list(mine.values_list("id", flat=True)) if hidden else []


def brand_of_channel(channel: Channel) -> Brand:
    """Return the brand that a channel shows: its own, else the workspace's default."""
    return channel.brand or default_brand_of(channel.workspace_id)


def telling_brand_of(channel: Channel) -> Brand | None:
    """Return the brand that a channel shows, None where the workspace has but one, which tells nothing."""
    among = [channel.workspace_id]
    brands = find_rows(Brand, "workspace_id {among} ORDER BY is_default DESC, id", among=among)
    own = [brand for brand in brands if brand.id == channel.brand_id]
    return (own or brands)[0] if len(brands) > 1 else None


def brands_by_channel(workspace_id: int) -> dict[int, Brand]:
    """Map every channel of a workspace to the brand it shows."""
    brands = {brand.id: brand for brand in brands_of(workspace_id)}
    default = next(brand for brand in brands.values() if brand.is_default)
    chosen = Channel.objects.filter(workspace=workspace_id).values_list("id", "brand")
    return {id_: brands.get(brand_id or 0, default) for id_, brand_id in chosen}


def signature_of(channel: Channel, member: Member) -> str:
    """Return what stands under a member's answer: the channel's own signature, else, in letters, its brand's."""
    is_letter = Ability.SUBJECT in get_connector(channel.kind).can
    if not (channel.signature or is_letter):
        return ""
    brand = brand_of_channel(channel)
    filled = channel.signature or brand.signature
    words = {"{name}": member.name, "{first_name}": member.name.partition(" ")[0], "{brand}": brand.name}
    for name, value in words.items():
        filled = filled.replace(name, value)
    return filled


def channel_named(workspace_id: int, name: str) -> Channel | None:
    """Find a channel by its name, in any case."""
    return Channel.objects.filter(workspace=workspace_id, name__iexact=name).first()


def channels_heard_by_listening() -> list[Channel]:
    """List channels that are on and whose connector holds a line open or asks by itself."""
    kinds = [kind for kind, connector in all_connectors().items() if "hear_listening" in connector.can]
    heard = Channel.objects.filter(state=ChannelState.ON, kind__in=kinds, is_sample=False)
    return list(heard.order_by("id"))


def open_channel_by_key(key: str) -> OpenChannel | None:
    """Find the channel that programs reach under /in/<key>. Paused ones hear too: nothing is lost."""
    channel = Channel.objects.filter(key=key, is_sample=False).first()
    if channel is None:
        return None
    return replace(open_channel(channel), siblings=_siblings_of(channel) if channel.account_id else {})


def _siblings_of(channel: Channel) -> dict[str, int]:
    alike = Channel.objects.filter(workspace=channel.workspace_id, kind=channel.kind, is_sample=False)
    return dict(alike.exclude(account_id="").values_list("account_id", "id"))


def open_channel(channel: Channel, *, may_be_locked: bool = False) -> OpenChannel:
    """Open a channel. Raise VaultLocked, unless its secrets may stay shut."""
    return OpenChannel(
        id=channel.id,
        workspace_id=channel.workspace_id,
        team_id=channel.team_id,
        kind=channel.kind,
        connector=get_connector(channel.kind),
        account=account_of(channel, may_be_locked=may_be_locked),
        account_id=channel.account_id,
        connected_at=None if channel.is_sample or not tells_of_the_past(channel.kind) else channel.created_at,
    )


def tells_of_the_past(kind: str) -> bool:
    """Say whether a network tells of what was there before a channel was connected to it."""
    return not get_connector(kind).can.isdisjoint({Ability.HEAR_POLLING, Ability.SUBSCRIBE})


def open_channels(ids: set[int]) -> dict[int, OpenChannel]:
    """Open channels for reading; what was opened a few seconds ago serves again.

    Reading needs no secrets, so a locked vault stops nobody; one whose connector is gone is left out.
    """
    at = monotonic()
    stale = [id_ for id_ in ids if id_ not in _opened or _opened[id_][0] < at]
    for channel in Channel.objects.filter(id__in=stale, kind__in=all_connectors()) if stale else ():
        _opened[channel.id] = (at + OPENED_FOR, open_channel(channel, may_be_locked=True))
    return {id_: _opened[id_][1] for id_ in ids if id_ in _opened}


def close_opened_channels() -> None:
    """Forget opened channels, so that a change is seen at once."""
    _opened.clear()
    forget_public_urls()
    forget_prices()


def account_of(channel: Channel, *, may_be_locked: bool = False) -> Account:
    """Open a channel's secrets and hand them over, with the tools a connector may use."""
    return Account(
        channel_id=channel.id,
        name=channel.name,
        address=channel.address,
        settings=settings_of(channel),
        secrets=_secrets_if_open(channel) if may_be_locked else secrets_of(channel),
        reply_key=reply_key_of(channel.id),
        web=_web_of(channel),
        may_reach_private_addresses=settings.MAY_REACH_PRIVATE_ADDRESSES or settings.IS_LOCAL,
        door=door_of_channel(channel),
        since=heard_since(channel),
        meter=ChannelMeter(channel.id, channel.workspace_id, channel.kind) if channel.id else None,
    )


def settings_of(channel: Channel) -> dict[str, str]:
    """Return what was entered, and what the network said of our account where nothing was."""
    entered = {name: value for name, value in channel.settings.items() if value}
    own = {"account_id": channel.account_id} if channel.account_id else {}
    return {**channel.settings, **channel.found, **own, **entered}


def door_of_channel(channel: Channel) -> str:
    """Return the public address of a channel that its network may deliver to; "" where it can't."""
    is_pushed = Ability.HEAR_PUSHED in get_connector(channel.kind).can
    return door_of(channel.workspace_id, channel.key) if is_pushed else ""


def heard_since(channel: Channel) -> datetime | None:
    """Say how far back to hear what was there before a channel was connected."""
    if channel.created_at is None:
        return None
    return channel.created_at - timedelta(days=channel.backfill_days)


def secrets_of(channel: Channel) -> dict[str, str]:
    """Open a channel's secrets. Raise VaultLocked when the key is missing."""
    if not channel.sealed_secrets:
        return {}
    found: dict[str, str] = json.loads(unseal(channel.sealed_secrets, place_of_secrets(channel.key)))
    return found


def _secrets_if_open(channel: Channel) -> dict[str, str]:
    try:
        return secrets_of(channel)
    except VaultLocked:
        return {}


def place_of_secrets(key: str) -> str:
    """Say where a channel's secrets stand, as the vault binds them."""
    return f"channel:{key}"


def reply_key_of(channel_id: int) -> bytes:
    """Derive the key that signs thread tokens in reply addresses."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"reply-address:{channel_id}".encode(), hashlib.sha256)


def cursors_of(channel: Channel) -> dict[str, str]:
    """Return how far each place of a channel was heard."""
    return dict(channel.cursors.values_list("place", "mark"))


def reconciled_days_of(workspace_id: int, days: int) -> list[ReconciledDay]:
    """List the last reconciled days of every channel, newest first."""
    found = ReconciledDay.objects.filter(channel__workspace=workspace_id).select_related("channel")
    return list(found.order_by("-on", "channel__name")[: days * 50])


def _web_of(channel: Channel) -> Web:
    budgets = getattr(get_connector(channel.kind), "budgets", ())
    return ChannelWeb(channel.id, budgets, _web()) if channel.id and budgets else _web()


@cache
def _web() -> Web:
    from allears.foundation.web_client import WebClient

    return WebClient()
