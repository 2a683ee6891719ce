"""Read texts: one pass over the characters of a batch, one sum over the weights, then the plain combination of both."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from allears.pipeline.understanding.advice import advise
from allears.pipeline.understanding.cleaning import clip
from allears.pipeline.understanding.copies import sketches_of
from allears.pipeline.understanding.features import features_of
from allears.pipeline.understanding.heads import Head, load_heads
from allears.pipeline.understanding.language import languages_of
from allears.pipeline.understanding.personal import personal_in
from allears.pipeline.understanding.reading import Intent, Reading, Sentiment, Text, Urgency

STEP = 500
"""So many texts are read at once at most, which keeps the memory of a large batch small."""

Answers = Mapping[str, list[float]]


class Answered(TypedDict, total=False):
    """The part of a reading that heads answer."""

    sentiment: Sentiment
    sentiment_chances: tuple[float, float, float]
    intent: Intent
    intent_chances: Mapping[Intent, float]
    asks: bool
    asks_chance: float
    urgency: Urgency
    urgency_chance: float
    is_praise: bool
    is_sensitive: bool


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
    answers = {name: rows.tolist() for name, rows in heads.scores_of(features_of(clipped)).items()}
    facts = zip(texts, sketches_of(clipped), languages_of(clipped), strict=True)
    found = []
    for number, (text, sketch, (language, chance)) in enumerate(facts):
        answered = {name: rows[number] for name, rows in answers.items()}
        advice, reasons = advise(text, _yes(heads.heads, answered))
        found.append(
            Reading(
                version=heads.version,
                language=language,
                language_chance=chance,
                personal=personal_in(text.text),
                sketch=sketch,
                advice=advice,
                reasons=reasons,
                **_answered(heads.heads, answered),
            )
        )
    return found


def _yes(heads: Mapping[str, Head], answers: Answers) -> dict[str, float]:
    """Return the chance of yes of every head that asks yes or no, and that it is critical."""
    found = {name: one[1] for name, one in answers.items() if heads[name].width == 1}
    if "urgency" in answers:
        found["critical"] = answers["urgency"][heads["urgency"].labels.index("critical")]
    return found


def _answered(heads: Mapping[str, Head], answers: Answers) -> Answered:
    """Turn the chances of each head into what a reading says; a head that is not there says nothing."""
    found = Answered()
    if "sentiment" in answers:
        negative, neutral, positive = answers["sentiment"]
        found["sentiment"] = Sentiment(decide(heads["sentiment"], answers["sentiment"]) or "unsure")
        found["sentiment_chances"] = (negative, neutral, positive)
    if "intent" in answers:
        labels = map(Intent, heads["intent"].labels)
        found["intent"] = Intent(decide(heads["intent"], answers["intent"]) or "unsure")
        found["intent_chances"] = dict(zip(labels, answers["intent"], strict=True))
    if "asks" in answers:
        found["asks_chance"] = answers["asks"][1]
        found["asks"] = found["asks_chance"] >= 0.5
    if "urgency" in answers:
        level = _likeliest(answers["urgency"])
        found["urgency"] = Urgency[heads["urgency"].labels[level].upper()]
        found["urgency_chance"] = answers["urgency"][level]
    found["is_sensitive"] = _is_said(heads, answers, "sensitive")
    is_sad = found["is_sensitive"] or found.get("sentiment") == Sentiment.NEGATIVE
    found["is_praise"] = not is_sad and _is_said(heads, answers, "praise")
    return found


def _is_said(heads: Mapping[str, Head], answers: Answers, name: str) -> bool:
    """Say whether a yes-or-no head says yes, and surely enough."""
    return name in answers and answers[name][1] >= heads[name].sure


def decide(head: Head, chances: Sequence[float]) -> str:
    """Return the likeliest label, or "" when it is not likely enough to be said."""
    best = _likeliest(chances)
    return head.labels[best] if chances[best] >= head.sure else ""


def _likeliest(chances: Sequence[float]) -> int:
    return max(range(len(chances)), key=chances.__getitem__)
