"""The words of a filter: how each kind of value is read from an address, and written again."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from allears.pipeline.conversations.errors import FilterNotUnderstood
from allears.pipeline.conversations.models import Priority, Visibility
from allears.pipeline.understanding.reading import Urgency

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST = 10 * 366 * 86_400
_LONGEST_TEXT = 300
_MOST_VALUES = 200
UNKNOWN = "unknown"
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """One name of the language: what it sets, and how its values are read and written."""

    attribute: str
    read: Callable[[str, list[str]], Any]
    write: Callable[[Any], list[str]]


def values_of(given: Mapping[str, Any], name: str, *, is_text: bool) -> list[str]:
    """List what a name was given: several times, or with commas (a text may hold some); "" asks nothing."""
    value = given.getlist(name) if hasattr(given, "getlist") else given[name]
    values = value if isinstance(value, (list, tuple)) else [value]
    words = [_word(one) for one in values if one is not None]
    if not is_text:
        words = [part.strip() for word in words for part in word.split(",")]
    kept = list(dict.fromkeys(word for word in words if word))
    if len(kept) > _MOST_VALUES:
        raise FilterNotUnderstood(name, "…")
    return kept


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("\x00", "").strip()


def read_ids(*words: str) -> Callable[[str, list[str]], tuple[int | str, ...]]:
    """Read ids, and these words among them."""

    def read(name: str, values: list[str]) -> tuple[int | str, ...]:
        return tuple(value if value in words else read_id(name, value) for value in values)

    return read


def read_id(name: str, value: str) -> int:
    """Read one id."""
    if value.isascii() and value.isdecimal() and len(value) < 20 and int(value) <= _LARGEST_ID:
        return int(value)
    raise FilterNotUnderstood(name, value)


def read_choices(known: Collection[str]) -> Callable[[str, list[str]], tuple[str, ...]]:
    """Read some of a known few."""

    def read(name: str, values: list[str]) -> tuple[str, ...]:
        for value in values:
            if value not in known:
                raise FilterNotUnderstood(name, value)
        return tuple(values)

    return read


def read_priorities(name: str, values: list[str]) -> tuple[int, ...]:
    """Read priorities by name or number."""
    known = {one.name.lower(): one.value for one in Priority} | {
        str(one.value): one.value for one in Priority
    }
    read_choices(known)(name, values)
    return tuple(dict.fromkeys(known[value] for value in values))


def read_languages(name: str, values: list[str]) -> tuple[str, ...]:
    """Read ISO 639 codes, "unknown" for what could not be told."""
    for value in values:
        if not (
            value.isascii() and value.isalpha() and value.islower() and (len(value) < 4 or value == UNKNOWN)
        ):
            raise FilterNotUnderstood(name, value)
    return tuple("" if value == UNKNOWN else value for value in values)


def read_urgencies(name: str, values: list[str]) -> tuple[int, ...]:
    """Read urgencies by name."""
    known = {one.name.lower(): int(one) for one in Urgency}
    read_choices(known)(name, values)
    return tuple(known[value] for value in values)


def read_words(_name: str, values: list[str]) -> tuple[str, ...]:
    """Read words as they are."""
    return tuple(value[:40] for value in values)


def read_single(read: Callable[[str, str], Any]) -> Callable[[str, list[str]], Any]:
    """Read one value, and no more."""

    def read_one(name: str, values: list[str]) -> Any:
        if len(values) > 1:
            raise FilterNotUnderstood(name, ",".join(values))
        return read(name, values[0])

    return read_one


def read_visibility(name: str, value: str) -> str:
    """Read public or private."""
    return read_choices(Visibility.values)(name, [value])[0]


def read_truth(name: str, value: str) -> bool:
    """Read yes or no."""
    truths = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False}
    if value.lower() not in truths:
        raise FilterNotUnderstood(name, value)
    return truths[value.lower()]


def read_length(name: str, value: str) -> timedelta:
    """Read a length of time: 90m, 4h, 3d, or seconds."""
    number, unit = (value[:-1], value[-1]) if value[-1:] in _UNITS else (value, "s")
    seconds = (
        int(number) * _UNITS[unit] if number.isascii() and number.isdecimal() and len(number) < 12 else 0
    )
    if not 0 < seconds <= _LONGEST:
        raise FilterNotUnderstood(name, value)
    return timedelta(seconds=seconds)


def read_moment(name: str, value: str) -> datetime:
    """Read a day or a moment; what names no zone is in the reader's."""
    try:
        if len(value) == 10:
            return timezone.make_aware(datetime.combine(date.fromisoformat(value), time()))
        # In a query string a plus is a space.
        at = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        return at if at.tzinfo else timezone.make_aware(at)
    except (ValueError, OverflowError) as error:
        raise FilterNotUnderstood(name, value) from error


def read_text(name: str, values: list[str]) -> str:
    """Read a search."""
    return " ".join(values)[:_LONGEST_TEXT]


def write_words(values: Iterable[object]) -> list[str]:
    """Write several values."""
    return [str(value) for value in values]


def write_word(value: object) -> list[str]:
    """Write one value."""
    return [_word(value)]


def write_length(value: timedelta) -> list[str]:
    """Write a length of time in its largest whole unit."""
    seconds = int(value.total_seconds())
    unit = next(unit for unit, size in _UNITS.items() if seconds % size == 0)
    return [f"{seconds // _UNITS[unit]}{unit}"]


def write_moment(value: datetime) -> list[str]:
    """Write a moment, as a day where one begins then."""
    local = timezone.localtime(value)
    return [str(local.date()) if local.timetz().replace(tzinfo=None) == time() else value.isoformat()]


def write_priorities(values: Iterable[int]) -> list[str]:
    """Write priorities by name."""
    return [Priority(value).name.lower() for value in values]


def write_urgencies(values: Iterable[int]) -> list[str]:
    """Write urgencies by name."""
    return [Urgency(value).name.lower() for value in values]


def write_languages(values: Iterable[str]) -> list[str]:
    """Write languages as they are read."""
    return [value or UNKNOWN for value in values]
