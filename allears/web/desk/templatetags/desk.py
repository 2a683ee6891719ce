from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import formats

from allears.foundation.clock import now
from allears.pipeline.conversations.queries.names import Status

register = template.Library()
_LABELS = dict(Status.choices)


@register.filter
def status_label(status: str) -> str:
    return str(_LABELS.get(status, status))


@register.filter
def time_there(zone: str) -> str:
    """Return what the clock shows in a time zone."""
    try:
        return formats.time_format(now().astimezone(ZoneInfo(zone)), "H:i")
    except (ZoneInfoNotFoundError, ValueError):
        return ""


@register.filter
def city_of(zone: str) -> str:
    """Return the city that a time zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")
