"""Write answers: JSON that is made by hand, so that a list of a hundred costs no hundred objects."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from allears.foundation.tokens.actions import Answer, answer_once
from allears.web.api.door import ApiRequest
from allears.web.api.errors import CursorNotKnown, KeyNotGood
from allears.web.api.json_text import write_json

LONGEST_KEY = 255


def answer(data: Any, status: int = 200) -> HttpResponse:
    """Answer with data."""
    return HttpResponse(write_json(data), status=status, content_type="application/json")


def act_once(request: ApiRequest, act: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Do something and answer; where an idempotency key came with it, do it once for that key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        status, data = act()
        return answer(data, status)
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise KeyNotGood

    def acted() -> Answer:
        status, data = act()
        return Answer(status, write_json(data))

    found = answer_once(request.token, key, _digest_of(request), acted)
    response = HttpResponse(found.body, status=found.status, content_type="application/json")
    if found.is_kept:
        response["Idempotency-Replayed"] = "true"
    return response


def _digest_of(request: ApiRequest) -> str:
    """Return the digest of what is asked: method, address, version and body."""
    digest = hashlib.sha256()
    for part in (request.method or "", request.get_full_path(), request.headers.get("If-Match", "")):
        digest.update(f"{part}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def write_cursor(kind: str, *places: Any) -> str:
    """Write where a page ended, for the next one to begin."""
    text = json.dumps([kind, *places], separators=(",", ":"), default=datetime.isoformat)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(text: str, kind: str, *types: type) -> tuple[Any, ...] | None:
    """Read a cursor of that kind: values of these types. Raise CursorNotKnown; None for an empty one."""
    if not text:
        return None
    try:
        read = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        named, places = read[0], read[1:]
        if named != kind or len(places) != len(types):
            raise CursorNotKnown
        return tuple(_read_place(place, of) for place, of in zip(places, types, strict=True))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise CursorNotKnown from error


def _read_place(place: Any, of: type) -> Any:
    if of is datetime:
        at = datetime.fromisoformat(place)
        if at.tzinfo is None:
            raise CursorNotKnown
        return at
    if type(place) is not int or not 0 <= place < 2**63:
        raise CursorNotKnown
    return place
