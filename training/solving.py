"""Fit a softmax to chances instead of labels: L-BFGS (Liu and Nocedal 1989) in single precision, in one order."""

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.fitting import rarity_of

Numbers = NDArray[np.float32]
Loss = Callable[[Numbers], tuple[float, Numbers]]
MEMORY = 6
ENOUGH = 1e-5
"""It ends when a step wins less than this share of the loss."""


def fit_chances(
    matrix: csr_matrix, targets: Numbers, weights: Numbers, strength: float, rarity: float, rounds: int = 25
) -> tuple[Numbers, Numbers]:
    """Fit targets [texts, labels], each row adding up to 1; return weights [buckets, labels] and biases.

    Minimises cross-entropy * strength + |W|^2 / 2.
    What stands in one text only is left out: it tells nothing of others.
    """
    there = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) > 1)
    worth = rarity_of(matrix)[there] ** np.float32(rarity)
    chosen = (matrix[:, there]).tocsr()
    chosen.data = chosen.data * worth[chosen.indices]
    found = solve(_loss_of(chosen, targets, weights * np.float32(strength)), len(there), targets, rounds)
    slopes = np.zeros((matrix.shape[1], targets.shape[1]), np.float32)
    slopes[there] = found[:-1] * worth[:, None]
    return slopes, found[-1].copy()


def _loss_of(rows: csr_matrix, targets: Numbers, weights: Numbers) -> Loss:
    columns, weigh = rows.T.tocsr(), weights[:, None]

    def loss(found: Numbers) -> tuple[float, Numbers]:
        scores = rows @ found[:-1] + found[-1]
        scores -= scores.max(axis=1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        off = weigh * (np.exp(scores) - targets)
        value = -float((weigh * targets * scores).sum(dtype=np.float64)) + _dot(found[:-1], found[:-1]) / 2
        return value, np.concatenate((columns @ off + found[:-1], off.sum(axis=0, keepdims=True)))

    return loss


def solve(loss: Loss, size: int, targets: Numbers, rounds: int) -> Numbers:
    """Go downhill from zero, by the last few steps' curvature; return what is found [size + 1, labels]."""
    here = np.zeros((size + 1, targets.shape[1]), np.float32)
    value, slope = loss(here)
    steps: deque[tuple[Numbers, Numbers]] = deque(maxlen=MEMORY)
    for _round in range(rounds):
        way = _way(slope, steps)
        fall, length = _dot(way, slope), 1.0
        while True:
            there = here - np.float32(length) * way
            below, bend = loss(there)
            if below <= value - 1e-4 * length * fall or length < 1e-4:
                break
            length /= 2
        if _dot(there - here, bend - slope) > 0:
            steps.append((there - here, bend - slope))
        won, here, value, slope = value - below, there, below, bend
        if won < ENOUGH * abs(value):
            break
    return here


def _way(slope: Numbers, steps: Sequence[tuple[Numbers, Numbers]]) -> Numbers:
    """Turn the slope into the way to go, by the two loops over the last steps."""
    way = slope.copy()
    shares = []
    for step, bend in reversed(steps):
        shares.append(_dot(step, way) / _dot(step, bend))
        way -= np.float32(shares[-1]) * bend
    if steps:
        step, bend = steps[-1]
        way *= np.float32(_dot(step, bend) / _dot(bend, bend))
    else:
        way *= np.float32(1 / max(1.0, _dot(slope, slope) ** 0.5))
    for (step, bend), share in zip(steps, reversed(shares), strict=True):
        way += np.float32(share - _dot(bend, way) / _dot(step, bend)) * step
    return way


def _dot(one: Numbers, other: Numbers) -> float:
    return float(np.vdot(one, other))
