"""What a network says of our account, as a channel's columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allears.foundation.clock import now
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import get_connector, settings_of

LONGEST_ID, LONGEST_ADDRESS = 200, 254


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
