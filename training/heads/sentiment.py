"""Sentiment: one head for all languages, negative, neutral or positive."""

from collections.abc import Iterator, Sequence

from training.sets import Example, Library, Row, is_held_back
from training.tasks import Task

LABELS = ("negative", "neutral", "positive")
OWN = {"neg": "negative", "neu": "neutral", "pos": "positive"}
STARS = {"1": "negative", "2": "negative", "3": "neutral", "4": "positive", "5": "positive"}
EMOTIONS = {"0": "positive", "1": "negative", "3": "negative", "4": "negative", "": "neutral"}
STARS_AT_MOST = 24_000


def examples(library: Library) -> Sequence[Example]:
    """Gather labelled texts: tweets in nine languages, brand tweets, reviews, emotions, stars, our own."""
    found: list[Example] = []
    for name, language in (
        ("sentiment_tweeteval_en", "en"),
        ("sentiment_xlmt_8lang", ""),
        ("ru_sentirueval_brands", "ru"),
        ("vi_aivivn_reviews", "vi"),
    ):
        found += _labelled(library, name, language)
    found += _emotions(library)
    found += _stars(library)
    found += _own(library)
    return found


def _labelled(library: Library, name: str, language: str) -> Iterator[Example]:
    """Take what has one of our labels; a brand tweet with two moods has none."""
    held = library.rows(name, "validation")
    known = library.rows(name)
    for number, row in enumerate(known + held):
        if row["label"] in LABELS:
            is_held = number >= len(known) or (not held and is_held_back(row["text"]))
            yield Example(row["text"], row["label"], name, row.get("lang") or language, is_held=is_held)


def _emotions(library: Library) -> Iterator[Example]:
    """Take Russian posts with one emotion, or none; surprise goes either way."""
    for row in library.rows("ru_cedr_emotion"):
        if (label := EMOTIONS.get(row["label"].strip())) is not None:
            yield Example(row["text"], label, "ru_cedr_emotion", "ru", 0.5)


def _stars(library: Library) -> Iterator[Example]:
    """Take reviews by their stars, as many of each label, the same ones every time."""
    taken = dict.fromkeys(LABELS, 0)
    for row in library.rows("care_app_reviews", "reviews"):
        label = STARS.get(row["rating"][:1])
        if label and taken[label] < STARS_AT_MOST // 3 and _is_worth(row):
            taken[label] += 1
            yield Example(
                row["text"], label, "care_app_reviews", row["lang"], 0.25 if label == "neutral" else 0.5
            )


def _is_worth(row: Row) -> bool:
    """Leave out the shortest: three words of praise say nothing new."""
    return len(row["text"]) > 25 and is_held_back(row["text"], 4)


def _own(library: Library) -> Iterator[Example]:
    for row in library.texts:
        if label := OWN.get(row.get("sentiment", "")):
            yield Example(row["text"], label, f"texts_{row['language']}", row["language"], 1.5)


TASKS = [Task(name="sentiment", labels=LABELS, examples=examples, strength=2.0, is_balanced=True, sure=0.42)]
