"""The language of a text, the personal data in it, and near-copies of it."""

import time
import unicodedata
from random import Random

from allears.pipeline.understanding.copies import are_copies, sketches_of
from allears.pipeline.understanding.language import languages_of
from allears.pipeline.understanding.personal import personal_in
from allears.pipeline.understanding.reading import PersonalKind
from allears.pipeline.understanding.shelf import Shelf, Shelved, keys_of_texts
from bench.invented import KINDS, invented, nothing
from bench.reading import Row, Sets

SOCIAL = ("tweet", "sumo", "app", "vi", "vk", "social")
PLACES = (
    ("care_forum_firefox", "questions"), ("care_forum_thunderbird", "messages"), ("care_twitter_twcs", "messages"),
    ("care_app_reviews", "reviews"),
)  # fmt: skip
COPIED = (
    ("care_forum_firefox", "questions"),
    ("ru_sentirueval_brands", "train"),
    ("vi_aivivn_reviews", "train"),
)
MOST = 2000


def languages(sets: Sets) -> dict[str, float]:
    """Return how often the language of social messages of 20-60 characters, and of under 20, is right, in percent."""
    rows = [row for row in sets.test("langid") if row.get("source", row.get("kind")) in SOCIAL]
    found = {}
    for name, least, most in (("of_20_60", 20, 60), ("under_20", 1, 20)):
        few = [row for row in rows if least <= len(row["text"]) < most]
        said = languages_of([row["text"] for row in few])
        right = sum(language == row["lang"] for (language, _), row in zip(said, few, strict=True))
        if few:
            found[name] = round(100 * right / len(few), 1)
    return found


def personal(sets: Sets) -> dict[str, float]:
    """Return recall by kind on invented messages, and in percent false alarms on invented and on real ones."""
    found = {}
    for kind in KINDS:
        known = invented(kind, MOST)
        hits = sum(
            any(one.kind == kind and one.start <= start and one.end >= end for one in personal_in(text))
            for text, start, end in known
        )
        found[kind] = round(hits / len(known), 4)
    texts = nothing(MOST)
    for name, part in PLACES:
        texts += [row["text"] for row in sets.test(name, part)[:MOST]]
    alarms = sum(any(one.kind != PersonalKind.ORDER for one in personal_in(text)) for text in texts)
    found["false_alarms"] = round(100 * alarms / len(texts), 3)
    return found


def near_copies(sets: Sets) -> dict[str, float]:
    """Return how many texts are found by a copy that shares 60 % of their words, and microseconds for each look-up."""
    hits, count, spent = 0, 0, 0.0
    for name, part in COPIED:
        rows = [row["text"] for row in sets.test(name, part)]
        texts = [text for text in dict.fromkeys(rows) if len(set(_words(text))) >= 5][: MOST * 2]
        if len(texts) >= 100:
            found, seconds = _looked_up(texts, _copies(texts))
            hits, count, spent = hits + found, count + len(texts), spent + seconds
    return {"recall": round(hits / count, 4), "us": round(spent / count * 1e6, 1)} if count else {}


def _looked_up(texts: list[str], copies: list[str]) -> tuple[int, float]:
    """Look each copy up among all texts; return how many found theirs or a copy of it, and the seconds it took."""
    shelf = Shelf()
    known = [Shelved(number, number, 1, sketch, 0) for number, sketch in enumerate(sketches_of(texts), 1)]
    for at in range(0, len(known), 100):
        shelf.put(known[at : at + 100], keys_of_texts(known[at : at + 100]))
    hits, began = 0, time.process_time()
    for at in range(0, len(copies), 100):
        few = [Shelved(0, 0, 1, sketch, 0) for sketch in sketches_of(copies[at : at + 100])]
        found = shelf.like(few, keys_of_texts(few), 0)
        hits += sum(
            one is not None and are_copies(one.sketch, known[number].sketch)
            for number, one in enumerate(found, at)
        )
    return hits, time.process_time() - began


def _words(text: str) -> list[str]:
    said = (word for word in unicodedata.normalize("NFC", text).lower().split() if not {"@", "/"} & set(word))
    return "".join(sign if sign.isalpha() else " " for sign in " ".join(said)).split()


def _copies(texts: list[str]) -> list[str]:
    """Change texts so that 60 % of the words of both are the same: three words of four stay, others come."""
    chance = Random(5)
    every = sorted({word for text in texts for word in _words(text)})
    copies = []
    for text in texts:
        words = sorted(set(_words(text)))
        kept = chance.sample(words, -(-len(words) * 3 // 4))
        copies.append(" ".join([*kept, *chance.sample(every, len(words) - len(kept))]))
    return copies


ROWS = [
    Row(
        task="language of social texts, 20-60 / under 20",
        measure=languages,
        floor={"of_20_60": 90, "under_20": 60},
        reach={"of_20_60": 95, "under_20": 72},
        moonshot={"of_20_60": 97, "under_20": 80},
    ),
    Row(
        task="personal data, recall",
        measure=personal,
        floor={"email": 1, "phone": 0.9, "card": 0.98, "iban": 0.98},
        reach={"email": 1, "phone": 0.96, "card": 0.995, "iban": 0.995},
        moonshot={"email": 1, "phone": 0.98, "card": 1, "iban": 1},
    ),
    Row(
        task="near-copies at 60 % overlap, recall",
        measure=near_copies,
        floor={"recall": 0.98},
        reach={"recall": 0.999},
        moonshot={"recall": 0.999},
    ),
]
