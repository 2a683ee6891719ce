"""Which country a clock is of, by the time zone database's own table."""

from functools import cache
from importlib.resources import files


def country_of(time_zone: str) -> str:
    """Return the country (ISO 3166-1) that a time zone is of; "" for UTC and whatever is no country's."""
    return _countries().get(time_zone, "")


@cache
def _countries() -> dict[str, str]:
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
