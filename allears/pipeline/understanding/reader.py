"""Read texts: one pass over the characters of a batch, one sum over the weights, then the plain combination of both."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from allears.pipeline.understanding.cleaning import clip
from allears.pipeline.understanding.copies import sketches_of
from allears.pipeline.understanding.features import features_of
from allears.pipeline.understanding.heads import Chances, Head, load_heads
from allears.pipeline.understanding.language import languages_of
from allears.pipeline.understanding.personal import personal_in
from allears.pipeline.understanding.reading import Reading, Sentiment, Text

STEP = 500
"""So many texts are read at once at most, which keeps the memory of a large batch small."""

Answers = Mapping[str, Chances]


def read_texts(texts: Sequence[Text]) -> list[Reading]:
    """Read a batch, in its order. Whatever a text holds, it gets a reading; without weights, one that is not sure."""
    found: list[Reading] = []
    for at in range(0, len(texts), STEP):
        found += _read(texts[at : at + STEP])
    return found


def current_version() -> str:
    """Return the version of the models that read now; "" without any."""
    return load_heads().version


def _read(texts: Sequence[Text]) -> list[Reading]:
    heads = load_heads()
    clipped = [clip(one.text) for one in texts]
    answers = heads.scores_of(features_of(clipped))
    readings = (
        _reading(heads.version, heads.heads, {name: rows[number] for name, rows in answers.items()}, sketch)
        for number, sketch in enumerate(sketches_of(clipped))
    )
    return [
        replace(found, language=language, language_chance=chance, personal=personal_in(one.text))
        for found, one, (language, chance) in zip(readings, texts, languages_of(clipped), strict=True)
    ]


def _reading(version: str, heads: Mapping[str, Head], answers: Answers, sketch: bytes) -> Reading:
    found = Reading(version=version, sketch=sketch)
    if not answers:
        return found
    sentiment = answers["sentiment"]
    negative, neutral, positive = (round(float(one), 4) for one in sentiment)
    return Reading(
        version=version,
        sentiment=Sentiment(decide(heads["sentiment"], sentiment) or "unsure"),
        sentiment_chances=(negative, neutral, positive),
        sketch=sketch,
    )


def decide(head: Head, chances: Chances) -> str:
    """Return the likeliest label, or "" when it is not likely enough to be said."""
    best = int(np.argmax(chances))
    return head.labels[best] if chances[best] >= head.sure else ""
