"""In which order conversations are listed, and where a page of them ended: pages by keyset."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from allears.pipeline.conversations.models import Conversation, Order

# Orders by a number that says where a conversation stands (positions.py).
_BY_POSITION: Mapping[str, str] = {Order.WAITING: "queue_position", Order.MATTERS: "matter_position"}


class Placed(Protocol):
    """What a cursor needs of a row."""

    @property
    def id(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def matter_position(self) -> int: ...
    @property
    def last_message_at(self) -> datetime: ...


def in_order(found: QuerySet[Conversation], order: str, after: str) -> QuerySet[Conversation]:
    """Put some conversations in an order (of Order), those after a cursor."""
    if column := _BY_POSITION.get(order):
        return _after_position(found, column, after).order_by(column, "id")
    if order == Order.NEWEST:
        return after_recency(found, after).order_by("-last_message_at", "-id")
    return _after_age(found, after).order_by("last_message_at", "id")


def cursor_of(order: str, row: Placed) -> str:
    """Say where a page ended, as a word of an address."""
    if order in _BY_POSITION:
        return f"{row.position if order == Order.WAITING else row.matter_position}.{row.id}"
    return f"{row.last_message_at.isoformat()}.{row.id}".replace("+00:00", "Z")


def _after_position(found: QuerySet[Conversation], column: str, after: str) -> QuerySet[Conversation]:
    position, _, id_ = after.partition(".")
    if not (position.isdecimal() and id_.isdecimal()):
        return found
    at = int(position)
    return found.filter(**{f"{column}__gte": at}).exclude(**{column: at, "id__lte": int(id_)})


def after_recency(found: QuerySet[Conversation], after: str) -> QuerySet[Conversation]:
    """Keep those whose newest message is older than a cursor tells."""
    at, id_ = _place_in_time(after)
    if at is None:
        return found
    return found.filter(last_message_at__lte=at).exclude(last_message_at=at, id__gte=id_)


def _after_age(found: QuerySet[Conversation], after: str) -> QuerySet[Conversation]:
    at, id_ = _place_in_time(after)
    if at is None:
        return found
    return found.filter(last_message_at__gte=at).exclude(last_message_at=at, id__lte=id_)


def _place_in_time(after: str) -> tuple[datetime | None, int]:
    moment, _, id_ = after.rpartition(".")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None, 0
    return (at, int(id_)) if id_.isdecimal() and at.tzinfo else (None, 0)
