"""The bare words of a batch, for whatever asks only whether words are the same: folded harder than features are."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allears.foundation.spelling import CYRILLIC_TWINS, LATIN_TWINS
from allears.pipeline.understanding.cleaning import WORD, Cleaned, clean

_TWINS = str.maketrans(CYRILLIC_TWINS, LATIN_TWINS)
_SPECIAL = {"đ": "d", "ø": "o", "ł": "l", "ß": "s", "æ": "a", "œ": "o", "ı": "i", "ð": "d", "þ": "t"}
_KNOWN = 0x10000
_OUTSIDE, _IN_WORD, _TOGETHER = 0, 1, 2
_FACTOR = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_FACTOR, -1, 1 << 64)

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch in order: the number of the text that each is of, and a hash of its folded letters."""

    texts: Numbers
    hashes: Hashes


def words_of(texts: Sequence[str]) -> Words:
    """Cut a batch into words. Links, addresses, mentions, signs and digits are none; doubled letters count once.

    What is written without spaces (Chinese, Japanese, Thai) gives each pair of neighbouring characters.
    """
    return words_in(clean(texts))


def words_in(batch: Cleaned) -> Words:
    """Cut a cleaned batch into words."""
    folds, kinds_of = _folding()
    codes = np.minimum(batch.codes, _KNOWN - 1)
    kinds = np.where(batch.kinds == WORD, kinds_of[codes], _OUTSIDE)
    letters, numbers = folds[codes], batch.texts
    keep = np.ones(len(letters), np.bool_)
    keep[1:] = (letters[1:] != letters[:-1]) | (kinds[1:] != _IN_WORD) | (kinds[:-1] != _IN_WORD)
    keep &= letters > 0
    letters, kinds, numbers = letters[keep], kinds[keep], numbers[keep]
    starts, ends = _edges(kinds)
    return Words(numbers[starts], mixed(prefix_hashes(letters).between(starts, ends)))


@cache
def _folding() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return what each character below 0x10000 becomes (0: it is not there), and whether it makes words."""
    folds = np.arange(_KNOWN, dtype=np.uint32)
    kinds = np.full(_KNOWN, _IN_WORD, np.uint8)
    for code in (*range(0x2E80), *range(0xA000, 0xAC00), *range(0xD7A4, _KNOWN)):
        letter = chr(code)
        small = unicodedata.normalize("NFKD", letter.lower())[0]
        folds[code] = (
            0 if unicodedata.combining(letter) else ord(_SPECIAL.get(small, small).translate(_TWINS))
        )
        kinds[code] = _IN_WORD if unicodedata.category(letter)[0] in "LM" else _OUTSIDE
    for first, last in ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x9FFF)):
        kinds[first : last + 1] = _TOGETHER
    folds[0] = ord(" ")
    return folds, kinds


def _edges(kinds: NDArray[np.uint8]) -> tuple[Numbers, Numbers]:
    """Return where words start and end, in the order of the texts."""
    within = np.zeros(len(kinds) + 2, np.int8)
    within[1:-1] = kinds == _IN_WORD
    steps = np.diff(within)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    pairs = np.flatnonzero((kinds[:-1] == _TOGETHER) & (kinds[1:] == _TOGETHER))
    if len(pairs):
        starts, ends = np.concatenate([starts, pairs]), np.concatenate([ends, pairs + 2])
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    return starts, ends


class Stretches(NamedTuple):
    """What hashes any stretches of characters: H[i] = sum(v(c_j) * p^j, j < i) modulo 2^64, and p^-i."""

    sums: Hashes
    inverses: Hashes

    def between(self, starts: Numbers, ends: Numbers) -> Hashes:
        """Hash the stretches from `starts` to `ends`."""
        return (self.sums[ends] - self.sums[starts]) * self.inverses[starts]

    def windows(self, length: int) -> Hashes:
        """Hash every stretch of one length, in order: without any look-up, five times as fast as `between`."""
        count = max(len(self.sums) - length, 0)
        return (self.sums[length:] - self.sums[:count]) * self.inverses[:count]


def prefix_hashes(letters: NDArray[np.uint32]) -> Stretches:
    """Return what hashes any stretches of these letters, by sums of one polynomial over all of them."""
    return stretches_of(mixed(letters.astype(np.uint64)))


def stretches_of(values: Hashes) -> Stretches:
    """Return what hashes any stretches of characters with these values."""
    powers, inverses = _powers(1 << max(12, len(values).bit_length()))
    sums = np.zeros(len(values) + 1, np.uint64)
    np.cumsum(values * powers[: len(values)], out=sums[1:])
    return Stretches(sums, inverses)


@cache
def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the powers of the factor and of its inverse, modulo 2**64."""
    steps = np.full((2, count), [[_FACTOR], [_INVERSE]], np.uint64)
    steps[:, 0] = 1
    powers = np.cumprod(steps, axis=1)
    return powers[0], powers[1]


def mixed(values: Hashes) -> Hashes:
    """Spread 64-bit values evenly (the finaliser of splitmix64)."""
    values = values + np.uint64(_FACTOR)
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values
