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

    @property
    def is_on(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Trouble:
    """One channel, what is the matter with it, and since when."""

    name: str
    sentence: str
    since: datetime | None


def troubles_of(channels: Iterable[ChannelLike]) -> list[Trouble]:
    """List the channels in trouble; those that are on are tried again."""
    again = _("All Ears tries again by itself.")
    return [
        Trouble(one.name, f"{_say(one)} {again}" if one.is_on else _say(one), one.trouble_since)
        for one in channels
        if one.trouble
    ]


def _say(channel: ChannelLike) -> str:
    return _(channel.trouble) % (channel.trouble_facts or {})
