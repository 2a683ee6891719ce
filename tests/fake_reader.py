"""A reader of our own making: tests say by plain words in a text how it is read."""

from collections.abc import Sequence

import pytest

from allears.pipeline.understanding.copies import sketches_of
from allears.pipeline.understanding.personal import personal_in
from allears.pipeline.understanding.reading import (
    Advice,
    Intent,
    Reading,
    Reason,
    Sentiment,
    Text,
    Urgency,
)

READER = "allears.pipeline.understanding.reader"


class FakeReader:
    """Angry words complain, "stolen" is critical, "love" praises, "?" asks; "poison" makes it stumble."""

    def __init__(self) -> None:
        self.version = "models-1"
        self.calls: list[list[Text]] = []
        self.learned: list[object] = []

    def read_texts(self, texts: Sequence[Text], learned: object = None) -> list[Reading]:
        self.calls.append(list(texts))
        self.learned.append(learned)
        if any("poison" in one.text for one in texts):
            raise ValueError(next(one.text for one in texts if "poison" in one.text))
        sketches = sketches_of([one.text for one in texts])
        return [self._read(one, sketch) for one, sketch in zip(texts, sketches, strict=True)]

    def current_version(self) -> str:
        return self.version

    def explain(self, text: str, question: str, learned: object = None) -> list[tuple[str, float]]:
        return [(word, 1.0) for word in text.split() if word in {"broken", "stolen", "love"}]

    def _read(self, one: Text, sketch: bytes) -> Reading:
        is_bad, is_glad = ("broken" in one.text or "stolen" in one.text), "love" in one.text
        asks = "?" in one.text
        return Reading(
            version=self.version,
            language="en",
            language_chance=0.9,
            sentiment=_mood(is_bad=is_bad, is_glad=is_glad),
            sentiment_chances=(0.8, 0.1, 0.1) if is_bad else (0.1, 0.2, 0.7),
            intent=Intent.COMPLAINT if is_bad else Intent.PRAISE if is_glad else Intent.QUESTION,
            intent_chances={Intent.COMPLAINT: 0.75},
            asks=asks or is_bad or not is_glad,
            asks_chance=0.7,
            urgency=Urgency.CRITICAL if "stolen" in one.text else Urgency.NORMAL,
            urgency_chance=0.8,
            is_praise=is_glad and not is_bad and not asks,
            advice=Advice.LEAVE if is_glad and not asks else Advice.STEP_IN,
            reasons=(Reason(code="complaint", speaks_for=Advice.STEP_IN, chance=0.8),),
            personal=personal_in(one.text),
            sketch=sketch,
        )


def _mood(*, is_bad: bool, is_glad: bool) -> Sentiment:
    if is_bad:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if is_glad else Sentiment.NEUTRAL


def put_in(monkeypatch: pytest.MonkeyPatch) -> FakeReader:
    """Let everything be read by a reader of our own making."""
    reader = FakeReader()
    for name in ("read_texts", "current_version"):
        monkeypatch.setattr(f"{READER}.{name}", getattr(reader, name))
    monkeypatch.setattr("allears.pipeline.understanding.explaining.explain", reader.explain)
    return reader
