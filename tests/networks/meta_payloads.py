"""Read every piece of a delivery or of a polled answer, as the pipeline does."""

import json
from datetime import UTC, datetime
from pathlib import Path

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Account, Delivery, Nothing

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read_file(connector, path: Path, **settings: str):
    """Return the records of all pieces, or the reasons why there are none, in order."""
    account = Account(channel_id=1, name="Shop", settings=settings, reply_key=b"key")
    return [one for piece in cut_file(connector, path) for one in read_piece(connector, piece, account)]


def cut_file(connector, path: Path):
    body = path.read_bytes()
    if b'"entry"' in body:
        return connector.split(Delivery(body=body, received_at=AT))
    return connector.cut(body)


def read_piece(connector, piece, account):
    found = connector.read(Delivery(body=piece.body, received_at=AT), account)
    return [found.reason] if isinstance(found, Nothing) else list(found)


def read_recorded(connector, paths, **settings: str):
    """Read recorded files twice; return what each became and what could not be read, with the reason."""
    became, unreadable = {}, {}
    for path in paths:
        json.loads(path.read_bytes())
        try:
            became[path] = read_file(connector, path, **settings)
            assert became[path] == read_file(connector, path, **settings)
        except Unreadable as error:
            unreadable[path.name] = str(error)
    return became, unreadable


def mutilated(value):
    """Yield copies of a value, each with one thing inside it gone or odd."""
    if isinstance(value, dict):
        for name in value:
            yield {key: inside for key, inside in value.items() if key != name}
            for odd in (None, [], {}, "x", -1, True, 10**30):
                yield {**value, name: odd}
            for inside in mutilated(value[name]):
                yield {**value, name: inside}
    elif isinstance(value, list):
        for at, inside in enumerate(value):
            for other in mutilated(inside):
                yield [*value[:at], other, *value[at + 1 :]]
