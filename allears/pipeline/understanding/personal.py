"""Personal data in a text: where it stands, and the text with it masked.

Patterns find candidates, check digits and the plan of telephone numbers confirm them. Numbers of orders, parcels and
cases are told apart, and never masked: people need them to be helped.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from allears.pipeline.understanding.checking import iban_length, is_card, is_iban, is_phone
from allears.pipeline.understanding.patterns import (
    AT,
    CARD,
    CLOSE_AT,
    DIGITS,
    EXTENSION,
    FILES,
    HOST,
    IBAN,
    LONE_AT,
    MANY_DIGITS,
    NAME,
    NO_NAME,
    NO_PHONE,
    NUMBER,
    ORDER_STEMS,
    PASSPORT,
    PHONE,
    SAID_PHONE,
    SAYS_ORDER,
    SAYS_PASSPORT,
    SAYS_PHONE,
    SPACED_HOST,
    SPELT,
    SPELT_HOST,
    SPELT_NAME,
    SPELT_WORDS,
    UNUSUAL,
)
from allears.pipeline.understanding.reading import Personal, PersonalKind

_LONGEST = 20_000


def personal_in(text: str, regions: Sequence[str] = ()) -> tuple[Personal, ...]:
    """Return the personal data in a text in the order it stands there, none overlapping.

    `regions` are the countries (ISO 3166-1) whose telephone numbers are known without a country code, beside those
    that the text's letters suggest.
    """
    plain = text[:_LONGEST]
    if not (DIGITS.search(plain) or CLOSE_AT.search(plain) or _is_spelt(plain)):
        return ()
    if UNUSUAL.search(plain):
        plain = plain.translate(_digits())
    found: list[Personal] = []
    for kind, start, end in _candidates(plain, tuple(regions)):
        if all(end <= other.start or start >= other.end for other in found):
            found.append(Personal(kind=kind, start=start, end=end))
    return tuple(sorted(found, key=lambda personal: personal.start))


@cache
def _digits() -> dict[int, int]:
    """Map every digit of every script to the ASCII one; a character stays one character."""
    digits = {
        code: ord("0") + unicodedata.decimal(chr(code))
        for code in range(0x80, 0x1FFFF)
        if chr(code).isdecimal()
    }
    return digits | {0xFF0B: ord("+"), 0xFF0D: ord("-"), 0xFE63: ord("-"), 0x2212: ord("-"), 0x3000: ord(" ")}


def _candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield what was found, the surest first: what overlaps something earlier is dropped."""
    yield from _emails(text)
    has_many = bool(MANY_DIGITS.search(text))
    if has_many:
        yield from _ibans(text)
        yield from _cards(text)
        yield from _passports(text)
    yield from _orders(text)
    if has_many:
        yield from _phones(text, regions)


def _emails(text: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield addresses, written plainly or spelt out so that no machine should find them."""
    if "@" in text or "＠" in text:
        for at in CLOSE_AT.finditer(text):
            name, host = NAME.search(text, max(0, at.start() - 64), at.start()), HOST.match(text, at.end())
            if (
                name
                and host
                and not name.group().startswith("*")
                and host.group().rpartition(".")[2].lower() not in FILES
            ):
                yield PersonalKind.EMAIL, name.start(), host.end()
    if not _is_spelt(text):
        return
    for at in AT.finditer(text):
        hosts = SPELT_HOST if at.group().isalpha() or at.group().strip().lower() == "at" else SPACED_HOST
        name, host = (
            SPELT_NAME.search(text, max(0, at.start() - 64), at.start()),
            hosts.match(text, at.end()),
        )
        if name and host and name.group().lower() not in NO_NAME:
            yield PersonalKind.EMAIL, name.start(), host.end()


def _is_spelt(text: str) -> bool:
    """Say whether SPELT is found, and mostly without looking for it."""
    if holds_any(text, SPELT_WORDS):
        return bool(SPELT.search(text))
    return "@" in text and bool(LONE_AT.search(text))


def holds_any(text: str, words: Iterable[str]) -> bool:
    """Say whether one of the words, which are in small letters, stands in a text."""
    small = small_letters(text)
    return any(word in small for word in words)


def small_letters(text: str) -> str:
    """Write a text in small letters, in those for which patterns take it whatever its case."""
    return text.lower() if text.isascii() else text.replace("İ", "i").casefold().replace("ı", "i")


def _ibans(text: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield bank accounts; where letters follow, the country's length says where one ends."""
    for match in IBAN.finditer(text):
        start = end = match.start() - 2
        length = left = iban_length(text[start : start + 2].upper())
        while left and end < match.end():
            left -= text[end].isalnum()
            end += 1
        letters = re.sub(r"[^A-Za-z0-9]", "", text[start:end]).upper()
        if length and is_iban(letters) and not text[end : end + 1].isalnum():
            yield PersonalKind.IBAN, start, end


def _cards(text: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield card numbers: the longest stretch of whole groups of digits that checks."""
    for match in CARD.finditer(text):
        groups = [
            (match.start() + one.start(), match.start() + one.end())
            for one in re.finditer(r"\d+", match.group())
        ]
        first = 0
        while first < len(groups):
            last = _last_group_of_card(text, groups, first)
            if last is None:
                first += 1
                continue
            yield PersonalKind.CARD, groups[first][0], groups[last][1]
            first = last + 1


def _last_group_of_card(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Return the last group of a card number that begins with this one."""
    digits, found = "", None
    for number, (start, end) in enumerate(groups[first:], first):
        digits += text[start:end]
        if len(digits) > 19:
            break
        if is_card(digits):
            found = number
    return found


def _passports(text: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield numbers of passports, identity cards and insurances, which only the word before them betrays."""
    for match in PASSPORT.finditer(text):
        start = match.start()
        while start and match.start() - start < 3 and text[start - 1].isascii() and text[start - 1].isalpha():
            start -= 1
        if SAYS_PASSPORT.search(text, max(0, start - 50), start):
            yield PersonalKind.PASSPORT, start, match.end()


def _orders(text: str) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield numbers that a word before them says are of an order, a parcel, a case."""
    done = 0
    if not holds_any(text, ORDER_STEMS):
        return
    for match in NUMBER.finditer(text):
        start, end = match.span()
        if start < done or end - start < 2:
            continue
        while (
            start and (text[start - 1].isalnum() or text[start - 1] in "-_/") and match.start() - start < 24
        ):
            start -= 1
        start += len(text[start:end]) - len(text[start:end].lstrip("-_/"))
        while end < len(text) and text[end].isalnum():
            end += 1
        done, written = end, text[start:end]
        is_one = sum(sign.isdigit() for sign in written) >= 3 and not re.match(
            r"(?:19|20)\d\d[-/]\d\d", written
        )
        if is_one and len(written) >= 4 and SAYS_ORDER.search(text, max(0, start - 50), start):
            yield PersonalKind.ORDER, start, end


def _phones(text: str, regions: tuple[str, ...]) -> Iterator[tuple[PersonalKind, int, int]]:
    """Yield telephone numbers."""
    home = (*regions, *(("RU", "UA", "KZ", "BY") if re.search(r"[а-яё]", text, re.IGNORECASE) else ()))
    for match in PHONE.finditer(text):
        written = EXTENSION.sub("", match.group())
        digits = re.sub(r"\D", "", written)
        is_dated = not written.startswith(("+", "(+")) and NO_PHONE.match(written.lstrip("("))
        if not 7 <= len(digits) <= 15 or is_dated or len(set(digits)) < 3:
            continue
        is_said = bool(
            SAYS_PHONE.search(text, max(0, match.start() - 50), match.start())
            or SAID_PHONE.match(text, match.end())
        )
        if (is_said or _looks_like_phone(written, digits)) and is_phone(written, home, is_said=is_said):
            yield PersonalKind.PHONE, *match.span()


def _looks_like_phone(written: str, digits: str) -> bool:
    """Tell digits written as telephone numbers are: abroad's sign, groups of a fitting size, a mobile's beginning."""
    if written.startswith(("+", "00", "(")):
        return True
    groups = [len(group) for group in re.findall(r"\d+", written)]
    if len(groups) > 1:
        return len(digits) >= 9 and min(groups[1:]) >= 2 and max(groups) <= 7 and groups[0] <= 5
    return len(digits) in (10, 11) and digits[0] in "023456789"


_HIDDEN = "•••"


def mask(text: str, found: Sequence[Personal]) -> str:
    """Return the text with its personal data hidden, but for what tells one from another.

    Of an address its first letter and its host stay, of a card the last four digits, of an IBAN its country and the
    last four, of telephone and passport numbers the last two. Order numbers stay as they are.
    """
    parts, done = [], 0
    for personal in sorted(found, key=lambda one: one.start):
        start, end = max(personal.start, done), min(personal.end, len(text))
        if personal.kind == PersonalKind.ORDER or start >= end:
            continue
        parts += [text[done:start], _masked(personal.kind, text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def _masked(kind: PersonalKind, written: str) -> str:
    """Hide one piece."""
    bare = "".join(sign for sign in written if sign.isalnum())
    match kind:
        case PersonalKind.EMAIL:
            host = re.split(r"[@＠]", written)
            return f"{written[0]}{_HIDDEN}" + (f"@{host[-1].strip()}" if len(host) == 2 else "")
        case PersonalKind.CARD:
            return f"{_HIDDEN}{bare[-4:]}"
        case PersonalKind.IBAN:
            return f"{bare[:2].upper()}{_HIDDEN}{bare[-4:]}"
        case _:
            return f"{_HIDDEN}{bare[-2:]}"
