"""Texts as people write them, made ready for hashing: a batch is joined once and cleaned as one array of characters.

Links, mentions and addresses become one sign each, letters are lowered, digits are all 0, long runs of a letter are
squeezed. Nothing here loops over characters in Python; what is known of each character lies in tables.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SPACE, WORD, MARK, SIGN, NOTHING = range(5)
"""What a character is: between words, part of a word, punctuation, a sign of its own (emoji), or not there at all."""

SEPARATOR = "\x1e"
LINK, MENTION, ADDRESS = 0xE000, 0xE001, 0xE002
LONGEST = 4000
_HEAD = 3000
_KNOWN = 0x20000
# Three patterns, each beginning with letters as they are: the search skips to those, ten times faster than one pattern.
_SET_APART = tuple(map(re.compile, (r"http(?:s?://\S*|\b)", r"www\.\S+", r"@\w[\w.-]*")))
_INVISIBLE = frozenset((*range(0x200B, 0x2010), *range(0x2060, 0x2065), *range(0xFE00, 0xFE10), 0xFEFF, 0xAD))
_APOSTROPHES = {0x2019: 0x27, 0x02BC: 0x27, 0x60: 0x27, 0xB4: 0x27}


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of each character below 0x20000; what lies above is a letter of its own."""

    kinds: NDArray[np.uint8]
    lowered: NDArray[np.uint32]
    folded: NDArray[np.uint32]
    upper: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A batch as characters, each with the text it belongs to.

    `codes`: lowered code points. `kinds`: what each is. `texts`: the number of its text. `upper`: was upper-case.
    `squeezed`: stands for a longer run of itself.
    """

    codes: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    texts: NDArray[np.int64]
    upper: NDArray[np.bool_]
    squeezed: NDArray[np.bool_]


@cache
def tables() -> Tables:
    """Build the tables once; it takes some 20 ms."""
    kinds = np.full(_KNOWN, WORD, np.uint8)
    lowered = np.arange(_KNOWN, dtype=np.uint32)
    folded = np.arange(_KNOWN, dtype=np.uint32)
    upper = np.zeros(_KNOWN, np.bool_)
    for code in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xD800, 0x10000), *range(0x1F000, _KNOWN)):
        sign = chr(code)
        kinds[code] = _kind_of(code, sign)
        if kinds[code] != WORD:
            continue
        low = sign.lower()
        lowered[code] = _lowered(sign, low)
        upper[code] = low != sign
        folded[code] = _folded(chr(lowered[code]))
    for code, plain in _APOSTROPHES.items():
        lowered[code] = folded[code] = plain
    kinds[[LINK, MENTION, ADDRESS]] = SIGN
    return Tables(kinds, lowered, folded, upper)


def _kind_of(code: int, sign: str) -> int:
    if code in _INVISIBLE or 0x1F3FB <= code <= 0x1F3FF:
        return NOTHING
    category = unicodedata.category(sign)
    if category[0] in "LMN":
        return WORD
    if category[0] in "ZC":
        return SPACE
    return SIGN if category == "So" else MARK


def _lowered(sign: str, low: str) -> int:
    return ord("0") if sign.isdecimal() else ord(low[0])


def _folded(low: str) -> int:
    """Take the accents off a Latin letter; other scripts keep theirs, which make other letters."""
    if low == "đ":
        return ord("d")
    bare = unicodedata.normalize("NFD", low)[0]
    return ord(bare) if bare.isascii() else ord("е") if low == "ё" else ord(low)


def clip(text: str) -> str:
    """Keep the beginning and the end of a long text: nobody complains in the middle only."""
    return text if len(text) <= LONGEST else f"{text[:_HEAD]} {text[_HEAD - LONGEST :]}"


def join(texts: Sequence[str]) -> str:
    """Write a batch as one text, composed, with one separator between each two."""
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) >= len(texts):
        joined = SEPARATOR.join([text.replace(SEPARATOR, " ") for text in texts])
    return joined if joined.isascii() else unicodedata.normalize("NFC", joined)


def clean(texts: Sequence[str]) -> Cleaned:
    """Clean a batch in one pass. Whatever characters the texts hold, each keeps its place in the batch."""
    joined = join([clip(text) for text in texts])
    known = tables()
    original = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    spans = [found.span() for one in _SET_APART for found in one.finditer(joined)]
    written = _set_apart(original, spans) if spans else original
    within = np.minimum(written, _KNOWN - 1)
    kinds = known.kinds[within]
    codes = np.where(written < _KNOWN, known.lowered[within], written)
    numbers = np.cumsum(original == ord(SEPARATOR))
    return _squeeze(Cleaned(codes, kinds, numbers, known.upper[within], np.zeros(len(codes), np.bool_)))


def _set_apart(original: NDArray[np.uint32], spans: list[tuple[int, int]]) -> NDArray[np.uint32]:
    """Leave one sign where a link, a mention or the tail of an address stood."""
    codes = original.copy()
    for start, end in spans:
        is_mention = original[start] == ord("@")
        within_word = is_mention and start > 0 and original[start - 1] > ord(" ")
        codes[start:end] = 0x200B
        codes[start] = ADDRESS if within_word else MENTION if is_mention else LINK
    return codes


def _squeeze(batch: Cleaned) -> Cleaned:
    """Drop what is not there, and what repeats the two characters (three of punctuation) before it."""
    codes, kinds = batch.codes, batch.kinds
    same = np.zeros(len(codes) + 3, np.bool_)
    same[1 : len(codes)] = codes[1:] == codes[:-1]
    third = same[2 : len(codes)] & same[1 : len(codes) - 1]
    drop = kinds == NOTHING
    squeezed = batch.squeezed
    if third.any():
        long = np.zeros(len(codes), np.bool_)
        long[2:] = third
        fourth = long & (kinds != SPACE) & np.roll(same[: len(codes)], 2) & (np.arange(len(codes)) > 2)
        extra = np.where(kinds == WORD, long & (codes != ord("0")), fourth)
        drop |= extra
        squeezed = np.append(extra[1:], False)
    keep = ~drop
    return Cleaned(codes[keep], kinds[keep], batch.texts[keep], batch.upper[keep], squeezed[keep])
