"""Where a page of messages ended: a moment and an id, as one word of an address."""

from datetime import datetime


def moment_and_id(cursor: str) -> tuple[datetime, int] | None:
    """Read a cursor; None for an empty one, and for one that nobody of ours wrote."""
    moment, _, id_ = cursor.rpartition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(id_)) if at.tzinfo and id_.isdecimal() and len(id_) < 19 else None
