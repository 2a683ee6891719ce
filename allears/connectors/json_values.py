"""Take what is wanted from JSON of a stranger's server: of the type it must have, or as if it were not there."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allears.connectors.errors import Unreadable
from allears.connectors.words import mark

Json = dict[str, Any]
NOT_JSON = mark("This is not JSON.")
LONGEST_ID = 250


def parse(body: bytes) -> Any:
    """Read JSON. Raise Unreadable for anything else."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_JSON, raw=str(error)) from error


def text_in(value: object, name: str) -> str:
    """Give a text, without what no database keeps; "" if there is none."""
    found = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(found, str):
        return ""
    return found.replace("\x00", "").encode("utf-8", "replace").decode()


def id_in(value: object, name: str) -> str:
    """Give an id as text; some servers write numbers."""
    found = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found).replace("\x00", "")[:LONGEST_ID]


def number_in(value: object, name: str) -> int | None:
    found = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**53:
        return None
    return found


def object_in(value: object, name: str) -> Json:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}


def objects_in(value: object, name: str) -> list[Json]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def moment_in(value: object, name: str) -> datetime | None:
    """Give a moment (aware, UTC); None if there is none."""
    try:
        moment = datetime.fromisoformat(text_in(value, name))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write(value: object) -> bytes:
    """Write JSON, as short as it goes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
