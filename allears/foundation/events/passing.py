"""Tell open pages something passing, which no ledger keeps: who is looking, who is writing."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

CHANNEL_OF_PASSING = "allears_passing"
Told = Callable[[int, str, dict[str, Any], int], None]
_hearers: list[Told] = []


def tell_passing(workspace_id: int, kind: str, data: dict[str, Any], but: int) -> None:
    """Tell every open page of a workspace, on any machine, but those of one member (by id).

    Nothing waits for it and nothing is repeated: a page that misses it hears the next.
    """
    if connection.vendor == "postgresql":
        payload = json.dumps({"workspace": workspace_id, "kind": kind, "data": data, "but": but})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL_OF_PASSING, payload])
        return
    pass_on(workspace_id, kind, data, but)


def pass_on(workspace_id: int, kind: str, data: dict[str, Any], but: int) -> None:
    """Hand it to the hearers of this process."""
    for hear in _hearers:
        hear(workspace_id, kind, data, but)


def hear_passing(hear: Told) -> None:
    """Have a function called with everything passing; it must return at once."""
    _hearers.append(hear)


def stop_hearing(hear: Told) -> None:
    """Stop calling a function."""
    if hear in _hearers:
        _hearers.remove(hear)
