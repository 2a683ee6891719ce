"""Make ready: Django, the logs, the tables."""

import os
import sys
from typing import NoReturn

import django
from rich.console import Console

console = Console(stderr=True, highlight=False, soft_wrap=True)
out = Console(highlight=False, soft_wrap=True)


def fail(sentence: str) -> NoReturn:
    """Say what is wrong, and end with 1."""
    console.print(f"allears: {sentence}", markup=False)
    sys.exit(1)


def prepare(*, with_tables: bool = True) -> None:
    """Start Django and bring the tables up to date; quick when they are."""
    django.setup()
    from django.conf import settings

    from allears.foundation.logs import set_up_logs

    level = os.environ.get("ALLEARS_LOG_LEVEL", "INFO").upper()
    set_up_logs(as_json=os.environ.get("ALLEARS_LOG_FORMAT", "json") == "json", level=level)
    if with_tables:
        from allears.cli.tables import bring_tables_up_to_date

        bring_tables_up_to_date(list(settings.DATABASES))
