from typing import Any

from django.db import migrations

from allears.foundation.word_index import make_index, put_words

AT_ONCE = 2000


def create_person_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias != "default":
        return
    for statement in make_index(schema_editor.connection, "person_search"):
        schema_editor.execute(statement)
    last = 0
    while rows := _people_after(apps, last):
        put_words("person_search", rows)
        last = rows[-1][0]


def _people_after(apps: Any, last: int) -> list[tuple[int, str, tuple[int, int]]]:
    found = apps.get_model("people", "Identity").objects.filter(id__gt=last).order_by("id")
    shown = found.values_list(
        "id", "workspace_id", "customer__name", "name", "handle", "address", "external_id"
    )
    return [(id_, " ".join(words), (workspace, 0)) for id_, workspace, *words in shown[:AT_ONCE]]


def drop_person_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias == "default":
        schema_editor.execute("DROP TABLE IF EXISTS person_search")


class Migration(migrations.Migration):
    dependencies = [("people", "0003_identity_first_seen_always")]
    operations = [migrations.RunPython(create_person_index, drop_person_index)]
