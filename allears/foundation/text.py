"""Text as the index and the eye of the machine see it; the same for what is stored and what is asked.

Lower case, accents folded, đ to d, ё to е, and Snowball stems of Russian and English words, so that
"đơn hàng" is found by "don hang" and "заказов" by "заказ". Words are letters and digits; all else parts.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import local

import Stemmer

from allears.foundation.spelling import (
    hashtag_words,
    plain_spellings,
    without_invisible,
)

_WORD = re.compile(r"[^\W_]+")
_SPECIAL = str.maketrans({"đ": "d", "ё": "е", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})
_LONGEST_WORD = 40
_stemmers = local()


def index_text(text: str) -> str:
    """Normalise a text for the index: its words, folded and stemmed, with single spaces."""
    return " ".join(index_words(text))


def index_line(text: str) -> str:
    """Write a text for an index: its words, and behind them what is plainly meant by those written otherwise."""
    words = plain_words(text)
    return " ".join([*map(fold_word, words), *_meant_by(words, text)])


def plainly_meant(text: str) -> list[str]:
    """List the words meant by drawn out ones, by ones of two scripts, and by hashtags; most texts have none."""
    return _meant_by(plain_words(text), text)


def _meant_by(words: Iterable[str], text: str) -> list[str]:
    meant = [other for others in map(_plain_spellings, words) for other in others]
    if "#" in text:
        meant += (fold_word(word.lower()) for word in hashtag_words(without_invisible(text)))
    return meant


@lru_cache(maxsize=65_536)
def _plain_spellings(word: str) -> tuple[str, ...]:
    return tuple(map(fold_word, plain_spellings(word)))


def index_words(text: str) -> Iterator[str]:
    """Yield the words of a text as the index holds them."""
    return map(fold_word, plain_words(text))


def plain_words(text: str) -> list[str]:
    """List the words of a text in small letters, neither folded nor stemmed."""
    composed = unicodedata.normalize("NFC", without_invisible(text)).lower()
    return [word[:_LONGEST_WORD] for word in _WORD.findall(composed)]


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """Fold one lower-case word. ASCII words take the English stem, Cyrillic ones the Russian."""
    if word.isascii():
        return str(_stemmer("english").stemWord(word)) if word.isalpha() else word
    word = word.translate(_SPECIAL)
    if "а" <= word[0] <= "я":
        return str(_stemmer("russian").stemWord(word))
    letters = unicodedata.normalize("NFD", word)
    folded = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return str(_stemmer("english").stemWord(folded)) if folded.isascii() else folded


def _stemmer(language: str) -> Stemmer.Stemmer:
    """Return this thread's stemmer; they may not be shared."""
    found = getattr(_stemmers, language, None)
    if found is None:
        found = Stemmer.Stemmer(language, 0)
        setattr(_stemmers, language, found)
    return found


def shorten(text: str, length: int) -> str:
    """Shorten a text to one line of at most so many characters."""
    line = " ".join(text[: length * 4].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def fit_name(name: str, length: int = 300) -> str:
    """Keep a network's own name within a column: one too long is cut, and told apart by its digest."""
    if len(name) <= length:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return f"{name[: length - 65]}~{digest}"


_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_VIETNAMESE = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


def language_of_letters(text: str) -> str:
    """Tell Russian and Vietnamese by their letters; "" for everything else."""
    if _CYRILLIC.search(text):
        return "ru"
    return "vi" if _VIETNAMESE.search(unicodedata.normalize("NFC", text)) else ""
