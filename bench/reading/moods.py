"""Sentiment, set by set; airline tweets, Russian posts and Vietnamese feedback were never trained on."""

import json
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.heads import WEIGHTS
from allears.pipeline.understanding.reader import read_texts
from allears.pipeline.understanding.reading import Text
from bench.reading import Row, Sets
from training.making import macro_f1, macro_recall
from training.sets import Row as Line

LABELS = ("negative", "neutral", "positive")
Numbers = NDArray[np.int64]
Figures = dict[str, float]
Score = Callable[[Numbers, Numbers], float]


def accuracy(truth: Numbers, guess: Numbers) -> float:
    """Return the share that is right."""
    return float((truth == guess).mean())


def judged(
    rows: list[Line], labels: tuple[str, ...] = LABELS
) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """Read the rows that have one of these labels; return truth, the likeliest of these labels, and its chance."""
    rows = [row for row in rows if row["label"] in labels]
    readings = read_texts([Text(text=row["text"]) for row in rows])
    chances = np.array([one.sentiment_chances for one in readings])
    columns = [LABELS.index(label) for label in labels]
    truth = np.array([LABELS.index(row["label"]) for row in rows])
    return truth, np.array(columns)[chances[:, columns].argmax(axis=1)], chances.max(axis=1)


def measured(sets: Sets, name: str, score: Score, *, train: str = "train", two: bool = False) -> Figures:
    """Measure one set in percent.

    `later_unlearned` stands beside a score on a validation part that repeats what was learned: of the latest texts of
    the set, by a fit without them, as bin/train measured it when these weights were made.
    """
    rows = sets.test(name, train)
    if not rows:
        return {}
    truth, guess, _chance = judged(rows, ("negative", "positive") if two else LABELS)
    found = {"score": round(score(truth, guess) * 100, 1)}
    unseen = _unseen().get(name, {}).get(score.__name__)
    return found if unseen is None or sets.has_test(name) else {**found, "later_unlearned": unseen}


def _unseen() -> dict[str, Figures]:
    heads = json.loads((WEIGHTS / "heads.json").read_text(encoding="utf-8"))
    return next((one.get("unseen", {}) for one in heads if one["name"] == "sentiment"), {})


def eight_languages(sets: Sets) -> dict[str, float]:
    """Measure each language by itself, and the mean of all."""
    rows = sets.test("sentiment_xlmt_8lang")
    found = {}
    for language in sorted({row["lang"] for row in rows}):
        truth, guess, _chance = judged([row for row in rows if row["lang"] == language])
        found[language] = round(macro_f1(truth, guess) * 100, 1)
    return {"score": round(float(np.mean(list(found.values()))), 1), **found} if found else {}


CALIBRATED_ON = (
    ("sentiment_tweeteval_en", "train"),
    ("sentiment_xlmt_8lang", "train"),
    ("ru_sentirueval_brands", "train"),
    ("vi_aivivn_reviews", "train"),
)


def calibration(sets: Sets) -> dict[str, float]:
    """Return how often it is right where it calls itself 75-85 % sure, over the sets with sentiment."""
    rights, sures = [], []
    for name, train in CALIBRATED_ON:
        if rows := sets.test(name, train):
            truth, guess, chance = judged(rows)
            rights.append(truth == guess)
            sures.append(chance)
    if not rights:
        return {}
    right, sure = np.concatenate(rights), np.concatenate(sures)
    near = (sure >= 0.75) & (sure < 0.85)
    return {
        "right_of_80": round(float(right[near].mean()) * 100, 1) if near.any() else 0.0,
        "texts": int(near.sum()),
    }


def _row(task: str, figures: tuple[float, float, float], measure: Callable[[Sets], dict[str, float]]) -> Row:
    floor, reach, moonshot = ({"score": figure} for figure in figures)
    return Row(task=task, measure=measure, floor=floor, reach=reach, moonshot=moonshot)


def _set(name: str, score: Score, *, train: str = "train", two: bool = False) -> Callable[[Sets], Figures]:
    return partial(measured, name=name, score=score, train=train, two=two)


ROWS = [
    _row("English tweets, macro-recall", (62.9, 65, 69.1), _set("sentiment_tweeteval_en", macro_recall)),
    _row("English complaints untrained, accuracy", (62, 70, 75), _set("airline_sentiment", accuracy)),
    _row("Russian brand tweets, macro-F1", (60, 66, 70), _set("ru_sentirueval_brands", macro_f1)),
    _row(
        "Russian posts untrained, macro-F1",
        (50, 58, 65),
        _set("ru_rusentiment", macro_f1, train="train_random"),
    ),
    _row("Vietnamese reviews, macro-F1", (90, 91.5, 93), _set("vi_aivivn_reviews", macro_f1, two=True)),
    _row("Vietnamese feedback untrained, macro-F1", (50, 58, 65), _set("vi_uit_vsfc", macro_f1)),
    _row("eight other languages, macro-F1", (51, 57, 62), eight_languages),
    Row(
        task="sentiment: right of what it calls 80 % sure",
        measure=calibration,
        floor={"right_of_80": 75},
        reach={"right_of_80": 75},
        moonshot={"right_of_80": 75},
    ),
]
