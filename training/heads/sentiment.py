"""Sentiment: one head for all languages, negative, neutral or positive."""

from collections.abc import Iterator, Sequence

from training.sets import Example, Library, Row, is_held_back
from training.tasks import Task

LABELS = ("negative", "neutral", "positive")
OWN = {"neg": "negative", "neu": "neutral", "pos": "positive"}
EMOTIONS = {"0": "positive", "1": "negative", "3": "negative", "4": "negative", "": "neutral"}
WEIGHTS = {
    "sentiment_tweeteval_en": 1.0,
    "sentiment_xlmt_8lang": 2.0,
    "ru_sentirueval_brands": 1.0,
    "vi_aivivn_reviews": 6.0,
}
"""What an example of a set weighs: a set that is alone with its language pulls the more."""
LAST_ROUND, LAST_WEEKS = "2016test", "1407300000"
OWN_WEIGHT = 3.0
CALM = 1.5
"""How much more a Russian post without a mood weighs: among posts that name no brand they are the most."""
HEAVIER = {"vi": 3.0}
"""How much more our own texts of a language weigh: Vietnamese has but one other set, of goods, and no neutral in it."""


def examples(library: Library) -> Sequence[Example]:
    """Gather labelled texts: tweets in nine languages, brand tweets, reviews, emotions, our own."""
    found: list[Example] = []
    for name, language in (
        ("sentiment_tweeteval_en", "en"),
        ("sentiment_xlmt_8lang", ""),
        ("ru_sentirueval_brands", "ru"),
        ("vi_aivivn_reviews", "vi"),
    ):
        found += _labelled(library, name, language)
    found += _emotions(library)
    found += _own(library)
    return found


def _labelled(library: Library, name: str, language: str) -> Iterator[Example]:
    """Take what has one of our labels; a brand tweet with two moods has none."""
    held = library.rows(name, "validation")
    known = library.rows(name)
    for number, row in enumerate(known + held):
        if row["label"] in LABELS:
            is_held = number >= len(known) or (not held and is_held_back(row["text"]))
            where = row.get("lang") or language
            is_late = not is_held and _is_late(row)
            yield Example(row["text"], row["label"], name, where, WEIGHTS[name], is_held, is_late)


def _is_late(row: Row) -> bool:
    """Say whether a row is of the last part of its set: the last round of tweets, the last weeks of brands."""
    return row.get("subset") == LAST_ROUND or row.get("created_at", "") > LAST_WEEKS


def _emotions(library: Library) -> Iterator[Example]:
    """Take Russian posts with one emotion, or none; surprise goes either way."""
    for row in library.rows("ru_cedr_emotion"):
        if (label := EMOTIONS.get(row["label"].strip())) is not None:
            weight = CALM if label == "neutral" else 1.0
            yield Example(row["text"], label, "ru_cedr_emotion", "ru", weight)


def _own(library: Library) -> Iterator[Example]:
    for row in library.texts:
        if label := OWN.get(row.get("sentiment", "")):
            language = row["language"]
            weight = OWN_WEIGHT * HEAVIER.get(language, 1.0)
            weight *= CALM if (language, label) == ("ru", "neutral") else 1
            yield Example(row["text"], label, f"texts_{language}", language, weight)


TASKS = [
    Task(
        name="sentiment",
        labels=LABELS,
        examples=examples,
        strength=4.0,
        is_balanced=True,
        rarity=1.0,
        sure=0.42,
    ),
]
