"""Tell whether somebody who changed a message that we had answered says something new by it.

Words that were put in, or put in place of others, are new; so is every changed number. Nothing new are words
taken away, capitals, accents, punctuation, and typing errors put right: two longer words that begin alike and
differ by hardly a letter. In doubt it is new: a person sees it once more.
"""

import re
from difflib import SequenceMatcher

from allears.foundation.text import index_text

SHORTEST_TYPO = 4
ALIKE = 0.8
_WORDS = re.compile(r"\w+")


def says_something_new(before: str, after: str) -> bool:
    """Compare the words before and after a change."""
    old, new = _words(before), _words(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return any(_is_new(old[a:b], new[c:d]) for kind, a, b, c, d in steps if kind in {"insert", "replace"})


def _is_new(old: list[str], new: list[str]) -> bool:
    if len(new) > len(old):
        return "".join(old) != "".join(new)
    return not all(_is_typo(*pair) for pair in zip(old, new, strict=False))


def _is_typo(one: str, other: str) -> bool:
    if any(letter.isdigit() for letter in one + other) or min(len(one), len(other)) < SHORTEST_TYPO:
        return False
    is_close = one[0] == other[0] and abs(len(one) - len(other)) < SHORTEST_TYPO // 2
    return is_close and SequenceMatcher(None, one, other).ratio() >= ALIKE


def _words(text: str) -> list[str]:
    """List what is written, folded; what has no letters at all (a smile) stands for itself."""
    return _WORDS.findall(index_text(text)) or text.split()
