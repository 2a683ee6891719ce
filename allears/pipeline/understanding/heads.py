"""Heads: small linear models over the shared features. Their weights lie together, so that a batch is summed once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.features import BUCKETS, Features
from allears.pipeline.understanding.summing import sums_of

WEIGHTS = Path(__file__).parent / "weights"
Chances = NDArray[np.float32]


class OldWeights(Exception):
    """These weights were made for other features; bin/train makes them anew."""


@dataclass(frozen=True, slots=True)
class Head:
    """One head: the columns it owns from `first` on, and how their sums become chances.

    With two labels there is one column and the second label is the yes. `biases` and `slopes` (one a column) hold
    the scale of the weights and what calibration said. `sure`: the chance from which its answer is an answer.
    """

    name: str
    labels: tuple[str, ...]
    first: int
    biases: Chances
    slopes: Chances
    sure: float

    @property
    def width(self) -> int:
        """Count its columns."""
        return len(self.biases)

    def chances(self, sums: Chances) -> Chances:
        """Turn sums [texts, columns of all heads] into chances [texts, labels] that add up to 1."""
        scores = sums[:, self.first : self.first + self.width] * self.slopes + self.biases
        if self.width == 1:
            yes = yes_of(scores)
            return np.concatenate((1 - yes, yes), axis=1)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def yes_of(scores: Chances) -> Chances:
    """Turn scores into chances by the logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads and their weights: bytes [buckets, columns]. `version` is the digest of all weights."""

    version: str
    weights: NDArray[np.int8]
    heads: Mapping[str, Head]

    def sums(self, features: Features) -> Chances:
        """Sum the weights of every text's features and divide by the root of their number: [texts, columns]."""
        return sums_of(self.weights, features.buckets, features.starts)


_lock = Lock()
_loaded: dict[Path, Heads] = {}


def load_heads(folder: Path = WEIGHTS) -> Heads:
    """Load the weights once, when they are first asked for; without any there are no heads and no version."""
    with _lock:
        if folder not in _loaded:
            _loaded[folder] = _read(folder)
        return _loaded[folder]


def _read(folder: Path) -> Heads:
    if not (folder / "manifest.json").exists():
        return Heads("", np.zeros((BUCKETS, 0), np.int8), {})
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    described: list[dict[str, Any]] = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
    weights = np.load(folder / "heads.npy", allow_pickle=False)
    if len(weights) != BUCKETS:
        raise OldWeights(str(folder))
    heads = {
        one["name"]: Head(
            one["name"],
            tuple(one["labels"]),
            one["first"],
            np.array(one["biases"], np.float32),
            np.array(one["slopes"], np.float32),
            one["sure"],
        )
        for one in described
    }
    return Heads(manifest["version"], weights, heads)
