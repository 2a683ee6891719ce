"""Fit one head: logistic regression over the shared features, in one order and one thread."""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from allears.pipeline.understanding.features import BUCKETS, features_of

Matrix = csr_matrix
STEP = 2000
ROUNDS = 12
"""How often every example is seen."""


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
    labels: NDArray[np.int64],
    weights: NDArray[np.float32],
    strength: float,
    rarity: float = 0.0,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit a softmax (or a sigmoid for two labels); return weights [buckets, columns] and biases.

    Minimises cross-entropy * strength + |W|^2 / 2 by SAGA (Defazio et al. 2014), seeded, for a fixed number of rounds.
    Features weigh (log(texts / texts with it) / 4) ** `rarity`, which moves into the weights afterwards.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    worth = rarity_of(matrix) ** np.float32(rarity)
    model = LogisticRegression(C=strength, solver="saga", max_iter=ROUNDS, tol=1e-9, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit((matrix @ diags(worth)).tocsr(), labels, sample_weight=weights)
    return np.ascontiguousarray(model.coef_.T * worth[:, None], np.float32), model.intercept_.astype(
        np.float32
    )


def rarity_of(matrix: Matrix) -> NDArray[np.float32]:
    """Return log(texts / texts with it) / 4 of every feature."""
    texts = np.bincount(matrix.indices, minlength=BUCKETS)
    return (np.log(matrix.shape[0] / np.maximum(texts, 1)) / 4).astype(np.float32)
