"""The solver of `training.solving`: it finds what must be found, and finds it again to the digit."""

import numpy as np
from scipy.sparse import csr_matrix

from training.solving import fit_chances


def _told_apart(rows: int = 600) -> tuple[csr_matrix, np.ndarray]:
    """Three labels, each with a feature of its own among noise; one feature stands in one text only."""
    chance = np.random.default_rng(3)
    labels = chance.integers(0, 3, rows)
    dense = (chance.random((rows, 40)) < 0.2).astype(np.float32)
    dense[:, :3] = np.eye(3)[labels]
    dense[:, 39] = 0
    dense[0, 39] = 1
    return csr_matrix(dense), labels


def test_it_tells_labels_apart_and_gives_the_same_digits_again() -> None:
    matrix, labels = _told_apart()
    targets, weights = np.eye(3, dtype=np.float32)[labels], np.ones(len(labels), np.float32)
    slopes, biases = fit_chances(matrix, targets, weights, 4.0, 1.0)
    assert ((matrix @ slopes + biases).argmax(axis=1) == labels).all()
    again, others = fit_chances(matrix, targets, weights, 4.0, 1.0)
    assert (again == slopes).all()
    assert (others == biases).all()


def test_what_stands_in_one_text_only_has_no_weight() -> None:
    matrix, labels = _told_apart()
    slopes, _biases = fit_chances(
        matrix, np.eye(3, dtype=np.float32)[labels], np.ones(len(labels), np.float32), 4.0, 1.0
    )
    assert not slopes[39].any()
    assert slopes[:3].any()


def test_chances_are_met_where_nothing_tells_texts_apart() -> None:
    matrix = csr_matrix(np.ones((200, 2), np.float32))
    targets = np.tile(np.array([0.2, 0.3, 0.5], np.float32), (200, 1))
    slopes, biases = fit_chances(matrix, targets, np.ones(200, np.float32), 4.0, 0.0)
    scores = np.asarray(matrix @ slopes + biases)[0]
    chances = np.exp(scores) / np.exp(scores).sum()
    assert np.allclose(chances, [0.2, 0.3, 0.5], atol=0.01)
