"""How a moment reads beside what happened then. `live-clock.js` says the same in the browser."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def describe_age(at: datetime, now: datetime) -> str:
    """Say how long ago a moment was; after a week say its date."""
    seconds = int((now - at).total_seconds())
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("%(count)d min") % {"count": seconds // MINUTE}
    if seconds < DAY:
        return _("%(count)d h") % {"count": seconds // HOUR}
    if seconds < 7 * DAY:
        return _("%(count)d d") % {"count": seconds // DAY}
    return describe_day(at, now)


def describe_wait(length: timedelta) -> str:
    """Say how long somebody waited."""
    seconds = int(length.total_seconds())
    if seconds < MINUTE:
        return _("less than a minute")
    unit, size = (_("%(count)d min"), MINUTE) if seconds < 2 * HOUR else (_("%(count)d h"), HOUR)
    return unit % {"count": seconds // size}


def describe_time_left(until: datetime, at: datetime) -> str:
    """Say how long one can still answer somewhere, as `window-left.js` does."""
    minutes = max(int((until - at).total_seconds()) // MINUTE, 0)
    days, hours = minutes // (24 * 60), minutes // 60 % 24
    if days:
        return _("%(days)d d %(hours)d h left to answer here") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min left to answer here") % {
            "hours": hours,
            "minutes": minutes % 60,
        }
    return _("%(minutes)d min left to answer here") % {"minutes": minutes}


def time_left_words() -> str:
    """Give the browser the same words, the longest first, with # where the numbers go."""
    words = (
        _("%(days)d d %(hours)d h left to answer here"),
        _("%(hours)d h %(minutes)d min left to answer here"),
        _("%(minutes)d min left to answer here"),
    )
    return "|".join(re.sub(r"%\(\w+\)d", "#", one) for one in words)


def describe_day(at: datetime, now: datetime) -> str:
    """Say a date briefly; the year only where it is another one. Only English writes months large."""
    return describe_date(timezone.localtime(at).date(), timezone.localtime(now).date())


def describe_date(day: date, today: date) -> str:
    """Say a day briefly; the year only where it is another one than today's."""
    return _name_day(day, get_language() or "en", has_year=day.year != today.year)


@lru_cache(maxsize=4096)
def _name_day(day: date, language: str, *, has_year: bool) -> str:
    month = "M" if language.startswith("en") else "b"
    return date_format(day, f"j {month} Y" if has_year else f"j {month}")


def time_words() -> str:
    """Give the browser the same words: now, minutes, hours, days, with # where the number goes."""
    return "|".join(
        [
            _("now"),
            *(word % {"count": 0} for word in (_("%(count)d min"), _("%(count)d h"), _("%(count)d d"))),
        ]
    ).replace("0", "#")
