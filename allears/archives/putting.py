"""Put rows of an archive into their table, many at once, past the models: nothing of them may change by itself."""

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connections, models

from allears.archives.kinds import Kind
from allears.archives.statements import database_of, is_binary

_Change = Callable[[Any], Any]


def put_rows(kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in the present transaction. An envelope that is here already stays: its file is another one."""
    if not rows:
        return
    connection = connections[database_of(kind)]
    columns = _columns(kind, connection.vendor)
    values = [[change(row.get(name, default)) for name, _, default, change in columns] for row in rows]
    names = ", ".join(f'"{column}"' for _, column, _, _ in columns)
    table = f'"{kind.model._meta.db_table}"'
    tail = "ON CONFLICT DO NOTHING" if kind.label == "intake.envelope" else ""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places}) {tail}", values)  # noqa: S608
            return
        keys = [column for _, column, _, _ in columns]
        text = json.dumps([dict(zip(keys, line, strict=True)) for line in values])
        if "\\u0000" in text:
            text = json.dumps(_without_nul(json.loads(text)))
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608 - no value in it
            f" FROM json_populate_recordset(NULL::{table}, %s::json) {tail}",
            [text],
        )


@cache
def _columns(kind: Kind, vendor: str) -> list[tuple[str, str, Any, _Change]]:
    """List every column: its name in the archive and in the table, what stands there otherwise, what to do."""
    return [
        (field.attname, str(field.column), _otherwise(field), _change(field, vendor))
        for field in kind.model._meta.concrete_fields
    ]


def _otherwise(field: "models.Field[Any, Any]") -> Any:
    default = field.get_default()
    return default.isoformat() if isinstance(default, datetime) else default


def _change(field: "models.Field[Any, Any]", vendor: str) -> _Change:
    if is_binary(field):
        return b64decode if vendor == "sqlite" else _as_hex
    if vendor == "sqlite" and isinstance(field, models.JSONField):
        return _as_json
    return _as_moment if vendor == "sqlite" and isinstance(field, models.DateTimeField) else _as_it_is


def _without_nul(value: Any) -> Any:
    """Do without the one character that PostgreSQL's texts can't hold."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_nul(one) for name, one in value.items()}
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _as_hex(value: str) -> str:
    return "\\x" + b64decode(value).hex()


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _as_moment(value: str | None) -> str | None:
    """Write a moment as Django does for SQLite, where two texts are compared."""
    return value[:-1].replace("T", " ").removesuffix(".000000") if value else None
