"""What was found. Sentences are marked; the screen translates them, the command line says them as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _


class Light(StrEnum):
    """Whether somebody has to do something."""

    GOOD = "good"
    WARM = "warm"
    HOT = "hot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: what it is called, how it is, and what to do about it.

    `name`, `message` and `advice` are marked sentences; `facts` fill all of them. `group` is where it
    stands on the page, `place` the name of the settings page where something can be done.
    """

    group: str
    name: str
    message: str
    light: Light = Light.GOOD
    advice: str = ""
    place: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.light != Light.HOT


def as_size(count: int) -> str:
    """Write a number of bytes briefly."""
    size, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.1f} {unit}" if size < 10 and unit != "B" else f"{size:.0f} {unit}"


class Length(int):
    """A length of time in seconds, which says itself briefly in the reader's language: 40 s, 12 min, 3 h."""

    def __str__(self) -> str:
        if self >= 2 * 86_400:
            return _("%(count)d d") % {"count": self // 86_400}
        if self >= 2 * 3600:
            return _("%(count)d h") % {"count": self // 3600}
        if self >= 2 * 60:
            return _("%(count)d min") % {"count": self // 60}
        return _("%(count)d s") % {"count": max(self, 0)}


def length_of(time: timedelta) -> Length:
    """Say a length of time as people do."""
    return Length(time.total_seconds())
