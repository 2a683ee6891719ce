"""What stands in addresses and headers."""

import re
from typing import Annotated

from ninja import Path, Query

from allears.web.api.door import ApiRequest
from allears.web.api.errors import NotUnderstood

PathId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Cursor = Annotated[str, Query(max_length=400, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at once.")]
_VERSION = re.compile(r'^(?:W/)?"?(\d{1,18})"?$')


def read_version(request: ApiRequest) -> int | None:
    """Return the version that If-Match names, None where there is none. Raise NotUnderstood."""
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    found = _VERSION.match(given)
    if found is None:
        raise NotUnderstood
    return int(found[1])
