"""Say marked sentences in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext


def in_words(sentence: str, facts: Mapping[str, str] | None = None) -> str:
    """Say a marked sentence with its facts; "" for none."""
    if not sentence:
        return ""
    return gettext(sentence) % facts if facts else gettext(sentence)
