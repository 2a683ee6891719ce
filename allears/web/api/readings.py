"""Tell how messages were read."""

from collections.abc import Mapping, Sequence
from typing import Any

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.queries.understood import Correction, MessageReading, unpack_chances
from allears.pipeline.understanding.reading import PersonalKind, Urgency


def tell_reading(
    member: Member, text: str, reading: MessageReading | None, said: Sequence[Correction]
) -> dict[str, Any] | None:
    """Tell how a message with this text was read; None where it was not (yet)."""
    if reading is None:
        return None
    return {
        "version": reading.version,
        **_answers(reading, unpack_chances(reading.chances)),
        "reasons": [
            {"code": code, "speaks_for": speaks_for, "chance": percent / 100}
            for code, speaks_for, percent in reading.reasons
        ],
        "personal": [_tell_piece(member, text, piece) for piece in reading.personal],
        "near_copies": reading.copies or None,
        "is_campaign": reading.is_campaign,
        "corrections": [_tell_correction(one) for one in said],
    }


def _answers(reading: MessageReading, chances: Mapping[str, float]) -> dict[str, Any]:
    """Tell what counts, and how sure the models were of what they read."""
    return {
        "language": reading.language,
        "language_chance": _chance(chances, "language"),
        "sentiment": reading.sentiment,
        "sentiment_chances": _moods(chances),
        "intent": reading.intent,
        "intent_chance": _chance(chances, reading.intent),
        "urgency": Urgency(reading.urgency).name.lower(),
        "urgency_chance": _chance(chances, "urgency"),
        "asks_for_an_answer": reading.asks,
        "asks_chance": _chance(chances, "asks"),
        "is_praise": reading.is_praise,
        "is_sensitive": reading.is_sensitive,
        "advice": reading.advice,
    }


def _chance(chances: Mapping[str, float], name: str) -> float | None:
    return round(chances[name], 3) if name in chances else None


def _moods(chances: Mapping[str, float]) -> dict[str, float | None] | None:
    names = ("negative", "neutral", "positive")
    return {name: _chance(chances, name) for name in names} if set(names) <= chances.keys() else None


def _tell_piece(member: Member, text: str, piece: Sequence[Any]) -> dict[str, Any]:
    """Tell a piece of personal data, its value only to whoever may see it; an order number to all."""
    kind, start, end = piece
    is_shown = member.may_see_personal or kind == PersonalKind.ORDER
    return {"kind": kind, "start": start, "end": end, "value": text[start:end] if is_shown else None}


def _tell_correction(one: Correction) -> dict[str, Any]:
    by = {"id": one.member.id, "name": one.member.name} if one.member else None
    return {"question": one.question, "before": one.before, "after": one.after, "by": by, "at": one.at}
