"""Envelopes live in a file of their own on SQLite, so that acknowledging never waits for the pipeline."""

from typing import Any

from django.conf import settings

_INTAKE = {"envelope", "waiting"}


class IntakeRouter:
    """Send Envelope and Waiting to the database `intake` where there is one."""

    def db_for_read(self, model: type, **_hints: Any) -> str | None:
        return intake_database() if _is_intake(model) else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: Any) -> bool:
        if db == "intake":
            return app_label == "intake" and model_name in {*_INTAKE, None}
        return not (model_name in _INTAKE and intake_database() == "intake")


def intake_database() -> str:
    """Name the database that holds the envelopes."""
    return "intake" if "intake" in settings.DATABASES else "default"


def _is_intake(model: type) -> bool:
    return model.__name__.lower() in _INTAKE
