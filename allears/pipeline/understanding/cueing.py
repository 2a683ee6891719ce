"""The cues of a whole batch: the same as `cue_names` finds in each text, by array arithmetic.

Words are hashed where they stand, and looked up in tables of the hashes of what phrases begin with: first words, first
two words and so on. A collision of two hashes of 64 bits would tell a cue that is not there.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.baits import baits_of
from allears.pipeline.understanding.cleaning import SEPARATOR, join
from allears.pipeline.understanding.cues import (
    APOSTROPHES,
    LINK,
    TOKEN,
    Phrase,
    all_together,
    is_shouted,
    lexicon,
)
from allears.pipeline.understanding.letters import Hashes, Numbers, Stretches, prefix_hashes
from allears.pipeline.understanding.sifting import baited

_NOTHING, _ABSENT, _WORD, _ASKS, _STOPS, _EDGE = range(6)
_KNOWN = 0x33480  # no letter has a higher code
_SIEVE = 16  # bits of a hash, by which most words are told to begin nothing
_SIEVED = np.uint64(64 - _SIEVE)
_STEM, _NEXT = np.uint64(0x5851F42D4C957F2D), np.uint64(0xD1342543DE82EF95)
_ANYWHERE, _FIRST, _LAST = range(3)
_PLACES = {"": _ANYWHERE, "first": _FIRST, "last": _LAST}
_MARK = np.uint64(1)
REMEMBERED = 4096


class Tokens(NamedTuple):
    """Words and stops of a batch: where they stand, their texts, and whether a sentence begins or ends there.

    `whole`: their hashes; `hashed` hashes other stretches of the batch.
    """

    starts: Numbers
    ends: Numbers
    texts: Numbers
    is_first: NDArray[np.bool_]
    is_last: NDArray[np.bool_]
    whole: Hashes
    hashed: Stretches


class Table(NamedTuple):
    """What hashes stand for, those of stems too, whose lengths are `stems`.

    `marks`: the cues told anywhere, first and last in a sentence, as bits, [hashes, 3]. `is_longer`: there are phrases
    that begin so and have more words.
    """

    keys: Hashes
    sieve: NDArray[np.bool_]
    stems: Numbers
    marks: Hashes
    is_longer: NDArray[np.bool_]

    def find(self, hashes: Hashes) -> tuple[Numbers, Numbers]:
        """Return which of the hashes are known, and their places in the table."""
        likely = np.flatnonzero(self.sieve[hashes >> _SIEVED])
        wanted = hashes[likely]
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        is_known = self.keys[places] == wanted
        return likely[is_known], places[is_known]


class Index(NamedTuple):
    """The lexicon: a table of its phrases' first words, of their first two words, and so on; and each cue's bit."""

    bits: dict[str, int]
    tables: list[Table]


def cues_of(texts: Sequence[str]) -> list[frozenset[str]]:
    """Name the cues of each text of a batch."""
    if not texts:
        return []
    tokens, asking = _tokens_of(texts)
    found = np.zeros(len(texts), np.uint64)
    found[asking] = _MARK
    for numbers, marks in _found_in(tokens):
        np.bitwise_or.at(found, numbers, marks)
    named = [_named(bits, is_shouted(text)) for bits, text in zip(found.tolist(), texts, strict=True)]
    for number in baited(texts):
        named[number] |= baits_of(texts[number], named[number])
    return named


@lru_cache(REMEMBERED)
def _named(bits: int, shouted: bool) -> frozenset[str]:
    names = {name for name, bit in _index().bits.items() if bits >> bit & 1}
    return all_together(names, is_shouted=shouted)


def _tokens_of(texts: Sequence[str]) -> tuple[Tokens, Numbers]:
    """Cut a batch as `cues.TOKEN` cuts `cues.plain_of` each text; return the numbers of texts that ask, too."""
    plain = join(texts).replace("İ", "i\u0307").lower().replace("ё", "е")
    letters = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds()[np.minimum(letters, _KNOWN)]
    for link in LINK.finditer(plain) if "http" in plain else ():
        kinds[link.start() : link.end()] = _NOTHING
    is_there = kinds != _ABSENT
    if not is_there.all():
        letters, kinds = letters[is_there], kinds[is_there]
    numbers = np.cumsum(kinds == _EDGE)
    changes = np.ones(len(kinds) + 1, np.bool_)
    changes[1:-1] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == _EDGE)
    edges = np.flatnonzero(changes)
    is_token = kinds[edges[:-1]] != _NOTHING
    starts, ends = edges[:-1][is_token], edges[1:][is_token]
    is_stop = np.ones(len(starts) + 2, np.bool_)
    is_stop[1:-1] = kinds[starts] > _WORD
    hashed = prefix_hashes(letters)
    whole = hashed.between(starts, ends)
    tokens = Tokens(starts, ends, numbers[starts], is_stop[:-2], is_stop[2:], whole, hashed)
    return tokens, numbers[(kinds == _ASKS) & (letters == ord("?"))]


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return what each character is to `cues.TOKEN`."""
    kinds = np.full(_KNOWN + 1, _NOTHING, np.uint8)
    for word in TOKEN.finditer("".join(map(chr, range(_KNOWN)))):
        kinds[word.start() : word.end()] = _WORD
    for kind, signs in ((_ASKS, "?!"), (_STOPS, ".;\n…"), (_EDGE, SEPARATOR)):
        kinds[list(map(ord, signs))] = kind
    kinds[list(APOSTROPHES)] = _ABSENT
    return kinds


def _found_in(tokens: Tokens) -> Iterator[tuple[Numbers, Hashes]]:
    """Yield numbers of texts with cues found there, as bits: by one word, then by two where two may be, and so on."""
    at, salts = np.arange(len(tokens.whole)), np.zeros_like(tokens.whole)
    for far, table in enumerate(_index().tables):
        at, found = _begun(tokens, at, table, salts)
        yield tokens.texts[at], _marked(table.marks[found], tokens.is_first[at - far], tokens.is_last[at])
        goes_on = table.is_longer[found] & (at + 1 < len(tokens.whole))
        at, salts = at[goes_on] + 1, table.keys[found[goes_on]] * _NEXT
        if not len(at):
            return


def _begun(tokens: Tokens, at: Numbers, table: Table, salts: Hashes) -> tuple[Numbers, Numbers]:
    """Look the words `at` up, whole and as stems; return those that are found, and their places in the table."""
    rows, found = table.find(tokens.whole[at] + salts)
    starts = tokens.starts[at]
    stem, owner = np.nonzero(table.stems[:, None] <= tokens.ends[at] - starts)
    begins = tokens.hashed.between(starts[owner], starts[owner] + table.stems[stem]) + _STEM
    more, stems = table.find(begins + salts[owner])
    return at[np.concatenate((rows, owner[more]))], np.concatenate((found, stems))


def _marked(marks: Hashes, is_first: NDArray[np.bool_], is_last: NDArray[np.bool_]) -> Hashes:
    return marks[:, _ANYWHERE] | marks[:, _FIRST] * is_first | marks[:, _LAST] * is_last


@cache
def _index() -> Index:
    """Build the index once; it takes some 20 ms."""
    phrases = [
        one for some in (lexicon().whole, lexicon().stems) for listed in some.values() for one in listed
    ]
    bits = {cue: number for number, cue in enumerate(["mark", *sorted({one.cue for one in phrases})])}
    longest = max(len(one.words) for one in phrases)
    return Index(bits, [_table(phrases, many, bits) for many in range(1, longest + 1)])


def _table(phrases: Sequence[Phrase], many: int, bits: Mapping[str, int]) -> Table:
    """Lay out phrases by their first `many` words."""
    begun: dict[int, list[Phrase]] = {}
    for phrase in phrases:
        if len(phrase.words) >= many:
            begun.setdefault(_key_of(phrase.words[:many]), []).append(phrase)
    keys = np.array(sorted(begun), np.uint64)
    sieve = np.zeros(1 << _SIEVE, np.bool_)
    sieve[keys >> _SIEVED] = True
    marks = np.zeros((len(keys), 3), np.uint64)
    for row, key in enumerate(sorted(begun)):
        for one in begun[key]:
            if len(one.words) == many:
                marks[row, _PLACES[one.place]] |= np.uint64(1 << bits[one.cue])
    is_longer = np.array([any(len(one.words) > many for one in begun[key]) for key in sorted(begun)])
    last = {phrase.words[many - 1] for some in begun.values() for phrase in some}
    stems = np.array(sorted({len(word) - 1 for word in last if word.endswith("*")}), np.int64)
    return Table(keys, sieve, stems, marks, is_longer)


def _key_of(words: Sequence[str]) -> int:
    """Hash the first words of a phrase as `_begun` hashes what is written."""
    key = np.zeros(1, np.uint64)
    for word in words:
        letters = np.array(list(map(ord, word.rstrip("*"))), np.uint32)
        hashed = prefix_hashes(letters).between(np.array([0]), np.array([len(letters)]))
        key = hashed + (_STEM if word.endswith("*") else np.uint64(0)) + key * _NEXT
    return int(key[0])
