"""New ids for old: each kind's ids move by one distance, so that nothing has to be looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, models
from django.db.models import Max

from allears.archives.errors import ArchiveDamaged
from allears.archives.kinds import Kind, all_kinds, other_model
from allears.archives.manifest import Manifest
from allears.archives.references import ENVELOPE, IDS, INSIDE
from allears.archives.statements import database_of

# Ids that running workers may be taking at this moment.
MARGIN = 1000


@dataclass(slots=True)
class Moves:
    """By how much the ids of each kind move, and where single rows went instead."""

    offsets: dict[str, int] = field(default_factory=dict)
    places: dict[str, dict[int, int]] = field(default_factory=dict)
    lasts: dict[str, int] = field(default_factory=dict)

    def move(self, label: str, old: int) -> int:
        """Return the new id of a row of a kind. Raise ArchiveDamaged for an id that no row can have."""
        place = self.places.get(label)
        if place and old in place:
            return place[old]
        if not 0 < old <= self.lasts.get(label, 0):
            raise ArchiveDamaged
        return old + self.offsets[label]

    def move_loosely(self, label: str, old: int) -> int:
        """Return the new id of a row that may be gone; 0 for one that never was."""
        if not 0 < old <= self.lasts.get(label, 0) and old not in self.places.get(label, {}):
            return 0
        return self.move(label, old)

    def stays_out(self, label: str, old: int) -> bool:
        """Say whether a row is not put, because another stands in its place."""
        return old in self.places.get(label, {})


def has_own_ids(kind: Kind) -> bool:
    """Say whether a kind numbers its rows itself, rather than by those of another."""
    return isinstance(kind.model._meta.pk, models.AutoField)


def lasts_of(manifest: Manifest) -> dict[str, int]:
    """Return the last id of each kind; envelopes whose bytes are gone still have one, by their ending."""
    lasts = {label: contents.last for label, contents in manifest.kinds.items()}
    lasts[ENVELOPE] = max(lasts.get(ENVELOPE, 0), lasts.get("intake.ending", 0))
    return lasts


def reserve_room(manifest: Manifest) -> Moves:
    """Find room for each kind's ids, where nothing is and nothing will be put by others, and take it."""
    moves = Moves(lasts=lasts_of(manifest))
    for kind in all_kinds():
        last = moves.lasts.get(kind.label, 0)
        if has_own_ids(kind) and last:
            moves.offsets[kind.label] = _take_room(kind, last)
    return moves


def _take_room(kind: Kind, last: int) -> int:
    rows = rows_of(kind)
    top = rows.aggregate(top=Max("pk"))["top"] or 0
    offset = max(top, last_number(kind)) + MARGIN if rows.filter(pk__lte=last).exists() else 0
    _move_numbers_on(kind, last + offset)
    return offset


def rows_of(kind: Kind) -> "models.QuerySet[Any]":
    """Return every row of a kind's table."""
    return models.QuerySet(kind.model)


def last_number(kind: Kind) -> int:
    """Return the last id that a kind's table ever gave."""
    connection, table = connections[database_of(kind)], kind.model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            return int(found[0]) if found else 0
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {cursor.fetchone()[0]}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _move_numbers_on(kind: Kind, last: int) -> None:
    """Let the next row that anyone puts come after these."""
    connection, table = connections[database_of(kind)], kind.model._meta.db_table
    if last_number(kind) >= last:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


def moved_row(kind: Kind, row: dict[str, Any], moves: Moves) -> dict[str, Any]:
    """Move every id in a row: its own, those it refers to, those among its words and facts."""
    for name, label, is_strict in _references(kind):
        if row.get(name):
            row[name] = moves.move(label, row[name]) if is_strict else moves.move_loosely(label, row[name])
    if inside := INSIDE.get(kind.label):
        inside(row, moves.move_loosely)
    return row


def _references(kind: Kind) -> list[tuple[str, str, bool]]:
    found = _known.get(kind.label)
    if found is None:
        found = _known[kind.label] = [
            *([(kind.key, kind.label, True)] if has_own_ids(kind) else []),
            *(
                (one.attname, other_model(one)._meta.label_lower, True)
                for one in kind.fields
                if one.is_relation
            ),
            *_plain_references(kind, IDS),
        ]
    return found


_known: dict[str, list[tuple[str, str, bool]]] = {}


def _plain_references(kind: Kind, ids: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    return [
        (one.attname, ids[f"{kind.label}.{one.attname}"], one.primary_key)
        for one in kind.fields
        if f"{kind.label}.{one.attname}" in ids
    ]
