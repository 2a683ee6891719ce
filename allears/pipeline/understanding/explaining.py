"""Explain: which words of a text moved a decision, found by reading it again without each of them."""

import re
from itertools import pairwise

import numpy as np

from allears.pipeline.understanding.cleaning import clip
from allears.pipeline.understanding.features import features_of
from allears.pipeline.understanding.heads import Chances, load_heads

_WORD = re.compile(r"\S+")
_MOST_WORDS = 80
_SHOWN = 5
_LEAST = 0.002
_TRIMMED = ' \t\n.,;:"«»“”()[]'


def explain(text: str, question: str) -> list[tuple[str, float]]:
    """Return words as they are written and how far each moved the chance of the answer, the strongest first.

    `question` is the name of a head: sentiment, intent, urgency, asks, ... A weight of 0.2 says that without these
    words the answer would be 20 points less sure; a negative one, that they speak against it. Of two neighbours
    that only move it together ("not good"), both are returned as one. Unknown questions have no words.
    """
    heads = load_heads()
    text = clip(text)
    head = heads.heads.get(question)
    spans = [found.span() for found in _WORD.finditer(text)][:_MOST_WORDS]
    if head is None or len(spans) < 2:
        return []
    pairs = [(one[0], other[1]) for one, other in pairwise(spans)]
    left_out = [text[:start] + " " + text[end:] for start, end in (*spans, *pairs)]
    chances = head.chances(heads.sums(features_of([text, *left_out])))
    moved = chances[0].max() - chances[1:, int(np.argmax(chances[0]))]
    return _strongest(text, [*spans, *pairs], moved, len(spans))


def _strongest(
    text: str, spans: list[tuple[int, int]], moved: Chances, singles: int
) -> list[tuple[str, float]]:
    """Choose spans that don't overlap; a pair counts only when it moves more than its words do one by one."""
    worth = np.abs(moved)
    for number in range(singles, len(spans)):
        first = number - singles
        if worth[number] < 1.3 * (worth[first] + worth[first + 1]):
            worth[number] = 0
    chosen: list[tuple[int, int]] = []
    found: list[tuple[str, float]] = []
    for number in np.argsort(-worth, kind="stable")[: _SHOWN * 4]:
        start, end = spans[number]
        words = text[start:end].strip(_TRIMMED)
        if worth[number] < _LEAST or len(found) == _SHOWN:
            break
        if words and all(end <= other or start >= until for other, until in chosen):
            chosen.append((start, end))
            found.append((words, round(float(moved[number]), 3)))
    return found
