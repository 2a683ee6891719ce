"""How much of what Meta allows has been used, as it says with each answer, and how long to rest."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allears.connectors.interface import WebResponse

USAGE = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
SHARES = frozenset({"call_count", "total_time", "total_cputime"})
LONGEST_PAUSE = timedelta(hours=24)


def used_percent(response: WebResponse) -> int:
    """Return the largest share, in percent, of any allowance that an answer tells of."""
    told = (row.get(name) for row in _rows(response) for name in SHARES)
    return max((int(share) for share in told if isinstance(share, int | float)), default=0)


def pause_asked(response: WebResponse) -> timedelta | None:
    """Return for how long an answer asks us to wait: its minutes until access comes back, or Retry-After."""
    told = (row.get("estimated_time_to_regain_access") for row in _rows(response))
    minutes = max((int(found) for found in told if isinstance(found, int | float)), default=0)
    if minutes > 0:
        return min(timedelta(minutes=minutes), LONGEST_PAUSE)
    seconds = response.headers.get("retry-after", "")
    return min(timedelta(seconds=int(seconds[:9])), LONGEST_PAUSE) if seconds[:9].isdecimal() else None


def _rows(response: WebResponse) -> Iterator[dict[str, Any]]:
    """Yield every row of the usage headers: one of the app, several of each business."""
    for header in USAGE:
        try:
            told = json.loads(response.headers.get(header, "{}"))
        except (ValueError, RecursionError):
            continue
        values = [told, *told.values()] if isinstance(told, dict) else []
        for value in values:
            yield from (
                row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)
            )
