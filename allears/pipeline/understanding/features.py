"""Hashed features of a whole batch, the same for every head: words, pairs of words, parts of words, traits.

A prefix polynomial hash over the characters of the batch, H[i] = sum(v(c_j) * p^j, j < i) modulo 2^64, gives the hash
of any stretch as (H[end] - H[start]) * p^-start: every word and every n-gram by array arithmetic alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.cleaning import (
    MARK,
    NOTHING,
    SIGN,
    SPACE,
    WORD,
    Cleaned,
    clean,
    clip,
    tables,
)
from allears.pipeline.understanding.cueing import cues_of
from allears.pipeline.understanding.cues import cue_hashes
from allears.pipeline.understanding.letters import Hashes, Numbers, Stretches, stretches_of
from allears.pipeline.understanding.negating import NEGATORS

BITS = 19
BUCKETS = 1 << BITS
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_GRAMS = (3, 4, 5)
_REACH = 3


@dataclass(frozen=True, slots=True)
class Features:
    """Features of a batch, row by row: those of text i are `buckets[starts[i]:starts[i + 1]]`; no row is empty."""

    buckets: NDArray[np.int32]
    starts: Numbers

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def counts(self) -> Numbers:
        """Count the features of each text."""
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words, runs of punctuation and signs, in order. `starts` and `lengths` are in characters of the batch."""

    starts: Numbers
    lengths: Numbers
    texts: Numbers
    kinds: NDArray[np.uint8]


def features_of(texts: Sequence[str]) -> Features:
    """Return the features of every text in one pass over the characters of all."""
    texts = [clip(text) for text in texts]
    return features_in(clean(texts), cues_of(texts))


def features_in(batch: Cleaned, cues: Sequence[frozenset[str]]) -> Features:
    """Return the features of a cleaned batch, given the cues of each of its texts."""
    return gather(groups_of(batch, cues), len(cues))


def groups_of(batch: Cleaned, cues: Sequence[frozenset[str]]) -> list[tuple[Hashes, Numbers]]:
    """Return hashes and the texts they belong to, one pair for each kind of feature, each in the order of texts."""
    tokens = _tokens_of(batch)
    groups = [_traits(batch, tokens, len(cues)), _cued(cues)]
    if not len(tokens.starts):
        return groups
    known = tables()
    folded = np.where(
        batch.codes < len(known.folded),
        known.folded[np.minimum(batch.codes, len(known.folded) - 1)],
        batch.codes,
    )
    plain = _word_hashes(folded, tokens)
    written = _word_hashes(batch.codes, tokens)
    accented = plain != written
    groups += _words(plain, tokens, np.ones(len(plain), np.bool_), 1)
    if accented.any():
        groups += _words(written, tokens, accented, 4)
    groups.append(_negated(plain, tokens))
    groups += _grams(folded, tokens)
    return groups


def gather(groups: Sequence[tuple[Hashes, Numbers]], rows: int) -> Features:
    """Lay the groups out row by row, each hash as a bucket."""
    counts = np.array([np.bincount(texts, minlength=rows) for _hashes, texts in groups])
    starts = np.concatenate(([0], np.cumsum(counts.sum(axis=0))))
    buckets = np.empty(starts[-1], np.int32)
    ahead = starts[:-1].copy()
    for (hashes, texts), count in zip(groups, counts, strict=True):
        first = np.cumsum(count) - count
        places = np.arange(len(texts)) + (ahead - first)[texts]
        buckets[places] = bucket_of(hashes)
        ahead += count
    return Features(buckets, starts)


def bucket_of(hashes: Hashes) -> NDArray[np.int32]:
    """Spread hashes over the buckets by multiplying and shifting."""
    mixed = hashes ^ (hashes >> np.uint64(29))
    return ((mixed * _SPREAD) >> np.uint64(64 - BITS)).astype(np.int32)


def _stretches(codes: NDArray[np.uint32]) -> Stretches:
    """Return what hashes any stretches of these characters, given their starts and ends."""
    values = codes.astype(np.uint64)
    values += np.uint64(1)
    values *= _SECOND
    values ^= values >> np.uint64(31)
    return stretches_of(values)


def _tokens_of(batch: Cleaned) -> Tokens:
    """Cut a batch into tokens: runs of letters and digits, runs of punctuation, every sign alone."""
    kinds = batch.kinds.copy()
    if not len(kinds):
        nothing = np.zeros(0, np.int64)
        return Tokens(nothing, nothing, nothing, kinds)
    inner = (batch.codes[1:-1] == ord("'")) & (kinds[:-2] == WORD) & (kinds[2:] == WORD)
    kinds[1:-1][inner] = WORD
    begins = np.ones(len(kinds), np.bool_)
    begins[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == SIGN)
    begins[1:] |= _humps(batch, kinds)
    edges = np.flatnonzero(begins)
    lengths = np.diff(np.append(edges, len(kinds)))
    is_token = (kinds[edges] != SPACE) & (kinds[edges] != NOTHING)
    starts = edges[is_token]
    return Tokens(starts, lengths[is_token], batch.texts[starts], kinds[starts])


def _humps(batch: Cleaned, kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Part the words of a hashtag written #LikeThis."""
    is_hash = batch.codes == ord("#")
    humps = batch.upper[1:] & ~batch.upper[:-1] & (kinds[:-1] == WORD) & (kinds[1:] == WORD)
    if not is_hash.any() or not humps.any():
        return np.zeros(len(kinds) - 1, np.bool_)
    outside = np.where(kinds == WORD, 0, np.arange(len(kinds)))
    inner: NDArray[np.bool_] = humps & is_hash[np.maximum.accumulate(outside)[1:]]
    return inner


def _word_hashes(codes: NDArray[np.uint32], tokens: Tokens) -> Hashes:
    return _stretches(codes).between(tokens.starts, tokens.starts + tokens.lengths)


def _words(
    words: Hashes, tokens: Tokens, chosen: NDArray[np.bool_], salt: int
) -> list[tuple[Hashes, Numbers]]:
    """Return chosen words, and the pairs (next, and next but one) with a chosen word in them."""
    groups = [(words[chosen] * _SECOND + np.uint64(salt), tokens.texts[chosen])]
    for far in (1, 2):
        if len(words) <= far:
            continue
        pairs = (words[:-far] * _SECOND) + (words[far:] ^ np.uint64(salt * 16 + far)) * _SPREAD
        together = (tokens.texts[:-far] == tokens.texts[far:]) & (chosen[:-far] | chosen[far:])
        groups.append((pairs[together], tokens.texts[far:][together]))
    return groups


@cache
def _negator_hashes() -> Hashes:
    batch = clean(NEGATORS)
    tokens = _tokens_of(batch)
    return np.unique(_word_hashes(batch.codes, tokens))


def _negated(words: Hashes, tokens: Tokens) -> tuple[Hashes, Numbers]:
    """Return the words that stand up to three after a word such as "not", before any punctuation."""
    negators = _negator_hashes()
    found = negators[np.minimum(np.searchsorted(negators, words), len(negators) - 1)] == words
    places = np.arange(len(words))
    last = np.maximum.accumulate(np.where(found, places, -_REACH - 1))
    stop = np.maximum.accumulate(np.where(tokens.kinds == MARK, places, -1))
    inside = (places - last <= _REACH) & (stop < last) & ~found & (last >= 0)
    inside &= tokens.texts[np.maximum(last, 0)] == tokens.texts
    return (words[inside] ^ np.uint64(0xABCDEF)) * _SECOND, tokens.texts[inside]


def _grams(codes: NDArray[np.uint32], tokens: Tokens) -> list[tuple[Hashes, Numbers]]:
    """Return parts of words of three to five characters; the spaces around a word count as characters."""
    is_word = tokens.kinds == WORD
    starts, lengths, texts = tokens.starts[is_word], tokens.lengths[is_word], tokens.texts[is_word]
    if not len(starts):
        return []
    ends = np.cumsum(lengths + 1)
    laid = np.full(ends[-1] + 1, ord(" "), np.uint32)
    word_of = np.repeat(np.arange(len(starts)), lengths + 1)
    places = np.arange(ends[-1])
    # Each word with the space before it; a part runs at most to the space behind its word.
    left = ends[word_of] + 1 - places
    is_letter = left <= lengths[word_of] + 1
    laid[:-1][is_letter] = codes[(places + (starts + lengths - ends)[word_of])[is_letter]]
    hashed = _stretches(laid)
    groups = []
    for size in _GRAMS:
        hashes = hashed.windows(size)
        fits = np.flatnonzero(left[: len(hashes)] >= size)
        groups.append((hashes[fits] + np.uint64(size), texts[word_of[fits]]))
    return groups


def _cued(cues: Sequence[frozenset[str]]) -> tuple[Hashes, Numbers]:
    """Return the cues of each text: what a person would point at weighs as one feature, however it is said."""
    found = [cue_hashes(names) for names in cues]
    counts = [len(hashes) for hashes in found]
    hashes = np.fromiter((one for hashes in found for one in hashes), np.uint64, sum(counts))
    return hashes, np.repeat(np.arange(len(cues)), counts)


def _traits(batch: Cleaned, tokens: Tokens, rows: int) -> tuple[Hashes, Numbers]:
    """Return how each text is written: one constant, its length, shouting, squeezed letters, exclamation, question."""
    counts = [
        np.bincount(batch.texts[chosen], minlength=rows)
        for chosen in (
            batch.kinds == WORD,
            batch.upper,
            batch.squeezed,
            batch.codes == ord("!"),
            batch.codes == ord("?"),
            (batch.kinds == SIGN) & (batch.codes > 0xF000),
        )
    ]
    words = np.bincount(tokens.texts, minlength=rows)
    shouting = (counts[1] * 2 > counts[0]) & (counts[0] > 5)
    levels = [np.zeros(rows), np.log2(words + 1), shouting, *(np.minimum(one, 3) for one in counts[2:])]
    values = np.array(levels).astype(np.uint64) + (
        np.arange(len(levels), dtype=np.uint64)[:, None] << np.uint64(8)
    )
    return (values.T.reshape(-1) + np.uint64(1)) * _SECOND, np.repeat(np.arange(rows), len(levels))
