"""Have we something to add? How much of what a text is about stands in one of our own answers.

A rule, not a model: words count by how few of the answers they stand in, so that greetings say nothing.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

_WORD = re.compile(r"[^\W\d_]+")
_STEM = 6
_SHORTEST = {True: 3, False: 2}  # of words without accents, and with them: syllables of Vietnamese are short
_SAY_NOTHING = frozenset({
    "the", "and", "you", "your", "yours", "for", "with", "that", "this", "these", "those", "have", "has", "had",
    "are", "was", "were", "can", "cant", "will", "wont", "not", "how", "what", "when", "where", "who", "why",
    "which", "does", "did", "dont", "from", "our", "out", "but", "all", "any", "get", "got", "just", "they",
    "them", "there", "here", "its", "about", "into", "been", "would", "could", "should", "know", "anyone",
    "someone", "please", "she", "her", "him", "his", "than", "then", "very", "really", "some", "too", "one",
    "как", "что", "это", "для", "или", "мой", "моя", "мои", "мне", "меня", "вас", "вам", "ваш", "ваша", "если",
    "чтобы", "когда", "где", "уже", "еще", "так", "тоже", "есть", "быть", "был", "была", "были", "можно",
    "нужно", "пожалуйста", "его", "она", "они", "оно", "наш", "наша", "нам", "нас", "под", "над", "при", "про",
    "все", "всё", "кто", "чем", "нет", "cac", "cho", "cua", "voi", "thi", "nay", "kia", "duoc", "khong",
    "ban", "minh", "nao", "sao", "roi", "lam", "moi", "nguoi", "vay", "giup", "nhe", "anh", "chi", "trong",
    "khi", "neu", "tai", "nhung", "ma", "hay", "nua", "con", "cung", "rat", "qua", "day", "cai", "nhu", "toi",
})  # fmt: skip
_FEWEST = 2
_FEW = 8
"""So many answers more are taken to be there, so that among few of them words are still worth something."""
_UNKNOWN = 0.5
"""What a word counts that stands in no answer: it may be anything, a name or a courtesy."""


class OwnAnswers:
    """Answers of ours, to be compared with texts."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = [stems_of(one) for one in answers]
        seen = Counter(stem for one in self.answers for stem in one)
        self.worth = {stem: log(1 + (_FEW + len(answers)) / count) for stem, count in seen.items()}

    def fit(self, text: str) -> float | None:
        """Say how well the best answer fits a text (0..1). None: there is none, or too little to go by."""
        stems = stems_of(text)
        whole = sum(self.worth.get(stem, _UNKNOWN) for stem in stems)
        if len(stems) < _FEWEST or not self.answers:
            return None
        return max(self._shared(stems, one) for one in self.answers) / whole

    def _shared(self, stems: Iterable[str], answer: frozenset[str]) -> float:
        shared = [self.worth[stem] for stem in stems if stem in answer]
        return sum(shared) if len(shared) >= _FEWEST else 0.0


def stems_of(text: str) -> frozenset[str]:
    """Return the beginnings of the words of a text that say what it is about, without accents."""
    found = set()
    for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold()):
        plain = unicodedata.normalize("NFD", word.replace("đ", "d"))
        letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
        if letters not in _SAY_NOTHING and len(letters) >= _SHORTEST[len(plain) == len(word)]:
            found.add(letters[:_STEM])
    return frozenset(found)
