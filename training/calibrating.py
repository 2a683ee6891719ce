"""Set the chances of a head right on what was held back: of what it calls 80 % sure, 80 % shall be right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.sets import Example
from training.tasks import Task

Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Calibrated:
    """What turns the sums of a head (in bytes) into scores: one slope and one bias a column."""

    slopes: Numbers
    biases: Numbers

    def chances(self, sums: Numbers, scales: Numbers) -> Numbers:
        """Return chances of unpressed sums, whose bytes are worth `scales`."""
        return soft(sums / scales * self.slopes + self.biases)


def calibrate(
    task: Task, held: Sequence[Example], scores: Numbers, scales: Numbers, biases: Numbers
) -> Calibrated:
    """Find the temperature under which the truth of the held-back texts is likeliest, every set counting the same."""
    if not held:
        return Calibrated(scales, biases)
    truth = np.array([task.labels.index(one.label) for one in held])
    sources = np.array([one.source for one in held])
    weights = np.array([1 / (sources == one).sum() for one in sources])
    best = min(np.linspace(0.3, 3.0, 109), key=lambda heat: _surprise(scores * heat, truth, weights))
    return Calibrated((scales * best).astype(np.float32), (biases * best).astype(np.float32))


def _surprise(scores: Numbers, truth: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    chances = soft(scores)[np.arange(len(truth)), truth]
    return float(-(np.log(np.maximum(chances, 1e-9)) * weights).sum())


def soft(scores: Numbers) -> Numbers:
    """Turn scores into chances; one column is a yes or no."""
    if scores.shape[1] == 1:
        yes = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        return np.concatenate((1 - yes, yes), axis=1)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
