"""Which texts of a batch may hold personal data or baits, told by array arithmetic: only those are worth patterns."""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.cleaning import WORD, tables
from allears.pipeline.understanding.letters import Numbers
from allears.pipeline.understanding.patterns import SPELT_WORDS
from allears.pipeline.understanding.personal import holds_any, personal_in, small_letters
from allears.pipeline.understanding.reading import Personal

_ATS = (ord("@"), ord("＠"))
_LINKS = re.compile("http"), re.compile(r"www\.")
_KNOWN = 0x20000  # no digit has a higher code


def personal_of(texts: Sequence[str], regions: Sequence[Sequence[str]] = ()) -> list[tuple[Personal, ...]]:
    """Return what `personal_in` finds in each text of a batch; `regions` are those of each, or none."""
    found: list[tuple[Personal, ...]] = [()] * len(texts)
    for number in suspects_of(texts):
        found[number] = personal_in(texts[number], regions[number] if regions else ())
    return found


def suspects_of(texts: Sequence[str]) -> list[int]:
    """Return the numbers of texts with three digits close together, an @ that is no mention, or one spelt out."""
    joined, codes = _laid(texts)
    digits = _digits(codes)
    is_close = np.diff(digits) <= 3
    close = digits[:-2][is_close[:-1] & is_close[1:]] if len(digits) > 2 else digits[:0]
    numbers = _owners(texts, np.concatenate((close, _ats(codes))))
    return sorted({*numbers.tolist(), *_spelt(joined, texts)})


def baited(texts: Sequence[str]) -> frozenset[int]:
    """Return the numbers of texts that may have baits: a digit, words parted by a dot or _, a link, loud words."""
    joined, codes = _laid(texts)
    is_word = (tables().kinds[np.minimum(codes, len(tables().kinds) - 1)] == WORD) | (codes == ord("_"))
    dots = np.flatnonzero((codes[:-1] == ord(".")) & is_word[1:])
    lines = np.flatnonzero((codes[:-1] == ord("_")) & (codes[1:] == ord("_")))
    small = joined.replace("İ", "i").lower()
    links = [one.start() for link in _LINKS for one in link.finditer(small)]
    is_capital = ((codes >= ord("A")) & (codes <= ord("Z"))) | ((codes >= ord("А")) & (codes <= ord("Я")))
    loud = np.flatnonzero(is_capital[3:] & is_capital[2:-1] & is_capital[1:-2] & is_capital[:-3])
    places = np.concatenate((_digits(codes), dots, lines, np.array(links, np.int64), loud))
    return frozenset(_owners(texts, places).tolist())


def _laid(texts: Sequence[str]) -> tuple[str, NDArray[np.uint32]]:
    """Lay a batch out, as one text and as its characters."""
    joined = "\n".join([*texts, ""])
    return joined, np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)


def _owners(texts: Sequence[str], places: Numbers) -> Numbers:
    """Return the numbers of the texts in which these places of the batch are, each once."""
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    owned = np.zeros(len(texts), np.bool_)
    owned[np.searchsorted(ends, places, side="right")] = True
    return np.flatnonzero(owned)


def _digits(codes: NDArray[np.uint32]) -> Numbers:
    return np.flatnonzero(_is_digit()[np.minimum(codes, _KNOWN)])


@cache
def _is_digit() -> NDArray[np.bool_]:
    """Say of each character whether it is a digit of any script."""
    found = np.zeros(_KNOWN + 1, np.bool_)
    found[[one.start() for one in re.finditer(r"\d", "".join(map(chr, range(_KNOWN))))]] = True
    return found


def _ats(codes: NDArray[np.uint32]) -> Numbers:
    """Find every @ but those of mentions, which stand before a word and behind a space."""
    known = tables().kinds
    ats = np.flatnonzero((codes == _ATS[0]) | (codes == _ATS[1]))
    behind, ahead = codes[np.maximum(ats - 1, 0)], codes[ats + 1]
    is_mention = (known[np.minimum(ahead, len(known) - 1)] == WORD) | (ahead == ord("_"))
    is_mention &= (behind <= ord(" ")) | (ats == 0)
    return np.asarray(ats[~is_mention], np.int64)


def _spelt(joined: str, texts: Sequence[str]) -> list[int]:
    """Find the texts with a word in which addresses are spelt out."""
    small = small_letters(joined)
    words = [word for word in SPELT_WORDS if word in small]
    return [number for number, text in enumerate(texts if words else ()) if holds_any(text, words)]
