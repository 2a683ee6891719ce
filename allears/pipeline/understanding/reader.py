"""Read texts: one pass over the characters of a batch, one sum over the weights, then the plain combination of both."""

from collections.abc import Sequence

from allears.pipeline.understanding.advice import LIKELY, advise
from allears.pipeline.understanding.answering import Answer, answers_of, but_no_spam
from allears.pipeline.understanding.cleaning import clean, clip
from allears.pipeline.understanding.copies import sketches_in
from allears.pipeline.understanding.cueing import cues_of
from allears.pipeline.understanding.features import features_in
from allears.pipeline.understanding.heads import load_heads
from allears.pipeline.understanding.language import languages_in
from allears.pipeline.understanding.parts import LONGEST
from allears.pipeline.understanding.reading import Personal, PersonalKind, Reading, Text
from allears.pipeline.understanding.sifting import personal_of

STEP = 500
"""So many texts are read at once at most, which keeps the memory of a large batch small."""

_OWN = frozenset({PersonalKind.CARD, PersonalKind.IBAN, PersonalKind.PASSPORT})
"""What nobody writes who sends the same to thousands."""

Facts = tuple[tuple[str, float], bytes, tuple[Personal, ...]]
"""What no head says of a text: its language and how sure that is, its sketch, the personal data in it."""


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
    batch, cues, rows = clean(clipped), cues_of(clipped), len(texts)
    beginnings = batch if max(map(len, clipped)) <= LONGEST else clean([one[:LONGEST] for one in clipped])
    languages = languages_in(beginnings, rows, [one.languages for one in texts])
    personal = personal_of([one.text for one in texts], [one.countries for one in texts])
    answers = answers_of(heads, heads.sums(features_in(batch, cues)))
    facts = zip(languages, sketches_in(batch, rows), personal, strict=True)
    return [_reading(heads.version, *said) for said in zip(texts, cues, answers, facts, strict=True)]


def _reading(version: str, text: Text, cues: frozenset[str], answer: Answer, facts: Facts) -> Reading:
    (language, chance), sketch, personal = facts
    if not _OWN.isdisjoint(one.kind for one in personal):
        answer = but_no_spam(answer)
    advice, reasons = advise(text, answer.chances, text.can_help, cues=cues)
    asks = answer.chances.get("asks", LIKELY)
    return Reading(
        version=version,
        language=language,
        language_chance=chance,
        sentiment=answer.sentiment[0],
        sentiment_chances=answer.sentiment[1],
        intent=answer.intent[0],
        intent_chances=answer.intent[1],
        asks=asks >= LIKELY,
        asks_chance=asks,
        urgency=answer.urgency[0],
        urgency_chance=answer.urgency[1],
        is_praise=answer.is_praise and "mixed" not in cues,
        is_sensitive=answer.is_sensitive,
        personal=personal,
        sketch=sketch,
        advice=advice,
        reasons=reasons,
    )
