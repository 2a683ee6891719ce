"""What is measured on the part of our own texts that training holds back: there is no public set for these questions.

A chance is honest when of all answers given with it so many are right.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.features import features_of
from allears.pipeline.understanding.heads import load_heads
from bench.reading import Row, Sets
from training.heads.intents import URGENCIES
from training.heads.weak import OWN_HELD, marks_of
from training.making import macro_f1
from training.sets import Library, is_held_back
from training.sets import Row as Line

ABOUT = (0.7, 0.9)
"""Answers given with a chance between these, whose mean is about 80 %."""

LABELS: dict[str, Callable[[Line], str]] = {
    "intent": lambda row: row["intent"],
    "asks": lambda row: {"y": "yes", "n": "no"}[row["asks"]],
    "urgency": lambda row: URGENCIES[int(row["urgency"])],
    "sensitive": lambda row: "yes" if "sensitive" in marks_of(row) else "no",
    "praise": lambda row: "yes" if row["intent"] == "praise" and "mixed" not in marks_of(row) else "no",
}


def said(head: str, held: list[Line]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the chances a head gives to each text, and the number of each one's true label."""
    heads = load_heads()
    one = heads.heads[head]
    sums = [
        heads.sums(features_of([row["text"] for row in held[at : at + 500]]))
        for at in range(0, len(held), 500)
    ]
    chances = one.chances(np.concatenate(sums)).astype(np.float64)
    return chances, np.array([one.labels.index(LABELS[head](row)) for row in held])


def held_back(sets: Sets) -> list[Line]:
    """Return our own texts that no head was trained on; the mood head sees them, and is not measured here."""
    found = [row for row in Library(()).texts if is_held_back(row["text"], OWN_HELD)]
    return found[: sets.most] if sets.most else found


def honesty(sets: Sets) -> dict[str, float]:
    """Measure by how many points the answers called about 80 % sure are right more or less often than they say."""
    held, found = held_back(sets), {}
    for head in ("intent", "asks", "urgency"):
        if head in load_heads().heads:
            chances, truth = said(head, held)
            best = chances.max(axis=1)
            few = (best > ABOUT[0]) & (best < ABOUT[1])
            is_right = chances.argmax(axis=1)[few] == truth[few]
            found[head] = round(100 * abs(float(is_right.mean() - best[few].mean())), 1)
    return found


def known(sets: Sets) -> dict[str, float]:
    """Measure macro-F1 in percent."""
    held, found = held_back(sets), {}
    for head in LABELS:
        if head in load_heads().heads:
            chances, truth = said(head, held)
            found[head] = round(100 * macro_f1(truth, chances.argmax(axis=1)), 1)
    return found


def _all(figure: float, *names: str) -> dict[str, float]:
    return dict.fromkeys(names, figure)


ROWS = [
    Row(
        task="own texts held back, macro-F1",
        measure=known,
        floor=_all(60, *LABELS),
        reach=_all(70, *LABELS),
        moonshot=_all(80, *LABELS),
    ),
    Row(
        task="called 80 % sure: points off, own texts",
        measure=honesty,
        floor=_all(8, "intent", "asks", "urgency"),
        reach=_all(5, "intent", "asks", "urgency"),
        moonshot=_all(2, "intent", "asks", "urgency"),
        is_less_better=True,
    ),
]
