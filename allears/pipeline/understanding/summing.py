"""Sum rows of small weights, text by text: the one heavy step that every linear model here has in common."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Sums = NDArray[np.float32]


def sums_of(weights: NDArray[np.int8], buckets: NDArray[np.int32], starts: NDArray[np.int64]) -> Sums:
    """Sum the rows `buckets[starts[i]:starts[i + 1]]` of `weights` and divide by the root of their number.

    Returns [texts, columns]. One text at a time: its rows stay in the cache while they are widened and added,
    three times as fast as a whole batch at once. Sums of up to 130,000 bytes are exact in float32, in any order.
    """
    counts = np.diff(starts)
    most, columns = int(counts.max(initial=0)), weights.shape[1]
    # Indices must be as wide as a pointer already: numpy widens others row by row.
    places = buckets.astype(np.intp)
    rows, wide = np.empty((most, columns), np.int8), np.empty((most, columns), np.float32)
    ones = np.ones(most, np.float32)
    found = np.zeros((len(counts), columns), np.float32)
    for number, (start, end) in enumerate(pairwise(starts.tolist())):
        count = end - start
        weights.take(places[start:end], axis=0, out=rows[:count], mode="clip")
        wide[:count] = rows[:count]
        np.dot(ones[:count], wide[:count], out=found[number])
    found /= np.sqrt(np.maximum(counts, 1))[:, None]
    return found
