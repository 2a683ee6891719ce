"""When something was written: X says it, or its id does (a snowflake: milliseconds since 4 November 2010)."""

from datetime import UTC, datetime, timedelta

from allears.connectors.meta.values import Json, moment_if_any

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
FIRST_SNOWFLAKE = 29_700_859_247
LARGEST = 2**63


def moment_in_id(number: str) -> datetime | None:
    """Read the moment out of an id; None for ids older than snowflakes, and for what is no id."""
    if not number.isdecimal() or not FIRST_SNOWFLAKE < int(number) < LARGEST:
        return None
    return EPOCH + timedelta(milliseconds=int(number) >> 22)


def written_at(thing: Json, number: str, received_at: datetime) -> datetime:
    """Say when something was written: as told, else as its id says, else when we heard it."""
    for name in ("created_at", "created_timestamp", "created_at_msec"):
        at = moment_if_any(thing.get(name)) or _old_style(thing.get(name))
        if at:
            return at
    return moment_in_id(number) or received_at


def _old_style(value: object) -> datetime | None:
    """Read "Wed Oct 10 20:19:24 +0000 2018"."""
    try:
        return datetime.strptime(str(value), "%a %b %d %H:%M:%S %z %Y")
    except ValueError:
        return None


def newest_of(ids: list[str]) -> str:
    """Give the highest of some ids, which is the newest."""
    return max((one for one in ids if one.isdecimal()), key=int, default="")
