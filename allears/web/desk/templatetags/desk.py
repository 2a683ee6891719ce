from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from allears.foundation.clock import now
from allears.pipeline.channels.lights import dollars
from allears.pipeline.conversations.queries.names import Status
from allears.web.ui.reading_words import language_label
from allears.web.ui.times import describe_time_left, time_left_words

register = template.Library()
_LABELS = dict(Status.choices)


register.filter("dollars", dollars)


@register.filter
def status_label(status: str) -> str:
    return str(_LABELS.get(status, status))


@register.filter
def language_name(code: str) -> str:
    return language_label(code)


@register.filter
def time_there(zone: str) -> str:
    """Return what the clock shows in a time zone."""
    try:
        return formats.time_format(now().astimezone(ZoneInfo(zone)), "H:i")
    except (ZoneInfoNotFoundError, ValueError):
        return ""


@register.filter
def time_left(until: datetime) -> str:
    """Say how long one can still answer somewhere."""
    return describe_time_left(until, now())


@register.filter
def value_of(values: Mapping[str, str], name: str) -> str:
    return values.get(name, "")


@register.simple_tag
def window_words() -> SafeString:
    """Give the browser the same words, with # where the numbers go."""
    return format_html('data-words="{}"', time_left_words())


@register.filter
def city_of(zone: str) -> str:
    """Return the city that a time zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def in_short(count: int) -> str:
    """Write a large number as people say it: 12.4K, 3M."""
    for size, sign in (
        (1_000_000_000, _("%(count)sB")),
        (1_000_000, _("%(count)sM")),
        (1_000, _("%(count)sK")),
    ):
        if count >= size:
            places = 1 if count < size * 100 and count % size >= size // 10 else 0
            return sign % {"count": formats.number_format(count // (size // 10) / 10, places)}
    return formats.number_format(count)
