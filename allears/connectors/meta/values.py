"""Read what Meta sends: tolerant of what is missing or unknown, strict about what we make of it.

Ids are strings always, whatever they came as; moments are aware; texts hold nothing that no database keeps.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from allears.connectors.errors import Unreadable
from allears.connectors.words import mark

Json = dict[str, Any]

LONGEST_ID = 250
NOT_JSON = mark("This is not JSON in UTF-8: %(where)s.")
NOT_AN_OBJECT = mark("This is JSON, but not an object.")
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def parse_object(body: bytes) -> Json:
    """Parse a JSON object. Raise Unreadable for anything else."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_JSON, where=str(error)[:200]) from error
    if not isinstance(value, dict):
        raise Unreadable(NOT_AN_OBJECT)
    return value


def write_json(value: Mapping[str, Any]) -> bytes:
    """Write JSON as it goes into an envelope or a request: UTF-8, without a needless byte."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def object_in(value: Any, *path: str) -> Json:
    """Follow a path of names; {} if it leads nowhere."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def list_in(value: Any, *path: str) -> list[Any]:
    """Follow a path of names to a list; [] if it leads nowhere."""
    *way, last = path
    found = object_in(value, *way).get(last)
    return found if isinstance(found, list) else []


def objects_in(value: Any, *path: str) -> Iterator[Json]:
    """Yield the objects of a list, passing over whatever else is in it."""
    return (item for item in list_in(value, *path) if isinstance(item, dict))


def id_in(value: Any, *path: str) -> str:
    """Follow a path to an id: a string, or a number written as one. "" if there is none."""
    *way, last = path
    found = object_in(value, *way).get(last)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    text = clean_text(str(found)).strip()
    return text if len(text) <= LONGEST_ID else ""


def text_in(value: Any, *path: str) -> str:
    """Follow a path to a text; "" if there is none."""
    *way, last = path
    found = object_in(value, *way).get(last)
    return clean_text(found) if isinstance(found, str) else ""


def count_in(value: Any, *path: str) -> int | None:
    """Follow a path to a number of things; None if it was not told."""
    *way, last = path
    found = object_in(value, *way).get(last)
    if isinstance(found, bool) or not isinstance(found, int):
        return None
    return found if 0 <= found < 2**62 else None


def clean_text(text: str) -> str:
    """Drop NUL and lone surrogates, which no database keeps."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def moment_of(value: Any, otherwise: datetime) -> datetime:
    """Read a moment: seconds or milliseconds since 1970, as number or text, or ISO 8601 ("+0000" too)."""
    return moment_if_any(value) or otherwise


def moment_if_any(value: Any) -> datetime | None:
    """Read a moment as `moment_of` does; None if there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return _iso(str(value))
    try:
        at = datetime.fromtimestamp(number / 1000 if abs(number) > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if number > 0 and at < LATEST else None


def _iso(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
