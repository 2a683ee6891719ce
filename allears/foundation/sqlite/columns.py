"""Add columns to tables that may hold millions of rows."""

from typing import Any

from django.db.migrations import AddField


class AddColumn(AddField):
    """Add a column that is never empty without copying the table, which is how Django does it on SQLite.

    The column keeps its constant default there; rows are always written whole, so it is never used again.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Add the column."""
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field = model._meta.get_field(self.name)
        default = schema_editor.quote_value(schema_editor.effective_default(field))
        asked = field.db_parameters(schema_editor.connection)
        condition = f" CHECK ({asked['check']})" if asked["check"] else ""
        table, column = map(schema_editor.quote_name, (model._meta.db_table, field.column))
        schema_editor.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {asked['type']} DEFAULT {default} NOT NULL{condition}"
        )
