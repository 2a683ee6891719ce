"""Data as JSON text, moments in it as RFC 3339 has them."""

import json
from datetime import UTC, datetime
from typing import Any


def write_json(data: Any) -> str:
    """Write data as JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=write_moment)


def write_moment(at: datetime) -> str:
    """Write a moment in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
