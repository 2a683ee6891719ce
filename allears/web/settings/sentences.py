"""Marked sentences, as connectors and the pipeline leave them, in the reader's language."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext


def fill(sentence: str, facts: Mapping[str, Any] | None = None) -> str:
    """Translate a marked sentence and put its facts in."""
    if not sentence:
        return ""
    translated = gettext(sentence)
    if facts:
        with suppress(KeyError, TypeError, ValueError):
            return translated % facts
    return translated
