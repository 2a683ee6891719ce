"""Parts of words, hashed for telling languages: every one to five letters of a word with its edges, and the word."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.cleaning import WORD, Cleaned, clean
from allears.pipeline.understanding.letters import Numbers, mixed, prefix_hashes

BITS = 15
BUCKETS = 1 << BITS
LONGEST = 240  # characters; the language of a text shows at its beginning
_GRAMS = (1, 2, 3, 4, 5)
_ROW = len(_GRAMS) + 1  # and the word itself
_EDGE, _APOSTROPHE, _HASH, _DIGIT = map(ord, " '#0")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the words of a batch, as buckets: those of text i are `buckets[starts[i]:starts[i + 1]]`."""

    buckets: NDArray[np.int32]
    starts: Numbers

    @property
    def counts(self) -> Numbers:
        """Count the parts of each text."""
        return np.diff(self.starts)

    @property
    def texts(self) -> Numbers:
        """Return the number of the text that each part is of."""
        return np.repeat(np.arange(len(self.starts) - 1), self.counts)


def parts_of(texts: Sequence[str]) -> Parts:
    """Cut a batch into parts. Links, mentions, hashtags, digits and signs have no voice.

    A text that is nothing but hashtags is read by those.
    """
    return parts_in(clean([text[:LONGEST] for text in texts]), len(texts))


def parts_in(batch: Cleaned, rows: int) -> Parts:
    """Cut a cleaned batch of so many texts, none longer than `LONGEST`, into parts."""
    letters, numbers = _letters(batch, rows)
    if not len(letters):
        return Parts(np.zeros(0, np.int32), np.zeros(rows + 1, np.int64))
    places = np.arange(len(letters))
    is_edge = letters == _EDGE
    edges = np.flatnonzero(is_edge)
    # A part runs at most to the edge that ends its word, which makes it so long, counted from each place on.
    longest = edges[np.minimum(np.cumsum(is_edge), len(edges) - 1)] - places + 1
    hashed = prefix_hashes(letters)
    hashes = np.empty((len(letters), _ROW), np.uint64)
    within = np.zeros(hashes.shape, np.bool_)
    for column, length in enumerate(_GRAMS):
        found = hashed.windows(length)
        hashes[: len(found), column] = found + np.uint64(length)
        within[: len(found), column] = longest[: len(found)] >= length
    within[:, 0] = ~is_edge
    hashes[edges[:-1], -1] = hashed.between(edges[:-1], edges[1:] + 1) + np.uint64(_ROW)
    within[edges[:-1], -1] = True
    chosen = np.flatnonzero(within)  # a mask of two dimensions would choose five times as slowly
    owners = numbers[np.minimum(places + is_edge, len(letters) - 1)]
    starts = np.searchsorted(chosen, np.searchsorted(owners, np.arange(rows + 1)) * _ROW)
    return Parts(_bucket_of(hashes.ravel()[chosen]), starts)


def _letters(batch: Cleaned, rows: int) -> tuple[NDArray[np.uint32], Numbers]:
    """Return the letters that have a voice, with one space around every word."""
    codes, numbers = batch.codes, batch.texts
    is_letter = (batch.kinds == WORD) & (codes != _DIGIT)
    inner = (codes[1:-1] == _APOSTROPHE) & is_letter[:-2] & is_letter[2:]
    is_letter[1:-1] |= inner
    is_letter &= ~_tagged(codes, is_letter, numbers, rows)
    follows = np.zeros(len(codes), np.bool_)
    follows[1:] = is_letter[:-1]
    keep = is_letter | follows
    letters = np.where(is_letter, codes, _EDGE)[keep]
    numbers = numbers[keep]
    if not len(letters):
        return letters, numbers
    edge, is_open = np.array([_EDGE], np.uint32), int(letters[-1] != _EDGE)
    letters = np.concatenate([edge, letters, edge[:is_open]])
    return letters, np.concatenate([numbers[:1], numbers, numbers[-1:][:is_open]])


def _tagged(
    codes: NDArray[np.uint32], is_letter: NDArray[np.bool_], numbers: Numbers, rows: int
) -> NDArray[np.bool_]:
    """Find the letters of hashtags, in texts that have others too."""
    if not (codes == _HASH).any():
        return np.zeros(len(codes), np.bool_)
    outside = np.where(is_letter | (codes == _DIGIT) | (codes == ord("_")), 0, np.arange(len(codes)))
    tagged = is_letter & (codes[np.maximum.accumulate(outside)] == _HASH)
    others = np.bincount(numbers[is_letter & ~tagged], minlength=rows)
    found: NDArray[np.bool_] = tagged & (others[numbers] > 0)
    return found


def _bucket_of(hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
    return (mixed(hashes) >> np.uint64(64 - BITS)).astype(np.int32)
