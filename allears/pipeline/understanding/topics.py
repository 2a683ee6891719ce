"""Topics: what a workspace's messages are about, learned from its own tagged messages; suggests tags, later routes.

One linear machine a topic (L2-regularised squared hinge), all fitted together by dual coordinate descent (Hsieh et
al. 2008): a step looks at one message and moves every topic at once, so that ten thousand messages take seconds.
"""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.features import BUCKETS, Features, features_of

Numbers = NDArray[np.float32]
Rows = NDArray[np.int64]

ROUNDS = 12
STRENGTH = 2.0
STEP = 500
SEED = 5
HEAT = 4.0  # turns margins into chances that are right about as often as they say
LEAST = 2  # messages that a topic, or a feature, must stand in to count
FORMAT = 1


class TooFewTopics(ValueError):
    """Topics are learned from two of them and more, with two messages each."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What was learned: a row of bytes for each feature that was seen, one column a topic.

    `places`: the row of each bucket, the last one for buckets never seen. `scales`: what a byte of a column is worth.
    """

    labels: tuple[str, ...]
    buckets: NDArray[np.int32]
    weights: NDArray[np.int8]
    scales: Numbers
    biases: Numbers

    def chances_of(self, texts: Sequence[str]) -> Numbers:
        """Return the chance of each topic for each text: [texts, topics], rows add up to 1."""
        found = np.empty((len(texts), len(self.labels)), np.float32)
        for at in range(0, len(texts), STEP):
            found[at : at + STEP] = self._chances(features_of(texts[at : at + STEP]))
        return found

    def suggest(self, text: str, least: float = 0.5) -> list[tuple[str, float]]:
        """Return topics with their chances, the likeliest first, none below `least`."""
        chances = self.chances_of([text])[0]
        order = [int(one) for one in np.argsort(-chances) if chances[one] >= least]
        return [(self.labels[one], round(float(chances[one]), 4)) for one in order]

    def _chances(self, features: Features) -> Numbers:
        texts, places = _known(features, self.buckets)
        counts = np.bincount(texts, minlength=len(features))
        sums = np.zeros((len(features), len(self.labels)), np.float32)
        if len(texts):
            present = np.flatnonzero(counts)
            starts = (np.cumsum(counts) - counts)[present]
            sums[present] = np.add.reduceat(self.weights[places].astype(np.float32), starts, axis=0)
        margins = (sums * self.scales + self.biases) / np.sqrt(np.maximum(counts, 1))[:, None]
        powers = np.exp(HEAT * (margins - margins.max(axis=1, keepdims=True)))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)

    def to_bytes(self) -> bytes:
        """Press what was learned into bytes to store."""
        file = io.BytesIO()
        np.savez(
            file,
            format=np.array(FORMAT),
            labels=np.array(self.labels),
            buckets=self.buckets,
            weights=self.weights,
            scales=self.scales,
            biases=self.biases,
        )
        return zlib.compress(file.getvalue(), 6)


def topics_from(stored: bytes) -> Topics:
    """Read what `to_bytes` wrote."""
    with np.load(io.BytesIO(zlib.decompress(stored)), allow_pickle=False) as read:
        return Topics(
            tuple(str(one) for one in read["labels"]),
            read["buckets"],
            read["weights"],
            read["scales"],
            read["biases"],
        )


def learn_topics(texts: Sequence[str], labels: Sequence[str], rounds: int = ROUNDS) -> Topics:
    """Learn from texts with one topic each; the same texts give the same topics to the digit.

    Topics with fewer than two messages are left out. Raises `TooFewTopics` when fewer than two are left.
    """
    sizes = dict.fromkeys(labels, 0)
    for label in labels:
        sizes[label] += 1
    known = tuple(sorted(label for label, size in sizes.items() if size >= LEAST))
    if len(known) < 2:
        raise TooFewTopics
    chosen = [(text, label) for text, label in zip(texts, labels, strict=True) if label in known]
    buckets, rows = _rows_of([text for text, _label in chosen])
    answers = np.array([known.index(label) for _text, label in chosen])
    weights = _descend(rows, answers, len(buckets), len(known), rounds)
    return _pressed(known, buckets, weights)


def _known(features: Features, buckets: NDArray[np.int32]) -> tuple[Rows, Rows]:
    """Return the features that stand in `buckets`, each once a text: numbers of the texts, places in `buckets`."""
    texts = np.repeat(np.arange(len(features)), features.counts)
    places = np.minimum(np.searchsorted(buckets, features.buckets), len(buckets) - 1)
    is_known = buckets[places] == features.buckets
    keys = np.unique(texts[is_known] * len(buckets) + places[is_known])
    return keys // len(buckets), keys % len(buckets)


def _rows_of(texts: Sequence[str]) -> tuple[NDArray[np.int32], list[Rows]]:
    """Return the buckets that occur in two texts and more, and each text as places among them."""
    batches = [features_of(texts[at : at + STEP]) for at in range(0, len(texts), STEP)]
    counts = np.zeros(BUCKETS, np.int32)
    everything = np.arange(BUCKETS, dtype=np.int32)
    for batch in batches:
        counts += np.bincount(_known(batch, everything)[1], minlength=BUCKETS).astype(np.int32)
    buckets = np.flatnonzero(counts >= LEAST).astype(np.int32)
    rows: list[Rows] = []
    for batch in batches:
        numbers, places = _known(batch, buckets)
        rows += np.split(places, np.searchsorted(numbers, np.arange(1, len(batch))))
    return buckets, rows


def _descend(rows: Sequence[Rows], answers: Rows, features: int, topics: int, rounds: int) -> Numbers:
    """Fit all topics at once; the last row of what is returned is the bias."""
    weights = np.zeros((features + 1, topics), np.float32)
    steps = np.zeros((len(rows), topics), np.float32)
    soft = np.float32(1 / (2 * STRENGTH))
    order = np.random.default_rng(SEED)
    for _round in range(rounds):
        for one in order.permutation(len(rows)):
            row = np.append(rows[one], features)
            worth = np.float32(1 / np.sqrt(max(1, len(row) - 1)))
            sign = np.full(topics, -1, np.float32)
            sign[answers[one]] = 1
            margins = weights[row].sum(axis=0) * worth
            slopes = sign * margins - 1 + steps[one] * soft
            moved = np.maximum(steps[one] - slopes / (worth * worth * len(row) + soft), 0)
            change = (moved - steps[one]) * sign * worth
            steps[one] = moved
            if np.any(change):
                weights[row] += change
    return weights


def _pressed(labels: tuple[str, ...], buckets: NDArray[np.int32], weights: Numbers) -> Topics:
    """Press the weights into bytes, one scale a topic."""
    slopes, last = weights[:-1], weights[-1]
    scales = np.maximum(np.abs(slopes).max(axis=0), 1e-6).astype(np.float32) / np.float32(127)
    pressed = np.rint(slopes / scales).astype(np.int8)
    return Topics(labels, buckets, pressed, scales, last.astype(np.float32))
