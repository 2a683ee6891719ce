"""Find near-copies among the newest texts, in memory: tens of thousands of them, a batch in one call.

A hash table with chains in arrays, newest first, as compressors keep them (RFC 1951, 4): entries are numbered for
ever, so an entry that was overwritten since is known by its number, and nothing is ever taken out. Words that
everybody uses make chains long; a look-up follows each so far and no farther, for a copy shares many keys.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allears.pipeline.understanding.copies import are_copies, keys_of
from allears.pipeline.understanding.letters import mixed

MOST = 2**16
"""So many texts are kept at most."""
_DEPTH = 64
_TRIED = 24
_MOST_EVER = 2**25

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Shelved:
    """A text as it is kept: the number of its group and its own, whose it is, its sketch, and a moment in seconds."""

    id: int
    text_id: int
    owner: int
    sketch: bytes
    at: int


_FORGOTTEN = Shelved(0, 0, 0, b"", 0)


class Shelf:
    """The newest texts by their keys. Texts of different owners never meet. Not for several threads at once."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._bits = most.bit_length() + 3
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0
        self._texts: list[Shelved] = []
        self._place_of: dict[int, int] = {}
        self._per_text = keys_of([b"\0\0"]).shape[1]
        self._heads = np.zeros(2**self._bits, np.uint32)
        self._earlier = np.zeros(self._most * self._per_text, np.uint32)
        self._prints = np.zeros(self._most * self._per_text, np.uint32)

    def __len__(self) -> int:
        return len(self._place_of)

    @property
    def count(self) -> int:
        """How many texts were ever put."""
        return self._count

    def get(self, id_: int) -> Shelved | None:
        """Return the text of a group, if it is kept."""
        place = self._place_of.get(id_)
        return None if place is None else self._texts[place]

    def forget(self, id_: int) -> None:
        """Forget the text of a group."""
        place = self._place_of.pop(id_, None)
        if place is not None:
            self._texts[place] = _FORGOTTEN

    def touch(self, id_: int, at: int) -> None:
        """Say when somebody said the same again as a group that is kept."""
        place = self._place_of.get(id_)
        if place is not None and self._texts[place].at < at:
            self._texts[place] = replace(self._texts[place], at=at)

    def put(self, texts: Sequence[Shelved], keys: Keys) -> None:
        """Keep texts that are not kept yet, and let go of the oldest. `keys`: theirs, [texts, keys]."""
        places = {one.id: place for place, one in enumerate(texts) if one.id not in self._place_of}
        new = list(places.values())
        for at in range(0, len(new), self._most):
            few = new[at : at + self._most]
            self._link(keys[few])
            for one in few:
                self._place(texts[one])

    def _place(self, text: Shelved) -> None:
        place = self._count % self._most
        if place < len(self._texts):
            self._place_of.pop(self._texts[place].id, None)
            self._texts[place] = text
        else:
            self._texts.append(text)
        self._place_of[text.id] = place
        self._count += 1

    def _link(self, keys: Keys) -> None:
        """Put the entries of new texts at the heads of their chains; entries are numbered from 1."""
        if self._count > _MOST_EVER:
            self.clear()
        entries = np.arange(keys.size, dtype=np.uint32) + np.uint32(self._count * self._per_text + 1)
        buckets, prints = self._halves(keys.ravel())
        order = np.argsort(buckets, kind="stable")
        buckets, chained = buckets[order], entries[order]
        is_first = np.append(True, buckets[1:] != buckets[:-1])
        earlier = np.append(np.uint32(0), chained[:-1])
        earlier[is_first] = self._heads[buckets[is_first]]
        self._earlier[self._places(chained)] = earlier
        self._prints[self._places(entries)] = prints
        is_last = np.append(is_first[1:], True)
        self._heads[buckets[is_last]] = chained[is_last]

    def _halves(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Part keys into the bucket they fall into and a print to tell them apart there."""
        return (keys >> np.uint64(64 - self._bits)).astype(np.int64), (keys & np.uint64(0xFFFFFFFF)).astype(
            np.uint32
        )

    def _places(self, entries: NDArray[np.uint32]) -> NDArray[np.uint32]:
        return (entries - np.uint32(1)) % np.uint32(len(self._earlier))

    def like(self, texts: Sequence[Shelved], keys: Keys, within: int, after: int = 0) -> list[Shelved | None]:
        """Find for each text the near-copy of it with most keys in common.

        None that was last said more seconds before it than `within`, nor one of the first `after` ever put.
        """
        found: list[Shelved | None] = [None] * len(texts)
        for row, number in self._candidates(keys, after) if texts else ():
            kept, text = self._texts[number % self._most], texts[row]
            if found[row] is None and kept.owner == text.owner and kept.at >= text.at - within:
                found[row] = kept if are_copies(kept.sketch, text.sketch) else None
        return found

    def _candidates(self, keys: Keys, after: int) -> list[tuple[int, int]]:
        """Return pairs of a row of `keys` and the number of a text, by row, those with most keys in common first."""
        rows = np.repeat(np.arange(len(keys), dtype=np.uint64), keys.shape[1])
        buckets, prints = self._halves(keys.ravel())
        entries = self._heads[buckets]
        oldest = np.uint32(max(after, self._count - self._most) * self._per_text)
        met = [np.empty(0, np.uint64)]
        for _step in range(_DEPTH):
            is_there = entries > oldest
            rows, prints, entries = rows[is_there], prints[is_there], entries[is_there]
            if not len(entries):
                break
            places = self._places(entries)
            is_same = self._prints[places] == prints
            numbers = (entries[is_same] - np.uint32(1)) // np.uint32(self._per_text)
            met.append((rows[is_same] << np.uint64(32)) | numbers)
            entries = self._earlier[places]
        pairs, counts = np.unique(np.concatenate(met), return_counts=True)
        rows = pairs >> np.uint64(32)
        order = np.lexsort((-counts, rows))
        ranks = np.arange(len(order)) - np.searchsorted(rows, rows)
        best = pairs[order[ranks < _TRIED]]
        return list(
            zip((best >> np.uint64(32)).tolist(), (best & np.uint64(0xFFFFFFFF)).tolist(), strict=True)
        )


def keys_of_texts(texts: Sequence[Shelved]) -> Keys:
    """Return the keys of texts, [texts, keys], other ones for each owner."""
    owners = mixed(np.array([one.owner for one in texts], np.uint64))
    return np.asarray(keys_of([one.sketch for one in texts]) ^ owners[:, None], np.uint64)


def twins_among(texts: Sequence[Shelved], keys: Keys) -> list[Shelved | None]:
    """Find for each text the first of these before it that is a near-copy of it and is none itself."""
    found: list[Shelved | None] = [None] * len(texts)
    _values, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    shared = inverse.reshape(keys.shape)
    firsts: dict[int, list[int]] = {}
    for row in np.flatnonzero((counts[shared] > 1).any(axis=1)).tolist():
        mine = [key for key in shared[row].tolist() if counts[key] > 1]
        met = Counter(place for key in mine for place in firsts.get(key, ()))
        near = (texts[place] for place, _count in met.most_common(_TRIED))
        like = (one for one in near if one.owner == texts[row].owner)
        found[row] = next((one for one in like if are_copies(one.sketch, texts[row].sketch)), None)
        if found[row] is None:
            for key in mine:
                firsts.setdefault(key, []).append(row)
    return found
