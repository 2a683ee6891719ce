"""The language of a text, told by the parts of its words, in 76 languages.

One linear model over hashed parts: its weights are bytes [buckets, languages]; a text's sums are divided by the root
of the number of its parts, so that a longer text is told more surely.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.cleaning import Cleaned, clean
from allears.pipeline.understanding.heads import WEIGHTS
from allears.pipeline.understanding.parts import LONGEST, Parts, parts_in
from allears.pipeline.understanding.summing import sums_of

STEP = 500
"""So many texts at once: their parts stay within some megabytes."""
_FAVOUR = 1.0
_FEWEST_PARTS = 4

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """The weights: bytes [buckets, languages]; `scales` is what a byte is worth. `sure`: see `languages_of`."""

    languages: tuple[str, ...]
    weights: NDArray[np.int8]
    scales: Scores
    biases: Scores
    sharpness: float
    sure: float

    def chances(self, parts: Parts, favoured: Sequence[Sequence[str]] = ()) -> Scores:
        """Return the chances of the languages, [texts, languages]; all 0 where there is nothing to read.

        `favoured`: the languages expected of each text, or none.
        """
        scores = self.sums(parts) * self.scales + self.biases
        for few in set(map(tuple, favoured)) - {()}:
            rows = [row for row, one in enumerate(favoured) if tuple(one) == few]
            scores[rows] += np.array([_FAVOUR * (one in few) for one in self.languages], np.float32)
        scores *= self.sharpness
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        chances[parts.counts < _FEWEST_PARTS] = 0
        return np.asarray(chances, np.float32)

    def sums(self, parts: Parts) -> Scores:
        """Sum the weights of every text's parts and divide by the root of their number."""
        return sums_of(self.weights, parts.buckets, parts.starts)


def languages_of(texts: Sequence[str], favoured: Sequence[str] = ()) -> list[tuple[str, float]]:
    """Return the language (ISO 639-1) of each text with its chance; "" where no language is likely enough.

    `favoured` are languages expected here, those a workspace works in: e to one more likely than by the text alone.
    """
    found: list[tuple[str, float]] = []
    for at in range(0, len(texts), STEP):
        few = [text[:LONGEST] for text in texts[at : at + STEP]]
        found += languages_in(clean(few), len(few), [favoured] * len(few))
    return found


def languages_in(
    batch: Cleaned, rows: int, favoured: Sequence[Sequence[str]] = ()
) -> list[tuple[str, float]]:
    """Return the same of a cleaned batch of so many texts, each clipped to `parts.LONGEST`, `favoured` of each."""
    model = load_model()
    if model is None:
        return [("", 0.0)] * rows
    chances = model.chances(parts_in(batch, rows), favoured)
    said = zip(chances.argmax(axis=1).tolist(), chances.max(axis=1).tolist(), strict=True)
    return [(model.languages[at] if chance >= model.sure else "", round(chance, 4)) for at, chance in said]


_lock = Lock()
_loaded: dict[Path, Model | None] = {}


def load_model(folder: Path = WEIGHTS) -> Model | None:
    """Load the weights once, when they are first asked for; None when there are none."""
    with _lock:
        if folder not in _loaded:
            _loaded[folder] = _read(folder)
        return _loaded[folder]


def _read(folder: Path) -> Model | None:
    if not (folder / "language.json").exists():
        return None
    described: dict[str, Any] = json.loads((folder / "language.json").read_text(encoding="utf-8"))
    return Model(
        tuple(described["languages"]),
        np.load(folder / "language.npy", allow_pickle=False),
        np.array(described["scales"], np.float32),
        np.array(described["biases"], np.float32),
        described["sharpness"],
        described["sure"],
    )
