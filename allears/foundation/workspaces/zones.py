"""The time zones a workspace can live in."""

from functools import cache
from zoneinfo import available_timezones

AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def time_zone_names() -> tuple[str, ...]:
    """List the names of time zones, UTC first, then by area and city."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in AREAS))
