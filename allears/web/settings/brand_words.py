"""What is said of a brand on screen: whether it is open, and how well its colour is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allears.foundation.business_time import Hours
from allears.foundation.clock import now
from allears.foundation.workspaces.colours import READABLE, contrast, text_colour_on

SEEN = 3.0  # AA, what is not text
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#1d1b18"


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Whether a brand is open just now, in words."""

    is_open: bool
    words: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a colour stands against another; `name` tells the browser which one it is."""

    name: str
    label: str
    ratio: str
    at_least: float
    against: str
    is_enough: bool


def open_now(hours: Hours, at: datetime | None = None) -> OpenNow:
    """Say whether it is open, and until when, by the clock of the brand."""
    at = at or now()
    closing = hours.next_closing(at)
    if hours.is_open(at):
        if closing is None:
            return OpenNow(True, _("Open round the clock"))
        return OpenNow(True, _("Open until %(when)s") % {"when": _clock(closing, hours, at)})
    opening = hours.next_opening(at)
    if opening is None:
        return OpenNow(False, _("Never open"))
    return OpenNow(False, _("Closed until %(when)s") % {"when": _clock(opening, hours, at)})


def _clock(moment: datetime, hours: Hours, at: datetime) -> str:
    """Tell a moment by the clock of the hours: today the time, within a week the weekday, else the date."""
    there, today = moment.astimezone(hours.zone), at.astimezone(hours.zone).date()
    time = date_format(there, "H:i", use_l10n=False)
    if there.date() == today:
        return time
    if there.date() - today < timedelta(days=7):
        return f"{date_format(there, 'D', use_l10n=False)} {time}"
    return f"{date_format(there, 'SHORT_DATE_FORMAT')} {time}"


def contrasts_of(colour: str) -> list[Contrast]:
    """Measure a colour as AA does: words on it, and it on light and dark pages."""
    return [
        _contrast("text", _("Words on it"), colour, text_colour_on(colour), READABLE),
        _contrast("light", _("On a light page"), colour, LIGHT_PAGE, SEEN),
        _contrast("dark", _("On a dark page"), colour, DARK_PAGE, SEEN),
    ]


def _contrast(name: str, label: str, colour: str, against: str, at_least: float) -> Contrast:
    ratio = contrast(colour, against)
    return Contrast(name, label, f"{int(ratio * 10) / 10:.1f}", at_least, against, ratio >= at_least)
