"""Store deliveries durably: raw SQL, because every acknowledgement waits for it."""

import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from allears.connectors.interface import Piece
from allears.foundation.clock import now
from allears.foundation.sqlite.router import intake_database

LANES = 64
_ROWS_PER_STATEMENT = 500
_SURROGATE = re.compile("[\ud800-\udfff]")
_COLUMNS = "workspace_id, channel_id, key, source, reader, is_silent, received_at, headers, body"
_PUT = (
    f"INSERT INTO intake_envelope ({_COLUMNS}) VALUES "  # noqa: S608
    "{rows} ON CONFLICT (channel_id, key) DO NOTHING RETURNING id, channel_id, key"
)
_QUEUE = "INSERT INTO intake_waiting (envelope_id, channel_id, lane, due_at, attempts) VALUES {rows}"
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_WAITING_ROW = "(%s, %s, %s, %s, 0)"


@dataclass(frozen=True, slots=True)
class Submission:
    """Pieces of one channel that arrived together. `reader` names an import's reader, else ""."""

    workspace_id: int
    channel_id: int
    pieces: Sequence[Piece]
    received_at: datetime
    reader: str = ""


def store_submissions(submissions: Sequence[Submission], *, is_queued: bool = True) -> list[list[int]]:
    """Store every piece in one transaction and return, for each submission, its envelope ids.

    A piece that was stored before keeps its first envelope; its id is returned again. What is not
    queued is read by the caller.
    """
    keys = [[_key_of(piece) for piece in one.pieces] for one in submissions]
    rows: dict[tuple[int, str], tuple[Submission, Piece]] = {}
    for one, its_keys in zip(submissions, keys, strict=True):
        for key, piece in zip(its_keys, one.pieces, strict=True):
            rows.setdefault((one.channel_id, key), (one, piece))
    ids = _store_rows(rows, is_queued=is_queued) if rows else {}
    return [
        [ids[one.channel_id, key] for key in its_keys]
        for one, its_keys in zip(submissions, keys, strict=True)
    ]


def _store_rows(
    rows: dict[tuple[int, str], tuple[Submission, Piece]], *, is_queued: bool
) -> dict[tuple[int, str], int]:
    items = list(rows.items())
    ids: dict[tuple[int, str], int] = {}
    with transaction.atomic(using=intake_database()):
        for start in range(0, len(items), _ROWS_PER_STATEMENT):
            new = _insert_envelopes(items[start : start + _ROWS_PER_STATEMENT])
            if is_queued:
                _insert_waiting(new, rows)
            ids.update(new)
        missing = [place for place in rows if place not in ids]
        ids.update(_find_stored(missing))
    return ids


def _insert_envelopes(
    items: list[tuple[tuple[int, str], tuple[Submission, Piece]]],
) -> dict[tuple[int, str], int]:
    connection = connections[intake_database()]
    values: list[Any] = []
    for (channel_id, key), (one, piece) in items:
        headers = json.dumps(dict(piece.headers), ensure_ascii=False) if piece.headers else ""
        received_at = connection.ops.adapt_datetimefield_value(one.received_at)
        values += [one.workspace_id, channel_id, key, piece.source[:300], one.reader]
        values += [piece.is_silent, received_at, headers, piece.body]
    with connection.cursor() as cursor:
        cursor.execute(_PUT.replace("{rows}", ",".join([_ROW] * len(items))), values)
        return {(channel_id, key): id_ for id_, channel_id, key in cursor.fetchall()}


def _insert_waiting(
    new: dict[tuple[int, str], int], rows: dict[tuple[int, str], tuple[Submission, Piece]]
) -> None:
    if not new:
        return
    connection = connections[intake_database()]
    due_at = connection.ops.adapt_datetimefield_value(now())
    values: list[Any] = []
    for place, envelope_id in new.items():
        values += [envelope_id, place[0], lane_of(place[0], rows[place][1].order_key), due_at]
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.replace("{rows}", ",".join([_WAITING_ROW] * len(new))), values)


def _find_stored(places: list[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Look up what was stored before, channel by channel."""
    found: dict[tuple[int, str], int] = {}
    with connections[intake_database()].cursor() as cursor:
        for start in range(0, len(places), _ROWS_PER_STATEMENT):
            part = places[start : start + _ROWS_PER_STATEMENT]
            rows = ",".join(["(%s, %s)"] * len(part))
            values: list[Any] = [value for place in part for value in place]
            cursor.execute(
                "SELECT id, channel_id, key FROM intake_envelope "  # noqa: S608
                f"WHERE (channel_id, key) IN (VALUES {rows})",
                values,
            )
            found.update({(channel_id, key): id_ for id_, channel_id, key in cursor.fetchall()})
    return found


def lane_of(channel_id: int, order_key: str) -> int:
    """Say in which lane something stays in order: by its thread, else by its channel."""
    return zlib.crc32(f"{channel_id}:{order_key}".encode("utf-8", "replace")) % LANES


def _key_of(piece: Piece) -> str:
    if piece.key and len(piece.key) <= 298 and _can_be_kept(piece.key):
        return f"i:{piece.key}"
    return f"d:{hashlib.sha256(piece.body).hexdigest()}"


def _can_be_kept(key: str) -> bool:
    """Say whether a database takes a text: no NUL, no half of a character."""
    return "\x00" not in key and (key.isascii() or not _SURROGATE.search(key))
