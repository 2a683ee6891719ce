"""A start looks at the migrations only when they, or the tables, have changed since the last one."""

import pytest
from django.conf import settings
from django.db import connection

from allears.cli import tables

pytestmark = pytest.mark.django_db(databases="__all__")


def test_migrations_are_read_once_and_again_when_something_changed(monkeypatch):
    looked: list[str] = []
    monkeypatch.setattr(tables, "_has_missing_migrations", lambda alias: bool(looked.append(alias)))
    databases = list(settings.DATABASES)

    tables.bring_tables_up_to_date(databases)
    tables.bring_tables_up_to_date(databases)
    assert looked == databases

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'work' AND name = '0002_last_times'")
    tables.bring_tables_up_to_date(databases)
    assert looked == databases * 2
