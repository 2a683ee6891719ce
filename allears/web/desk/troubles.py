"""Channels that do not work just now, for the strip above the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _


class ChannelLike(Protocol):
    """What is asked of a channel here."""

    name: str
    trouble: str
    trouble_facts: dict[str, str]
    trouble_since: datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One channel, what is the matter with it, and since when."""

    name: str
    sentence: str
    since: datetime | None


def troubles_of(channels: Iterable[ChannelLike]) -> list[Trouble]:
    """List the channels in trouble."""
    return [
        Trouble(one.name, _(one.trouble) % (one.trouble_facts or {}), one.trouble_since)
        for one in channels
        if one.trouble
    ]
