"""Envelopes live in a file of their own on SQLite, so that acknowledging never waits for the pipeline."""

from typing import Any

from django.conf import settings


class IntakeRouter:
    """Send the model Envelope to the database `intake` where there is one."""

    def db_for_read(self, model: type, **_hints: Any) -> str | None:
        return intake_database() if _is_envelope(model) else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: Any) -> bool:
        if db == "intake":
            return app_label == "intake" and model_name in {"envelope", None}
        return not (model_name == "envelope" and intake_database() == "intake")


def intake_database() -> str:
    """Name the database that holds the envelopes."""
    return "intake" if "intake" in settings.DATABASES else "default"


def _is_envelope(model: type) -> bool:
    return model.__name__ == "Envelope"
