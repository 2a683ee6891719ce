"""Cues: words and marks that a person would point at when asked why. Features weigh them, reasons quote them.

A cue says that words are there, never what they mean together: weighing is what heads are for.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from allears.pipeline.understanding.baits import baits_of

WORDS = Path(__file__).with_name("cues.txt")
TOKEN = re.compile(r"[^\W_]+|[?!]+|[.;\n…]+")
LINK = re.compile(r"http\S*")
ENDS = frozenset("?!.;\n…")
KIND = frozenset({"praise", "thanks", "irony"})
TURNS = frozenset({"contrast", "waiting", "negation", "mark"})
SHOUTED = 12  # letters from which capitals are shouting, and no abbreviation
REMEMBERED_TEXTS = 512
REMEMBERED = 50_000  # tokens whose phrases are kept at hand
APOSTROPHES = str.maketrans("", "", "'’ʼ`")


class Phrase(NamedTuple):
    """One phrase of a cue: the words (stems end in a star) and where in a sentence it counts."""

    cue: str
    words: tuple[str, ...]
    place: str


class Cue(NamedTuple):
    """A cue in a text: characters `start` to `end`."""

    name: str
    start: int
    end: int


class Beginning(NamedTuple):
    """What a word begins: phrases of it alone, and longer ones by their second word (None: a stem)."""

    alone: tuple[Phrase, ...]
    longer: dict[str | None, list[Phrase]]


class Lexicon:
    """Phrases by their first word, with what single words were found to begin."""

    def __init__(self, words: dict[str, str]) -> None:
        self.whole: dict[str, list[Phrase]] = {}
        self.stems: dict[str, list[Phrase]] = {}
        self.known: dict[str, Beginning | None] = {}
        for name, listed in words.items():
            for phrase in phrases_of(name, listed):
                first = phrase.words[0]
                table = self.stems if first.endswith("*") else self.whole
                table.setdefault(first.rstrip("*"), []).append(phrase)
        self.lengths = frozenset(map(len, self.stems))

    def learn(self, word: str) -> Beginning | None:
        """Find what `word` begins, and remember it. None: nothing."""
        if len(self.known) >= REMEMBERED:
            self.known = {}
        stems = [p for n in self.lengths if n <= len(word) for p in self.stems.get(word[:n], ())]
        phrases = [*self.whole.get(word, ()), *stems]
        longer: dict[str | None, list[Phrase]] = {}
        for phrase in phrases:
            if len(phrase.words) > 1:
                second = phrase.words[1]
                longer.setdefault(None if second.endswith("*") else second, []).append(phrase)
        alone = tuple(phrase for phrase in phrases if len(phrase.words) == 1)
        self.known[word] = found = Beginning(alone, longer) if phrases else None
        return found

    def phrases_in(self, words: Sequence[str]) -> Iterator[tuple[Phrase, int]]:
        """Find the phrases that stand in `words`, each with the place of its first word."""
        known, last = self.known, len(words) - 1
        for at, word in enumerate(words):
            begins = known[word] if word in known else self.learn(word)
            if begins is None:
                continue
            for phrase in begins.alone:
                if not phrase.place or stands(phrase, words, at):
                    yield phrase, at
            if begins.longer and at < last:
                for phrase in (*begins.longer.get(words[at + 1], ()), *begins.longer.get(None, ())):
                    if stands(phrase, words, at):
                        yield phrase, at


def phrases_of(name: str, listed: str) -> Iterator[Phrase]:
    """Read the phrases of one cue; those with Vietnamese accents count without them too."""
    cue, _, place = name.partition("_") if name.endswith(("_first", "_last")) else (name, "", "")
    for phrase in {" ".join(one.split()) for one in listed.split(",")} - {""}:
        words = tuple(phrase.split())
        yield Phrase(name if place else cue, words, place)
        folded = without_accents(phrase)
        if folded != phrase and len(words) > 1:
            yield Phrase(name if place else cue, tuple(folded.split()), place)


def without_accents(text: str) -> str:
    """Take the accents off Latin letters; Cyrillic stays (its й is no accented и)."""
    if not re.search("[à-ỹ]", text) or re.search("[а-я]", text):
        return text
    plain = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@cache
def lexicon() -> Lexicon:
    """Read the lexicon, once."""
    listed: dict[str, str] = {}
    name = ""
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            listed[name] = f"{listed.get(name, '')} {line}"
    return Lexicon(listed)


def cues_in(text: str) -> list[Cue]:
    """Find every cue in `text`, in order, at its place in the text as `plain_of` gives it."""
    tokens = [(match[0], match.start(), match.end()) for match in TOKEN.finditer(plain_of(text))]
    found = [Cue("mark", start, end) for token, start, end in tokens if "?" in token]
    for phrase, at in lexicon().phrases_in([token for token, _, _ in tokens]):
        found.append(Cue(phrase.cue, tokens[at][1], tokens[at + len(phrase.words) - 1][2]))
    return sorted(found, key=lambda cue: cue.start)


def plain_of(text: str) -> str:
    """Write a text as the lexicon is written: composed, lower-case, without apostrophes; as long as before without."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    plain = text.lower().replace("ё", "е")
    if "http" in plain:
        plain = LINK.sub(lambda link: " " * len(link[0]), plain)
    return plain.translate(APOSTROPHES) if any(mark in plain for mark in "'’ʼ`") else plain


def stands(phrase: Phrase, words: Sequence[str], at: int) -> bool:
    """Say whether the phrase, whose first word is at `at`, stands there and in its place."""
    until = at + len(phrase.words)
    if until > len(words):
        return False
    if phrase.place == "first" and at and words[at - 1][0] not in ENDS:
        return False
    if phrase.place == "last" and until < len(words) and words[until][0] not in ENDS:
        return False
    return all(map(same_word, phrase.words[1:], words[at + 1 : until]))


def same_word(wanted: str, word: str) -> bool:
    """Compare a word with a word or a stem of the lexicon."""
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@lru_cache(REMEMBERED_TEXTS)
def cue_names(text: str) -> frozenset[str]:
    """Name the cues in `text`, with those that several make together.

    `bitter`: kind words beside trouble. `mixed`: kind words, then a turn, then trouble. `bare`: praise or thanks
    with neither. `shouted`: all in capitals.
    """
    plain = plain_of(text)
    names = {phrase.cue for phrase, _ in lexicon().phrases_in(TOKEN.findall(plain))}
    if "?" in plain:
        names.add("mark")
    together = all_together(names, is_shouted=is_shouted(text))
    return together | baits_of(text, together)


def all_together(names: set[str], *, is_shouted: bool) -> frozenset[str]:
    """Add to the cues of a text those that several make together."""
    kind = not names.isdisjoint(KIND)
    if kind and "trouble" in names:
        names.add("mixed" if "contrast" in names else "bitter")
    elif kind and names.isdisjoint(TURNS):
        names.add("bare")
    if is_shouted:
        names.add("shouted")
    return frozenset(names)


def is_shouted(text: str) -> bool:
    """Say whether a text is all in capitals."""
    return text.isupper() and len(text) > SHOUTED


@lru_cache(REMEMBERED_TEXTS)
def cue_hashes(names: frozenset[str]) -> list[int]:
    """Return cues as hashes of 64 bits, in a fixed order."""
    return sorted(map(_hash_of, names))


@cache
def _hash_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
