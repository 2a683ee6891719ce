"""The rows of a queue. Fifty of them stand on every page, so each shape of a row is drawn once by its
template, `desk/row.html`, with {names} where its words go; then every row only fills them in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from allears.foundation.clock import now
from allears.pipeline.conversations.queries.queue import QueueRow
from allears.web.ui.templatetags.ui import initials, iso, network_symbol, tone
from allears.web.ui.times import describe_age


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one row look unlike another."""

    language: str
    is_waiting: bool
    is_public: bool
    priority: int
    has_assignee: bool
    network: str


@cache
def _drawn(shape: Shape) -> str:
    return render_to_string("desk/row.html", {"shape": shape})


def draw_rows(rows: Iterable[QueueRow], url: str, query: str, current: int | None = None) -> SafeString:
    """Draw rows that lead to `url`/<id>/`query`; the `current` one is marked."""
    at, language, after = now(), get_language() or "", escape(query)
    drawn = [
        _drawn(_shape_of(row, language)).format(
            **_words_of(row, at),
            url=f"{url}{row.id}/{after}",
            current="true" if row.id == current else "false",
        )
        for row in rows
    ]
    return mark_safe("".join(drawn))  # noqa: S308 - a template drew it, and every word put in is escaped


def _shape_of(row: QueueRow, language: str) -> Shape:
    return Shape(
        language,
        row.waiting_since is not None,
        row.is_public,
        row.priority,
        bool(row.assignee_name),
        network_symbol(row.network),
    )


def _words_of(row: QueueRow, at: datetime) -> dict[str, object]:
    moment = row.waiting_since or row.last_message_at
    return {
        "id": row.id,
        "version": f"{row.message_count}.{row.status}.{row.assignee_id}.{row.priority}.{row.position}",
        "name": escape(row.customer_name),
        "initials": escape(initials(row.customer_name)),
        "tone": tone(row.customer_name),
        "moment": iso(moment),
        "ago": escape(describe_age(moment, at)),
        "words": escape(row.preview),
        "assignee": escape(row.assignee_name),
        "assignee_initials": escape(initials(row.assignee_name)),
        "assignee_tone": tone(row.assignee_name),
    }
