"""How a filled saved reply is shown before it is taken."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from allears.pipeline.replies.filling import parts_of


def mark_gaps(text: str) -> SafeString:
    """Escape a text and mark the variables for which nothing was known."""
    pieces = [
        f'<mark class="gap">{escape(part)}</mark>' if is_gap else escape(part)
        for part, is_gap in parts_of(text)
    ]
    return mark_safe("".join(pieces))  # noqa: S308 - every part is escaped
