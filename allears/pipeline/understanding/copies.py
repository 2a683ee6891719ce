"""Near-copies: whether two texts say the same in nearly the same words, found without comparing all with all.

A text's *sketch* is the set of its words, two bytes each (of a long text the 64 smallest hashes, after Broder 1997
and Bar-Yossef 2002); `likeness` of two sketches is the share of words that are in both among those in either.
Whatever makes no difference to a reader is gone before: case, accents, digits, links, mentions, emoji, doubled
letters, letters that look alike.

Keys to find by (`keys_of`, used by `shelf.py`): the first is the same for texts with the same words, the others are
bands of three minima each: two texts that share 60 % of their words share a key with a chance of .9996, two that
share 12 % with one of .05.
"""

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from allears.pipeline.understanding.cleaning import Cleaned

_KEPT = 64
_BANDS, _ROWS = 32, 3
_FEWEST_WORDS, _FEWEST_FOR_BANDS = 2, 3


def sketches_of(texts: Sequence[str]) -> list[bytes]:
    """Sketch a batch of texts; b"" where there are too few words to speak of a copy (fewer than two)."""
    from allears.pipeline.understanding.cleaning import clean

    return sketches_in(clean(texts), len(texts)) if texts else []


def sketches_in(batch: "Cleaned", rows: int) -> list[bytes]:
    """Sketch a cleaned batch of so many texts."""
    import numpy as np

    from allears.pipeline.understanding.letters import words_in

    words = words_in(batch)
    values = np.unique((words.texts.astype(np.uint64) << np.uint64(16)) | (words.hashes >> np.uint64(48)))
    edges = np.searchsorted(values >> np.uint64(16), np.arange(rows + 1, dtype=np.uint64))
    low = (values & np.uint64(0xFFFF)).astype("<u2").tobytes()
    sketches = []
    for start, end in pairwise(edges.tolist()):
        sketches.append(low[start * 2 : min(end, start + _KEPT) * 2] if end - start >= _FEWEST_WORDS else b"")
    return sketches


def likeness(one: bytes, other: bytes) -> float:
    """Return the share of words in both texts among those in either, 0 to 1 (of long texts, an estimate)."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    mine, theirs = _values(one), _values(other)
    if len(mine) >= _KEPT or len(theirs) >= _KEPT:
        highest = min(max(values) for values in (mine, theirs) if len(values) >= _KEPT)
        mine = frozenset(value for value in mine if value <= highest)
        theirs = frozenset(value for value in theirs if value <= highest)
    return len(mine & theirs) / max(1, len(mine | theirs))


def alike_from(one: bytes, other: bytes) -> float:
    """Return the likeness from which two texts are near-copies: short ones must agree in nearly all words."""
    fewest = min(len(one), len(other)) // 2
    if fewest < _FEWEST_FOR_BANDS:
        return 1.0
    return 0.6 if fewest < 5 else 0.5 if fewest < 10 else 0.45 if fewest < 20 else 0.4


def are_copies(one: bytes, other: bytes) -> bool:
    """Tell whether two texts are near-copies of each other."""
    return likeness(one, other) >= alike_from(one, other)


def keys_of(sketches: Sequence[bytes]) -> "NDArray[np.uint64]":
    """Return the keys of sketches that are not empty, bands and all, as one array: [sketches, keys]."""
    import numpy as np

    keys = np.empty((len(sketches), 1 + _BANDS), np.uint64)
    if len(sketches):
        keys[:, 0] = [_key_of(sketch) for sketch in sketches]
        keys[:, 1:] = _bands(sketches)
    return keys


def _key_of(sketch: bytes) -> int:
    """Return the key that only texts of the same words share."""
    return int.from_bytes(hashlib.blake2b(sketch, digest_size=8).digest(), "little")


def _bands(sketches: Sequence[bytes]) -> "NDArray[np.uint64]":
    """Return the keys of the bands, [sketches, bands]."""
    import numpy as np

    from allears.pipeline.understanding.letters import mixed

    values = np.frombuffer(b"".join(sketches), dtype="<u2").astype(np.uint32)
    starts = np.cumsum([0] + [len(sketch) // 2 for sketch in sketches[:-1]])
    minima = np.minimum.reduceat(_shuffled(values), starts, axis=1).T.astype(np.uint64)
    rows = minima.reshape(len(sketches), _BANDS, _ROWS)
    numbers = np.arange(_BANDS, dtype=np.uint64)
    keys = mixed(mixed(mixed(rows[:, :, 0] + (numbers << np.uint64(40))) + rows[:, :, 1]) + rows[:, :, 2])
    return np.asarray(keys, np.uint64)


def _shuffled(values: "NDArray[np.uint32]") -> "NDArray[np.uint32]":
    """Hash the words anew for each row of each band, [bands * rows, words]."""
    import numpy as np

    spread = (values[None, :] + np.uint32(1)) * _factors()[:, None]
    spread ^= spread >> np.uint32(15)
    spread *= np.uint32(0x2C1B3C6D)
    spread ^= spread >> np.uint32(12)
    return spread


@lru_cache(maxsize=1)
def _factors() -> "NDArray[np.uint32]":
    """Return one odd factor a row."""
    import numpy as np

    from allears.pipeline.understanding.letters import mixed

    return mixed(np.arange(_BANDS * _ROWS, dtype=np.uint64)).astype(np.uint32) | np.uint32(1)


@lru_cache(maxsize=4096)
def _values(sketch: bytes) -> frozenset[int]:
    """Return the words of a sketch."""
    return frozenset(struct.unpack(f"<{len(sketch) // 2}H", sketch))


class GroupKind(StrEnum):
    """What a group of near-copies is: customers with the same trouble, or one text that somebody spreads."""

    CUSTOMERS = "customers"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One text of a group. `is_newcomer`: we hear of its author for the first time with this text."""

    text: str
    author: str
    at: datetime
    is_newcomer: bool


_LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|ru|vn|io|me|ly|gg|xyz|top|shop)/", re.IGNORECASE
)
_ADDRESSED = re.compile(r"@[\w.]+")
_LONG_ENOUGH, _MANY = 8, 3


def kind_of_group(copies: Sequence[Copy]) -> GroupKind:
    """Tell a campaign from customers who report the same thing.

    People in the same trouble find their own words, short ones may agree by chance. A campaign repeats a longer
    text to the letter, from many newcomers or many times from few, mostly in a burst and with a link to carry.
    """
    if len(copies) < _MANY:
        return GroupKind.CUSTOMERS
    letters: dict[str, int] = {}
    for copy in copies:
        text = " ".join(_ADDRESSED.sub(" ", copy.text).split())
        letters[text] = letters.get(text, 0) + 1
    commonest, times = max(letters.items(), key=lambda item: item[1])
    points = 2 * (times / len(copies) >= 0.6 and len(commonest.split()) >= _LONG_ENOUGH)
    points += sum(bool(_LINK.search(copy.text)) for copy in copies) / len(copies) >= 0.6
    points += sum(copy.is_newcomer for copy in copies) / len(copies) >= 0.6
    points += len({copy.author for copy in copies}) * 3 <= len(copies)
    points += _comes_in_a_burst(copies)
    return GroupKind.CAMPAIGN if points >= 3 else GroupKind.CUSTOMERS


def _comes_in_a_burst(copies: Sequence[Copy]) -> bool:
    """Tell whether most of them came within ten minutes."""
    times = sorted(copy.at for copy in copies)
    half = (len(times) * 3 + 4) // 5
    return any(
        (late - early).total_seconds() <= 600 for early, late in zip(times, times[half - 1 :], strict=False)
    )
