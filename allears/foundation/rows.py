"""Make, write and read many rows at once, at a fifth of what constructors, `bulk_create` and querysets cost.

For the pipeline's hottest statements only (docs/decisions/0004). Rows are ordinary model instances, but
nothing is validated, no signal is sent, and related objects are named by their ids. The text of a
statement hardly ever changes, so that SQLite compiles it once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL

_Change = Callable[[Any], Any]
M = TypeVar("M", bound=models.Model)
N = TypeVar("N", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Table:
    """How to write and read rows of one model: attributes in order, and what to do to which values."""

    name: str
    columns: str
    attributes: list[str]
    pick: Callable[[dict[str, Any]], tuple[Any, ...]]
    writers: list[tuple[int, _Change]]
    readers: list[tuple[str, _Change]]
    defaults: dict[str, Any]
    is_numbered: bool


def new_row(model: type[M], **values: Any) -> M:
    """Make an unsaved row; what is not given has its default. Foreign keys are given as ids (`thread_id`)."""
    return _make(model, {**_table_of(model, "").defaults, **values}, is_new=True)


def _make(model: type[M], values: dict[str, Any], *, is_new: bool) -> M:
    row = model.__new__(model)
    values["_state"] = state = ModelState()
    state.adding = is_new
    row.__dict__ = values
    return row


def insert_rows(rows: Iterable[models.Model], tail: str = "") -> None:
    """Insert unsaved rows of one model and give them their ids; `tail` may say what a conflict does."""
    new = list(rows)
    if not new:
        return
    model = type(new[0])
    connection = _connection_of(model)
    table = _table_of(model, connection.vendor)
    if table.is_numbered and new[0].pk is None:
        for row, id_ in zip(new, reserve_ids(model, len(new)), strict=True):
            row.__dict__["id"] = id_
    values = [list(table.pick(row.__dict__)) for row in new]
    for line in values:
        for place, write in table.writers:
            line[place] = write(line[place])
    _insert(connection, table, values, tail)
    for row in new:
        row._state.adding = False


def _insert(connection: BaseDatabaseWrapper, table: _Table, values: list[list[Any]], tail: str) -> None:
    """Insert one by one by a statement compiled once, or, where a server is asked, all as one value."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ",".join(["%s"] * len(table.attributes))
            statement = f"INSERT INTO {table.name} ({table.columns}) VALUES ({places}) {tail}"  # noqa: S608
            cursor.executemany(statement, values)
            return
        names = table.columns.replace('"', "").split(",")
        rows = json.dumps(
            [dict(zip(names, line, strict=True)) for line in values], default=datetime.isoformat
        )
        cursor.execute(
            f"INSERT INTO {table.name} ({table.columns}) SELECT {table.columns}"  # noqa: S608 - no value in it
            f" FROM json_populate_recordset(NULL::{table.name}, %s::json) {tail}",
            [rows],
        )


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Return the next ids of a table, to be inserted within the present transaction."""
    connection = _connection_of(model)
    name = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert connection.in_atomic_block
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
            found = cursor.fetchone()
            last: int = found[0] if found else 0
            return list(range(last + 1, last + count + 1))
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [name, count]
        )
        return [row[0] for row in cursor.fetchall()]


def find_rows(model: type[M], condition: str, *values: object, among: Iterable[object]) -> list[M]:
    """Find rows by a condition in SQL; `{among}` in it stands for "is one of these" and comes last."""
    connection = _connection_of(model)
    table = _table_of(model, connection.vendor)
    statement = f"SELECT {table.columns} FROM {table.name} WHERE {condition}"  # noqa: S608 - no value in it
    lines = select_rows(statement, *values, among=among, alias=connection.alias)
    return [_read(model, table, line) for line in lines]


def find_pairs(
    model: type[M], other: type[N], condition: str, *values: object, among: Iterable[object]
) -> list[tuple[M, N]]:
    """Find rows of two models together: in the condition the first is `a`, the other `b`, and it says
    how they belong to each other; `{among}` as in `find_rows`."""
    connection = _connection_of(model)
    one, two = (_table_of(table, connection.vendor) for table in (model, other))
    columns = ",".join([*_named("a", one), *_named("b", two)])
    statement = f"SELECT {columns} FROM {one.name} a, {two.name} b WHERE {condition}"  # noqa: S608 - no value in it
    middle = len(one.attributes)
    return [
        (_read(model, one, line[:middle]), _read(other, two, line[middle:]))
        for line in select_rows(statement, *values, among=among, alias=connection.alias)
    ]


def hang_on(rows: Sequence[models.Model], *names: str) -> None:
    """Read what rows refer to by these foreign keys, in one statement each, and hang it on them."""
    for name in names:
        ids = {row.__dict__[f"{name}_id"] for row in rows} - {None}
        if not ids:
            continue
        model = type(rows[0])._meta.get_field(name).related_model
        assert isinstance(model, type)
        found = {one.pk: one for one in find_rows(model, "id {among}", among=sorted(ids))}
        for row in rows:
            if (id_ := row.__dict__[f"{name}_id"]) in found:
                row._state.fields_cache[name] = found[id_]


def _named(name: str, table: _Table) -> list[str]:
    return [f"{name}.{column}" for column in table.columns.split(",")]


def _read(model: type[M], table: _Table, line: Sequence[Any]) -> M:
    row = dict(zip(table.attributes, line, strict=True))
    for name, read in table.readers:
        row[name] = read(row[name])
    return _make(model, row, is_new=False)


def select_rows(
    statement: str, *values: Any, among: Iterable[object], alias: str = DEFAULT_DB_ALIAS
) -> list[tuple[Any, ...]]:
    """Ask one question, with `{among}` as in `find_rows`; moments come as the database keeps them."""
    given = list(among)
    return _run(statement, values, given, alias, is_question=True) if given else []


def change_rows(statement: str, *values: Any, among: Iterable[object], alias: str = DEFAULT_DB_ALIAS) -> None:
    """Run one statement that changes rows, with `{among}` as in `find_rows`."""
    given = list(among)
    if given:
        _run(statement, values, given, alias)


def _run(
    statement: str, values: Sequence[Any], given: list[object], alias: str, *, is_question: bool = False
) -> list[tuple[Any, ...]]:
    connection = connections[alias]
    last: Any = given
    condition = "= ANY(%s)"
    if connection.vendor == "sqlite":
        condition, last = "IN (SELECT value FROM json_each(%s))", json.dumps(given)
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{among}", condition), (*values, last))
        return cursor.fetchall() if is_question else []


def spelled_out(model: type[models.Model], name: str, values: Iterable[str]) -> RawSQL:
    """Say "is one of these" with the values in the statement itself, as the condition of a partial index
    has them: SQLite uses such an index only where it can read the same words (docs/decisions/0004)."""
    words = ", ".join(f"'{value.replace(chr(39), chr(39) * 2)}'" for value in values)
    column = model._meta.get_field(name).column  # type: ignore[union-attr]
    return RawSQL(f'"{model._meta.db_table}"."{column}" IN ({words})', (), models.BooleanField())  # noqa: S611


def _connection_of(model: type[models.Model]) -> BaseDatabaseWrapper:
    return connections[router.db_for_write(model) or DEFAULT_DB_ALIAS]


@cache
def _table_of(model: type[models.Model], vendor: str) -> _Table:
    fields = model._meta.concrete_fields
    writers = [(place, _writer(field, vendor)) for place, field in enumerate(fields)]
    readers = [(field.attname, _reader(field, vendor)) for field in fields]
    return _Table(
        name=f'"{model._meta.db_table}"',
        columns=",".join(f'"{field.column}"' for field in fields),
        attributes=[field.attname for field in fields],
        pick=itemgetter(*(field.attname for field in fields)),
        writers=[(place, write) for place, write in writers if write],
        readers=[(name, read) for name, read in readers if read],
        defaults={field.attname: field.get_default() for field in fields},
        is_numbered=isinstance(model._meta.pk, models.AutoField),
    )


def _writer(field: "models.Field[Any, Any]", vendor: str) -> _Change | None:
    if vendor != "sqlite":
        return None
    if isinstance(field, models.JSONField):
        return _as_json
    return moment_as_text if isinstance(field, models.DateTimeField) else None


def _reader(field: "models.Field[Any, Any]", vendor: str) -> _Change | None:
    if isinstance(field, models.JSONField):
        return json.loads
    return moment_in if vendor == "sqlite" and isinstance(field, models.DateTimeField) else None


def _as_json(value: Any) -> str:
    return "{}" if value == {} else json.dumps(value, ensure_ascii=False)


def moment_as_text(value: datetime | None) -> str | None:
    """Write a moment in UTC as Django does for SQLite."""
    if value is None:
        return None
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ")[:-6]


def moment_for_rows(at: datetime) -> Any:
    """Write a moment as a value of a statement of ours, for the main database."""
    return moment_as_text(at) if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" else at


def moment_in(value: datetime | None) -> datetime | None:
    """Read a moment as SQLite's connection hands it over: naive, in UTC."""
    return value.replace(tzinfo=UTC) if value else None
