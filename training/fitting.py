"""Fit one head: logistic regression over the shared features, by L-BFGS, in one order and one thread."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from allears.pipeline.understanding.features import BUCKETS, features_of

Matrix = csr_matrix
STEP = 2000


def matrix_of(texts: Sequence[str]) -> Matrix:
    """Lay texts out as rows of features, each row weighing 1 / sqrt(features) a feature."""
    parts = [features_of(texts[at : at + STEP]) for at in range(0, len(texts), STEP)]
    buckets = np.concatenate([part.buckets for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    starts = np.concatenate(([0], np.cumsum(counts)))
    values = np.repeat((1 / np.sqrt(counts)).astype(np.float32), counts)
    matrix = csr_matrix((values, buckets, starts), shape=(len(texts), BUCKETS))
    matrix.sum_duplicates()
    return matrix


def fit(
    matrix: Matrix,
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
    strength: float,
    rounds: int = 80,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit a softmax (or, with one column, a sigmoid) to soft targets; return weights [buckets, columns] and biases.

    `targets` are chances, rows as in `matrix`. Minimises cross-entropy * strength + |W|^2 / 2, as liblinear does.
    """
    from scipy.optimize import minimize

    used = np.unique(matrix.indices)
    small = matrix[:, used].astype(np.float32)
    turned = small.T.tocsr()
    columns = targets.shape[1]
    size = len(used) * columns
    amounts = weights[:, None] * np.float32(strength)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes = point[:size].reshape(len(used), columns).astype(np.float32)
        scores = small @ slopes + point[size:].astype(np.float32)
        cost, chances = _cross_entropy(scores, targets)
        errors = (chances - targets) * amounts
        gradient = np.concatenate(((turned @ errors + slopes).ravel(), errors.sum(axis=0, dtype=np.float64)))
        total = float((cost * amounts[:, 0]).sum(dtype=np.float64)) + 0.5 * float(point[:size] @ point[:size])
        return total, gradient.astype(np.float64)

    found = minimize(
        loss, np.zeros(size + columns), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 10}
    )
    whole = np.zeros((BUCKETS, columns), np.float32)
    whole[used] = found.x[:size].reshape(len(used), columns)
    return whole, found.x[size:].astype(np.float32)


def _cross_entropy(
    scores: NDArray[np.float32], targets: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what each row costs, and its chances."""
    if scores.shape[1] == 1:
        cost = np.logaddexp(0, scores[:, 0]) - targets[:, 0] * scores[:, 0]
        return cost, 1 / (1 + np.exp(-scores))
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -(targets * logs).sum(axis=1), np.exp(logs)
