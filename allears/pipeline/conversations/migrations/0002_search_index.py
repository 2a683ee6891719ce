from typing import Any

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE IF NOT EXISTS message_search USING fts5(text, place, content='', contentless_delete=1)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS note_search USING fts5(text, place, content='', contentless_delete=1)",
]
POSTGRESQL = [
    "CREATE TABLE IF NOT EXISTS message_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS message_search_words ON message_search USING gin (words)",
    "CREATE TABLE IF NOT EXISTS note_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS note_search_words ON note_search USING gin (words)",
]


def create_search_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias != "default":
        return
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_search_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias != "default":
        return
    for table in ("message_search", "note_search"):
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]
    operations = [migrations.RunPython(create_search_index, drop_search_index)]
