"""Move what hangs on a customer, whichever table it stands in: those of later stages are found by their relation."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Model, QuerySet

from allears.foundation.rows import change_rows
from allears.pipeline.people.models import Customer

# By table and column, the ids of rows: {"people_identity.customer_id": [1, 2]}.
Moved = dict[str, list[int]]


def move_belongings(gone: int, kept: int) -> Moved:
    """Give everything of one customer to another, one statement for each table; say what it was."""
    moved: Moved = {}
    for model, name in _relations():
        rows: QuerySet[Model] = QuerySet(model).filter(**{name: gone})
        column = model._meta.get_field(name).column  # type: ignore[union-attr]
        moved[f"{model._meta.db_table}.{column}"] = sorted(rows.values_list("pk", flat=True))
        rows.update(**{name: kept})
    return moved


def move_back(moved: Mapping[str, Iterable[int]], kept: int, back: int) -> None:
    """Give back what is still where it was moved to."""
    for model, name in _relations():
        column = model._meta.get_field(name).column  # type: ignore[union-attr]
        table = model._meta.db_table
        statement = f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s AND id {{among}}'  # noqa: S608
        change_rows(statement, back, kept, among=moved.get(f"{table}.{column}", ()))


def _relations() -> Iterator[tuple[type[Model], str]]:
    for relation in Customer._meta.related_objects:
        yield relation.related_model, relation.field.name
