"""One word, written in many ways: letters drawn out, letters of another script that look the same, Russian in Latin
letters, hashtags without spaces, signs nobody sees. Plain tables and rules, for the index and for what is asked of it.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

# Small Cyrillic letters that look Latin: a campaign swaps them, and so does a keyboard left in the other layout.
CYRILLIC_TWINS = "аеорсухіјѕһԁԛԝ"
LATIN_TWINS = "aeopcyxijshdqw"
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xad")
_TO_LATIN = str.maketrans(CYRILLIC_TWINS, LATIN_TWINS)
# As capitals more of them look the same.
_TO_CYRILLIC = str.maketrans("aeopcyxkmthbi", "аеорсухкмтнві")
_CYRILLIC = re.compile(r"[а-яёіјѕһԁԛԝ]")
_LATIN = re.compile(r"[a-z]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_HASHTAG = re.compile(r"#(\w{3,})")
_PLAIN_LATIN, _PLAIN_CYRILLIC = re.compile(r"[a-z]{3,40}"), re.compile(r"[а-яё]{3,40}")
_MOST = 12


def without_invisible(text: str) -> str:
    """Take out the signs that nobody sees, which part words for machines only."""
    if text.isascii():
        return text
    for sign in INVISIBLE:
        if sign in text:
            text = text.replace(sign, "")
    return text


def plain_spellings(word: str) -> Iterator[str]:
    """Yield how a word in small letters is written plainly, if it was drawn out, or is of two scripts."""
    words = [word]
    if _CYRILLIC.search(word) and _LATIN.search(word):
        words = [_in_one_script(word)]
        yield from words
    for one in words:
        if _DRAWN_OUT.search(one):
            yield _DRAWN_OUT.sub(r"\1", one)
            yield _DRAWN_OUT.sub(r"\1\1", one)


def _in_one_script(word: str) -> str:
    """Write a word of two scripts in the one to which a letter belongs that looks like none of the other."""
    latin, cyrillic = word.translate(_TO_LATIN), word.translate(_TO_CYRILLIC)
    return latin if not _CYRILLIC.search(latin) else cyrillic


def hashtag_words(text: str) -> Iterator[str]:
    """Yield the words of hashtags that are told apart by their capitals: #WhereIsMyOrder."""
    for tag in _HASHTAG.findall(text):
        words = _parted(tag)
        if len(words) > 1:
            yield from words


def _parted(tag: str) -> list[str]:
    """Part a tag before each capital that follows a small letter or a digit, or begins a word after capitals."""
    starts = [0]
    for place in range(1, len(tag)):
        before, here, after = tag[place - 1], tag[place], tag[place + 1 : place + 2]
        begins = here.isupper() and (not before.isupper() or after.islower())
        if begins or here.isdecimal() != before.isdecimal():
            starts.append(place)
    return [tag[start:end] for start, end in zip(starts, [*starts[1:], len(tag)], strict=True)]


# As people write Russian in Latin letters, the longest first; where there are several ways, the commonest first.
_FROM_LATIN = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "tz": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ju": "ю",
    "ya": "я", "ja": "я", "yo": "ё", "jo": "ё", "ye": "е", "je": "е", "a": "а", "b": "б", "c": "ц", "d": "д",
    "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "й", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о",
    "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "х", "y": "ы", "z": "з",
}  # fmt: skip
_LATIN_LETTERS = re.compile("|".join(_FROM_LATIN))
_SOFTENED = re.compile(r"([лнсзт])(?=[кгмбшнсч])|л(?=[бвгджзкмнпрстфцчш])")
_INTO_LATIN = {
    "а": ("a",), "б": ("b",), "в": ("v", "w"), "г": ("g",), "д": ("d",), "е": ("e", "ye"), "ё": ("e", "yo"),
    "ж": ("zh", "j"), "з": ("z",), "и": ("i",), "й": ("y", "i", "j"), "к": ("k",), "л": ("l",), "м": ("m",),
    "н": ("n",), "о": ("o",), "п": ("p",), "р": ("r",), "с": ("s",), "т": ("t",), "у": ("u",), "ф": ("f",),
    "х": ("h", "kh"), "ц": ("c", "ts"), "ч": ("ch",), "ш": ("sh",), "щ": ("sch", "shch", "sh"), "ъ": ("",),
    "ы": ("y", "i"), "ь": ("",), "э": ("e",), "ю": ("yu", "u"), "я": ("ya", "ja"),
}  # fmt: skip


def in_cyrillic(word: str) -> list[str]:
    """List how a word in small Latin letters may be meant as Russian; nothing for what can't be."""
    if not _PLAIN_LATIN.fullmatch(word):
        return []
    plain = _LATIN_LETTERS.sub(lambda found: _FROM_LATIN[found[0]], word)
    plain = re.sub(r"(?<=[аеёиоуыэюя])ы", "й", plain)
    plain = re.sub(r"(?:ии|иы|ыы|ый)$", "ий" if plain.endswith(("ии", "иы")) else "ый", plain)
    ways = [plain, re.sub(r"^е", "э", plain), _SOFTENED.sub(lambda found: f"{found[0]}ь", plain)]
    return list(dict.fromkeys(ways))


def in_latin(word: str) -> list[str]:
    """List how a word in small Russian letters is written in Latin ones, the commonest first."""
    if not _PLAIN_CYRILLIC.fullmatch(word):
        return []
    ways = product(*(_INTO_LATIN[letter] for letter in word))
    return list(dict.fromkeys(map("".join, islice(ways, _MOST))))
