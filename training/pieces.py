"""Pieces of texts for telling languages: cut as short as people write, and spelt as they do."""

import gzip
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from random import Random

LANGUAGES = Path(__file__).parent / "languages"
_APART = re.compile(r"https?://\S+|@\w+|#\w+|\bhttp\b")
_BARRED = str.maketrans("đĐłŁøØ", "dDlLoO")
_WRITTEN_IN_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_OR_ELSE = _WRITTEN_IN_LATIN | {
    "х": "kh", "ц": "ts", "щ": "shch", "й": "y", "ё": "yo", "ю": "ju", "я": "ja", "ж": "j", "ч": "4", "ш": "w",
    "в": "w", "ы": "i",
}  # fmt: skip


def declarations() -> dict[str, list[str]]:
    """Read paragraphs of the declaration of human rights by language."""
    return _pairs("declarations")


def common_words() -> dict[str, list[str]]:
    """Read the commonest words by language, the commonest first."""
    return _pairs("words")


def _pairs(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with gzip.open(LANGUAGES / f"{name}.tsv.gz", "rt", encoding="utf-8") as file:
        for line in list(file)[1:]:
            language, text = line.rstrip("\n").split("\t")
            found[language].append(text)
    return found


def cut(text: str, chance: Random) -> str:
    """Cut a piece out of a text: a word, two to four, twenty to sixty characters, or some more."""
    text = _APART.sub(" ", text)
    words = text.split()
    if not words:
        return ""
    if len(words) <= 2 and len(text) > 12 and chance.random() < 0.8:  # written without spaces
        start = chance.randrange(len(text))
        return text[start : start + chance.choice((3, 6, 12, 30))]
    kind = chance.random()
    if 0.45 <= kind < 0.85:
        return _of_length(words, chance)
    count = 1 if kind < 0.22 else chance.choice((2, 2, 3, 3, 4)) if kind < 0.45 else 25
    start = chance.randrange(max(1, len(words) - count + 1))
    return " ".join(words[start : start + count])


def _of_length(words: list[str], chance: Random) -> str:
    start = 0 if chance.random() < 0.4 else chance.randrange(len(words))
    longest, found = chance.randint(18, 60), ""
    for word in words[start:]:
        if found and len(found) + len(word) > longest:
            break
        found += f" {word}"
    return found


def some_words(words: list[str], chance: Random) -> str:
    """Put one to three common words side by side, half of them as often as they are used."""
    picked = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        often = int(len(words) ** chance.random()) - 1
        picked.append(words[often if chance.random() < 0.5 else chance.randrange(len(words))])
    return " ".join(picked)


def without_accents(text: str) -> str:
    """Take the accents off, as people do who are in a hurry."""
    letters = unicodedata.normalize("NFD", text.translate(_BARRED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def in_latin(text: str, chance: Random) -> str:
    """Write Russian in Latin letters, one way or another."""
    ways = {
        letter: (_OR_ELSE if chance.random() < 0.3 else _WRITTEN_IN_LATIN)[letter]
        for letter in _WRITTEN_IN_LATIN
    }
    return "".join(ways.get(letter, letter) for letter in text.lower())
