"""Nothing is forgotten: every table, every column, every id is archived or left out for a reason."""

import pytest
from django.db import models

from allears.archives.kinds import HIDDEN, LEFT_OUT, all_kinds, our_models
from allears.archives.moving import has_own_ids
from allears.archives.references import FACTS, IDS, INSIDE_COLUMNS, NUMBERS, PLAIN, SUBJECTS

KINDS = {kind.label: kind for kind in all_kinds()}
WHOLE = (models.BigIntegerField, models.PositiveBigIntegerField, models.UUIDField)


def columns(*types):
    return {
        f"{kind.label}.{field.attname}": field
        for kind in all_kinds()
        for field in kind.fields
        if isinstance(field, types) and not field.is_relation
    }


def test_every_table_is_archived_or_left_out_for_a_reason():
    assert set(our_models()) == set(KINDS) | set(LEFT_OUT)
    assert set(KINDS) & set(LEFT_OUT) == set()


def test_every_hidden_column_is_there_and_can_be_filled_without_it():
    for label, hidden in HIDDEN.items():
        names = {field.attname: field for field in our_models()[label]._meta.concrete_fields}
        assert set(hidden) <= set(names)


def test_no_column_that_holds_a_secret_is_archived():
    words = ("secret", "password", "token", "hash", "sealed")
    found = [
        f"{kind.label}.{f.attname}"
        for kind in all_kinds()
        for f in kind.fields
        if any(w in f.attname for w in words) and "tokens" not in f.attname.split("_")
    ]
    assert found == []


def test_every_whole_number_is_known_for_an_id_or_a_number():
    numbered = {f"{kind.label}.{kind.key}" for kind in all_kinds() if has_own_ids(kind)}
    assert set(columns(*WHOLE)) - numbered == set(IDS) | NUMBERS


def test_every_json_column_is_known_to_hold_ids_or_none():
    inside = {name for name in INSIDE_COLUMNS if name in columns(models.JSONField)}
    assert set(columns(models.JSONField)) == PLAIN | inside
    assert set() == PLAIN & INSIDE_COLUMNS


def test_ids_lead_to_kinds_that_are_there():
    assert {*IDS.values(), *FACTS.values(), *SUBJECTS.values()} <= set(KINDS)


def test_what_is_referred_to_comes_first():
    order = list(KINDS)
    late = [
        (kind.label, field.attname)
        for kind in all_kinds()
        for field in kind.fields
        if isinstance(field.related_model, type)
        and field.related_model is not kind.model
        and order.index(field.related_model._meta.label_lower) > order.index(kind.label)
    ]
    assert late == []
    assert order[-1] == "intake.envelope"


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.label)
def test_every_column_is_of_a_type_that_travels(kind):
    travels = (
        models.BooleanField,
        models.CharField,
        models.TextField,
        models.IntegerField,
        models.DateTimeField,
        models.DateField,
        models.JSONField,
        models.BinaryField,
        models.ForeignKey,
        models.AutoField,
    )
    assert [field.attname for field in kind.fields if not isinstance(field, travels)] == []
