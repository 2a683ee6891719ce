"""What people want: complaints, questions, spam, topics, and whether a brand answers.

The published reference for questions counts the yes-no and the wh- questions among the acts of a chat; nothing that
ships was trained on that chat.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.advice import answer_chance
from allears.pipeline.understanding.features import features_of
from allears.pipeline.understanding.heads import load_heads
from allears.pipeline.understanding.topics import learn_topics
from bench.reading import Row, Sets
from training.making import macro_f1
from training.sets import Row as Line
from training.sets import is_held_back, read_part

FALSE_ALARMS = 0.005
UNSEEN = 50  # reviews with and without an answer that an app needs to be measured by itself
Numbers = NDArray[np.float64]


def chances_of(head: str, texts: list[str]) -> Numbers:
    """Return how likely a head says yes to each text."""
    heads = load_heads()
    if head not in heads.heads or not texts:
        return np.zeros(len(texts))
    steps = [features_of(texts[at : at + 500]) for at in range(0, len(texts), 500)]
    return np.concatenate([heads.heads[head].chances(heads.sums(step))[:, 1] for step in steps])


def yes_or_no(head: str, name: str, is_yes: Callable[[Line], bool]) -> Callable[[Sets], dict[str, float]]:
    """Measure the macro-F1 of a head on a set, in percent."""

    def measure(sets: Sets) -> dict[str, float]:
        rows = sets.test(name)
        if not rows:
            return {}
        truth = np.array([is_yes(row) for row in rows], np.int64)
        guess = (chances_of(head, [row["text"] for row in rows]) >= 0.5).astype(np.int64)
        return {"score": round(macro_f1(truth, guess) * 100, 1)}

    return measure


def spam(sets: Sets) -> dict[str, float]:
    """Measure how much spam is found when one in two hundred others is taken for it."""
    rows = sets.test("spam_sms")
    if not rows:
        return {}
    truth = np.array([row["label"] == "spam" for row in rows])
    chances = chances_of("spam", [row["text"] for row in rows])
    others = np.sort(chances[~truth])[::-1]
    limit = others[min(int(FALSE_ALARMS * len(others)), len(others) - 1)]
    return {"recall": round(float((chances[truth] > limit).mean()), 3)}


def topics(name: str) -> Callable[[Sets], dict[str, float]]:
    """Learn topics from one part of a set and measure the accuracy on the other; in scope only."""

    def measure(sets: Sets) -> dict[str, float]:
        rows = [row for row in sets.test(name) if row["label"] != "oos"]
        shown = {row["text"] for row in rows}
        known = [
            row
            for row in read_part(sets.folders, name, "train")
            if row["label"] != "oos" and row["text"] not in shown
        ]
        if not rows or not known:
            return {}
        learned = learn_topics([row["text"] for row in known], [row["label"] for row in known])
        best = learned.chances_of([row["text"] for row in rows]).argmax(axis=1)
        right = [learned.labels[one] == row["label"] for one, row in zip(best, rows, strict=True)]
        return {"accuracy": round(float(np.mean(right)) * 100, 1)}

    return measure


def area(truth: NDArray[np.bool_], chances: Numbers) -> float:
    """Return the area under the curve: how often a yes stands above a no; ties count half."""
    values, places = np.unique(chances, return_inverse=True)
    sizes = np.bincount(places, minlength=len(values))
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[places]
    yes = int(truth.sum())
    no = len(truth) - yes
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / max(1, yes * no))


def answered_forum(sets: Sets) -> dict[str, float]:
    """Measure, by the text alone, whether the next message of a forum thread is somebody else's."""
    rows = [row for row in sets.test("care_forum_thunderbird", "messages") if row.get("brand_replied")]
    rows = [row for row in rows if is_held_back(row["thread_id"])][:6000]
    if not rows:
        return {}
    truth = np.array([row["brand_replied"] == "1" for row in rows])
    return {"auc": round(area(truth, chances_of("answered", [row["text"] for row in rows])), 3)}


def answered_reviews(sets: Sets) -> dict[str, float]:
    """Measure reviews of brands that were never trained on: by the text, and with what the account did so far."""
    rows = [row for row in sets.test("care_app_reviews", "reviews") if is_held_back(row["app"], 6)]
    if not rows:
        return {}
    rows.sort(key=lambda row: row["created_at"])
    truth = np.array([row["brand_replied"] == "1" for row in rows])
    chances = chances_of("answered_review", [row["text"] for row in rows])
    so_far: dict[str, list[int]] = {}
    moved = []
    for row, chance, was in zip(rows, chances, truth, strict=True):
        count = so_far.setdefault(row["app"], [0, 0])
        moved.append(answer_chance(float(chance), count[0], count[1]))
        count[0] += int(was)
        count[1] += 1
    return {"auc": round(area(truth, np.array(moved)), 3), "text_alone": round(area(truth, chances), 3)}


def _is_question(row: Line) -> bool:
    return row["label"] in {"whQuestion", "ynQuestion"}


ROWS = [
    Row(
        task="complaint, macro-F1 (ACL19)",
        measure=yes_or_no("complaint", "complaints_acl19", lambda row: row["label"] == "complaint"),
        floor={"score": 80},
        reach={"score": 84},
        moonshot={"score": 87},
    ),
    Row(
        task="question, macro-F1 (never trained on)",
        measure=yes_or_no("question", "acts_nps_chat", _is_question),
        floor={"score": 88},
        reach={"score": 91},
        moonshot={"score": 94},
    ),
    Row(
        task="topics, accuracy in scope (CLINC150)",
        measure=topics("intent_clinc150"),
        floor={"accuracy": 91},
        reach={"accuracy": 92.5},
        moonshot={"accuracy": 95},
    ),
    Row(
        task="topics, accuracy (Banking77)",
        measure=topics("intent_banking77"),
        floor={"accuracy": 90},
        reach={"accuracy": 92},
        moonshot={"accuracy": 93},
    ),
    Row(
        task="spam at 0.5 % false alarms (SMS)",
        measure=spam,
        floor={"recall": 0.90},
        reach={"recall": 0.95},
        moonshot={"recall": 0.98},
    ),
    Row(
        task="will it be answered, AUC (forum)",
        measure=answered_forum,
        floor={"auc": 0.65},
        reach={"auc": 0.70},
        moonshot={"auc": 0.75},
    ),
    Row(
        task="will it be answered, AUC (unseen brands)",
        measure=answered_reviews,
        floor={"auc": 0.72},
        reach={"auc": 0.78},
        moonshot={"auc": 0.82},
    ),
]
