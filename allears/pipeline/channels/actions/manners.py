"""How a channel behaves: its team, its signature, its brand, what it keeps and what it may cost."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from allears.foundation.errors import NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Brand, Member
from allears.pipeline.channels.models import Channel

CHANGEABLE = ("keep_raw_days", "backfill_days", "daily_budget")


def set_channel_manners(
    channel: Channel,
    team_id: int | None,
    signature: str,
    by: Member | None = None,
    **more: int | None,
) -> None:
    """Set which team a channel belongs to and what is written under every answer from it.

    `more`, as before where not given: for how many days after their ending its envelopes are kept
    (`keep_raw_days`), how far back it hears when it is connected (`backfill_days`), and what it may cost
    a day in micro-dollars (`daily_budget`, None: no limit).
    """
    changes: dict[str, Any] = {"team": team_id, "signature": signature.strip()}
    changes |= {name: more[name] for name in CHANGEABLE if name in more}
    with transaction.atomic():
        Channel.objects.filter(id=channel.id).update(**changes)
        record_event("channel.changed", channel.workspace_id, by, channel=channel.id, name=channel.name)


def set_channel_brand(channel: Channel, brand: Brand | None, by: Member | None = None) -> None:
    """Let a channel show a brand of its workspace; None is the default one. Raise NotVisible."""
    if brand and brand.workspace_id != channel.workspace_id:
        raise NotVisible
    with transaction.atomic():
        if Channel.objects.filter(id=channel.id).exclude(brand=brand).update(brand=brand):
            record_event("channel.changed", channel.workspace_id, by, channel=channel.id, name=channel.name)


def set_brand_channels(by: Member, brand: Brand, channel_ids: Collection[int]) -> None:
    """Let exactly these channels of the workspace show a brand; those it loses show the default one."""
    if brand.workspace_id != by.workspace_id:
        raise NotVisible
    mine = Channel.objects.filter(workspace=by.workspace_id)
    with transaction.atomic():
        count = mine.filter(brand=brand).exclude(id__in=channel_ids).update(brand=None)
        count += mine.filter(id__in=channel_ids).exclude(brand=brand).update(brand=brand)
        if count:
            record_event("brand.channels_changed", by.workspace_id, by, f"brand:{brand.id}", name=brand.name)
