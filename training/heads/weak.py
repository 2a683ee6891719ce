"""Texts whose label follows from where they come from: weaker than a person's word, so they weigh less."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from allears.pipeline.understanding.cues import cue_names
from training.sets import Example, Library, Row, is_held_back

OWN_HELD = 7
SENTENCE = re.compile(r"(?<=[.!?…\n])\s+|\n")
SORE = frozenset({"trouble", "contrast", "waiting", "negation", "leaving", "mark"})
SENSITIVE = frozenset({"grief", "illness", "politics", "religion", "self_harm"})


def own(library: Library, label_of: Callable[[Row], str], weight: float = 2.0) -> Iterator[Example]:
    """Take our own texts, one in seven held back, each with what `label_of` says ("" leaves it out)."""
    for row in library.texts:
        if label := label_of(row):
            language, held = row["language"], is_held_back(row["text"], OWN_HELD)
            yield Example(row["text"], label, f"texts_{language}", language, weight, held)


def marks_of(row: Row) -> frozenset[str]:
    """Return the marks of one of our own texts."""
    return frozenset(one.strip() for one in row.get("marks", "").split(","))


def labelled(texts: Sequence[str], label: str, source: str, language: str, weight: float) -> list[Example]:
    """Give many texts the same label."""
    return [Example(text, label, source, language, weight) for text in texts]


def some(texts: Sequence[str], most: int) -> list[str]:
    """Choose at most so many, the same ones every time; the shortest say nothing new."""
    chosen = sorted({text for text in texts if len(text) > 2})
    random.Random(5).shuffle(chosen)
    return chosen[:most]


def praises(library: Library, most: int) -> list[str]:
    """Choose reviews with five stars in which nothing sounds sore."""
    rows = library.rows("care_app_reviews", "reviews")
    texts = [row["text"] for row in rows if row["rating"][:1] == "5" and 12 < len(row["text"]) < 200]
    return [text for text in some(texts, most * 2) if not cue_names(text) & SORE][:most]


def grievances(library: Library, most: int) -> list[str]:
    """Choose reviews with one star in which somebody says what is wrong."""
    rows = library.rows("care_app_reviews", "reviews")
    texts = [row["text"] for row in rows if row["rating"][:1] == "1" and 25 < len(row["text"]) < 300]
    return [text for text in some(texts, most * 2) if "trouble" in cue_names(text)][:most]


def tweets(library: Library, most: int) -> list[str]:
    """Choose tweets of people about anything."""
    return some([row["text"] for row in library.rows("sentiment_tweeteval_en")], most)


def posts(library: Library, most: int) -> list[str]:
    """Choose Russian posts of people about anything."""
    return some([row["text"] for row in library.rows("ru_cedr_emotion")], most)


def talk(library: Library, most: int) -> list[str]:
    """Choose short messages between friends."""
    rows = library.rows("spam_sms")
    return some(
        [row["text"] for row in rows if row["label"] == "ham" and not is_held_back(row["text"])], most
    )


def spam(library: Library) -> list[str]:
    """Return spam: short messages and comments."""
    rows = [*library.rows("spam_sms"), *library.rows("spam_youtube")]
    return [row["text"] for row in rows if row["label"] == "spam" and not is_held_back(row["text"])]


def turns(library: Library, labels: frozenset[str], most: int) -> list[str]:
    """Choose turns of customers in chats by what they were labelled."""
    rows = library.rows("intent_multidogo")
    return some([row["text"] for row in rows if row["label"] in labels], most)


def openings(library: Library, most: int) -> list[str]:
    """Choose what opens a thread of a support forum."""
    rows = library.rows("care_forum_thunderbird", "messages")
    opening = [row["text"] for row in rows if row["direction"] == "inbound" and not row["in_reply_to"]]
    return some(opening, most)


def to_brands(library: Library, label: str) -> list[str]:
    """Return tweets to brands that are complaints, or others."""
    rows = library.rows("complaints_acl19")
    return [row["text"] for row in rows if row["label"] == label and not is_held_back(row["text"])]


def reviews_vi(library: Library, label: str, most: int) -> list[str]:
    """Choose Vietnamese reviews of one mood; those that praise hold nothing sore."""
    texts = [row["text"] for row in library.rows("vi_aivivn_reviews") if row["label"] == label]
    if label == "positive":
        texts = [text for text in texts if not cue_names(text) & SORE]
    return some(texts, most)
