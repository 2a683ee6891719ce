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
from allears.pipeline.conversations.queries.names import Priority
from allears.pipeline.conversations.queries.queue import QueueRow
from allears.pipeline.conversations.queries.tags import ShownTag, tags_of
from allears.pipeline.understanding.reading import Intent, Sentiment, Urgency
from allears.web.ui.templatetags.ui import initials, iso, network_symbol, tone
from allears.web.ui.times import describe_age

MOST_TAGS = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one row look unlike another."""

    language: str
    is_waiting: bool
    is_public: bool
    badge: str
    has_assignee: bool
    network: str
    has_tags: bool


@cache
def _drawn(shape: Shape) -> str:
    return render_to_string("desk/row.html", {"shape": shape})


def draw_rows(rows: Iterable[QueueRow], url: str, query: str, current: int | None = None) -> SafeString:
    """Draw rows that lead to `url`/<id>/`query`; the `current` one is marked."""
    at, language, after = now(), get_language() or "", escape(query)
    rows = list(rows)
    tags = tags_of([row.id for row in rows])
    drawn = [
        _drawn(_shape_of(row, language, has_tags=row.id in tags)).format(
            **_words_of(row, at, tags.get(row.id, [])),
            url=f"{url}{row.id}/{after}",
            current="true" if row.id == current else "false",
        )
        for row in rows
    ]
    return mark_safe("".join(drawn))  # noqa: S308 - a template drew it, and every word put in is escaped


def _shape_of(row: QueueRow, language: str, *, has_tags: bool) -> Shape:
    return Shape(
        language,
        row.waiting_since is not None,
        row.is_public,
        badge_of(row),
        bool(row.assignee_name),
        network_symbol(row.network),
        has_tags,
    )


def badge_of(row: QueueRow) -> str:
    """Name the one badge of a row, the most severe first: what a person set, then what was read of who waits."""
    is_waiting = row.waiting_since is not None
    is_read = is_waiting and row.priority == Priority.NORMAL
    worn = {
        "urgent": row.priority == Priority.URGENT,
        "critical": is_read and row.urgency == Urgency.CRITICAL,
        "high": row.priority == Priority.HIGH,
        "pressing": is_read and row.urgency == Urgency.HIGH,
        "complaint": is_waiting and row.intent == Intent.COMPLAINT,
        "praise": is_waiting and row.is_praise,
        "unhappy": is_waiting and row.sentiment == Sentiment.NEGATIVE,
    }
    return next((name for name, is_worn in worn.items() if is_worn), "")


def _version_of(row: QueueRow, tags: list[ShownTag]) -> str:
    """Name the state in which a row is drawn."""
    state = (row.message_count, row.status, row.assignee_id, row.priority, row.position, badge_of(row))
    return ".".join(str(one) for one in (*state, *(tag.id for tag in tags)))


def _words_of(row: QueueRow, at: datetime, tags: list[ShownTag]) -> dict[str, object]:
    moment = row.waiting_since or row.last_message_at
    return {
        "id": row.id,
        "version": _version_of(row, tags),
        "name": escape(row.customer_name),
        "initials": escape(initials(row.customer_name)),
        "tone": tone(row.customer_name),
        "moment": iso(moment),
        "ago": escape(describe_age(moment, at)),
        "words": escape(row.preview),
        "tags": _tags_in_a_row(tags),
        "assignee": escape(row.assignee_name),
        "assignee_initials": escape(initials(row.assignee_name)),
        "assignee_tone": tone(row.assignee_name),
    }


def _tags_in_a_row(tags: list[ShownTag]) -> str:
    """Name the first tag or two, and count the rest: a row has little room."""
    shown = "".join(f'<span data-tone="{tag.tone}">{escape(tag.name)}</span>' for tag in tags[:MOST_TAGS])
    return f"{shown}<span>+{len(tags) - MOST_TAGS}</span>" if len(tags) > MOST_TAGS else shown
