"""Yes or no: a complaint? a question? spam? talk among friends? something sensitive? will it be answered?"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from allears.pipeline.understanding.cues import cue_names
from training.heads import weak
from training.heads.intents import SMALL_TALK
from training.heads.weak import SENTENCE, labelled, marks_of, own
from training.sets import Example, Library, is_held_back
from training.tasks import Task

NO_YES = ("no", "yes")
LONGEST = 25  # words of a sentence that is asked or said


def complaints(library: Library) -> Iterator[Example]:
    """Gather tweets to brands that people marked, and our own texts, where less has to be said to be a complaint."""
    for name, weight in (("complaints_acl19", 2.0), ("complaints_rigaut", 0.3)):
        for row in library.rows(name):
            label = "yes" if row["label"] == "complaint" else "no"
            yield Example(row["text"], label, name, "en", weight, is_held_back(row["text"], 10))
    for one in own(library, lambda row: "yes" if row["intent"] == "complaint" else "no"):
        yield replace(one, weight=0.1 if one.language == "en" else 0.2)


def questions(library: Library) -> Iterator[Example]:
    """Gather sentences by whether they end in a question mark, which most then lose: words must tell it too."""
    chance = random.Random(5)
    for name, texts in (
        ("spam_sms", weak.talk(library, 4000)),
        ("sentiment_tweeteval_en", weak.tweets(library, 9000)),
        ("complaints_acl19", [*weak.to_brands(library, "complaint"), *weak.to_brands(library, "other")]),
        ("care_forum_thunderbird", weak.openings(library, 2500)),
        ("ru_cedr_emotion", weak.posts(library, 3000)),
        ("vi_aivivn_reviews", weak.reviews_vi(library, "negative", 1500)),
    ):
        for text in texts:
            yield from _sentences(text, name, chance)
    small = weak.turns(library, SMALL_TALK | {"contentonly"}, 4000)
    yield from labelled(small, "no", "intent_multidogo", "en", 1.0)
    asked = [row["text"] for row in library.rows("intent_banking77") if "?" in row["text"]]
    for text in weak.some(asked, 2000):
        yield Example(text.replace("?", ""), "yes", "intent_banking77", "en", 0.5)
    yield from _own_questions(library, chance)


def _sentences(text: str, source: str, chance: random.Random) -> Iterator[Example]:
    for sentence in SENTENCE.split(text):
        if len(sentence) < 3 or len(sentence.split()) > LONGEST:
            continue
        if "?" in sentence:
            shown = sentence if chance.random() < 0.4 else re.sub(r"[?]+", "", sentence)
            yield Example(shown, "yes", source, "", 1.0, is_held_back(sentence, 20))
        elif not cue_names(sentence) & {"question_first", "question_last"}:
            yield Example(sentence, "no", source, "", 1.0, is_held_back(sentence, 20))


def _own_questions(library: Library, chance: random.Random) -> Iterator[Example]:
    for one in own(library, lambda row: "yes" if row["intent"] == "question" or "?" in row["text"] else "no"):
        shown = one.text if chance.random() < 0.5 else one.text.replace("?", "")
        yield Example(shown, one.label, one.source, one.language, 1.0, one.is_held)


def spams(library: Library) -> Iterator[Example]:
    """Gather spam and what is none: short messages, comments, tweets to brands, our own texts."""
    for name, weight in (("spam_sms", 1.0), ("spam_youtube", 0.5)):
        for row in library.rows(name):
            label = "yes" if row["label"] == "spam" else "no"
            yield Example(row["text"], label, name, "en", weight, is_held_back(row["text"], 10))
    yield from own(library, lambda row: "yes" if row["intent"] == "spam" else "no", 1.0)
    for name, texts in (
        ("complaints_acl19", weak.to_brands(library, "complaint")),
        ("care_forum_thunderbird", weak.openings(library, 1500)),
        ("care_app_reviews", [*weak.praises(library, 800), *weak.grievances(library, 800)]),
        ("ru_cedr_emotion", weak.posts(library, 800)),
        ("vi_aivivn_reviews", weak.reviews_vi(library, "negative", 800)),
    ):
        yield from labelled(texts, "no", name, "", 0.5)


def friends(library: Library) -> Iterator[Example]:
    """Gather talk among people, and words to a company."""
    yield from own(library, lambda row: "yes" if row["setting"] == "among_others" else "no")
    yield from labelled(weak.talk(library, 3000), "yes", "spam_sms", "en", 0.3)
    yield from labelled(weak.tweets(library, 2000), "yes", "sentiment_tweeteval_en", "en", 0.1)
    yield from labelled(weak.to_brands(library, "complaint"), "no", "complaints_acl19", "en", 0.5)
    yield from labelled(weak.to_brands(library, "other"), "no", "complaints_acl19", "en", 0.5)
    yield from labelled(weak.openings(library, 1200), "no", "care_forum_thunderbird", "", 0.3)
    yield from labelled(weak.grievances(library, 1000), "no", "care_app_reviews", "", 0.3)


def sensitives(library: Library) -> Iterator[Example]:
    """Gather grief, illness, politics, religion and self-harm, and what is none of them."""
    yield from own(library, lambda row: "yes" if "sensitive" in marks_of(row) else "no")
    texts = [*weak.tweets(library, 4000), *weak.posts(library, 1500), *weak.grievances(library, 1000)]
    plain = [text for text in texts if not cue_names(text) & weak.SENSITIVE]
    yield from labelled(plain, "no", "sentiment_tweeteval_en", "", 0.2)


def answered(library: Library) -> Iterator[Example]:
    """Gather messages of a forum by whether anybody there answered next."""
    for row in library.rows("care_forum_thunderbird", "messages"):
        if row["direction"] == "inbound" and row["brand_replied"]:
            label = "yes" if row["brand_replied"] == "1" else "no"
            held = is_held_back(row["thread_id"])
            yield Example(row["text"], label, "care_forum_thunderbird", "", 1.0, held)


def answered_review(library: Library) -> Iterator[Example]:
    """Gather reviews by whether the brand answered, with forum messages, which help with brands unseen."""
    messages = list(answered(library))
    random.Random(5).shuffle(messages)
    yield from messages[:14_000]
    yield from _answered_reviews(library)


def _answered_reviews(library: Library) -> Iterator[Example]:
    """Take reviews, every app weighing the same in answers: what an app's policy is, says nothing of a text."""
    rows = library.rows("care_app_reviews", "reviews")
    by_app: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        by_app.setdefault((row["app"], row["brand_replied"]), []).append(row["text"])
    for (app, replied), texts in sorted(by_app.items()):
        if min(len(by_app.get((app, "0"), ())), len(by_app.get((app, "1"), ()))) < 50:
            continue
        label = "yes" if replied == "1" else "no"
        for text in weak.some(texts, 1500):
            held = is_held_back(app, 6)
            yield Example(text, label, "care_app_reviews", "", 0.7, held)


def _task(
    name: str,
    strength: float,
    gather: Callable[[Library], Iterator[Example]],
    sure: float = 0.5,
    is_balanced: bool = False,
    cut: float = 1.0,
) -> Task:
    return Task(
        name=name,
        labels=NO_YES,
        examples=lambda library: list(gather(library)),
        strength=strength,
        sure=sure,
        is_balanced=is_balanced,
        cut=cut,
    )


TASKS = [
    replace(_task("complaint", 12.0, complaints), rarity=0.5),
    _task("question", 8.0, questions),
    _task("spam", 20.0, spams, 0.7, is_balanced=True),
    _task("friends", 5.0, friends, 0.6, is_balanced=True),
    _task("sensitive", 10.0, sensitives, 0.6, is_balanced=True),
    _task("answered", 1.0, answered, cut=0.9999),
    _task("answered_review", 1.0, answered_review, cut=0.9999),
]
