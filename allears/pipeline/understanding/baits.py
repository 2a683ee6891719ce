"""Baits: what a text that wants to be called, clicked or paid carries beside its words. Cues among the cues."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

_DIGITS = re.compile(r"\d\d|\d[pPkK/%]|[£$€]\d")
_NUMBER = re.compile(r"\+?\d(?:[ .()-]{0,2}\d){7}|__phone__")
_SHORT_CODE = re.compile(r"(?<![\d.,:/£$€])\d{5}(?![\d.,:/])")
_PRICE = re.compile(
    r"[£$€]\s?\d|\d\s?(?:p|ppm|ppmsg|gbp|pounds?|руб\w*|р|₽|k|tr|triệu|trieu|usd|%)(?!\w)"
    r"|\d\s?p?\s?/\s?(?:min|msg|sms|day|week|wk|ngày|мин|день)",
    re.IGNORECASE,
)
_TERMS = ("stop", "unsub", "t&c", "tnc", "18+", "optout", "opt out", "claim", "po box", "p.o. box", "ppm")
_LINK = re.compile(r"\.(?:com|net|org|ru|vn|uk|tv|info|example|me|ly|top|shop|xyz)\b")
_LOUD = re.compile(r"[A-ZА-Я]{4}")
_DIGITS_OF_NUMBER, _DIGITS_OF_CODE = 8, 5
_RUN = re.compile(r"\d+")
_MANY = 3


def baits_of(text: str, cues: AbstractSet[str]) -> set[str]:
    """Name the baits in a text, and what they make together with its other cues.

    `number`, `short_code` and `price` to call or pay, `terms` of an offer, a `link`, `loud` words among quiet ones;
    each with `offer_` before it when the words offer something; `baits` when there are many.
    """
    found, low = set(), text.lower()
    if "__" in text or _DIGITS.search(text):
        found = {name for name, pattern in _worth_trying(text) if pattern.search(text)}
        if any(term in low for term in _TERMS):
            found.add("terms")
    if "http" in low or "www." in low or _LINK.search(low):
        found.add("link")
    if not text.islower() and not text.isupper() and len(_LOUD.findall(text)) > 1:
        found.add("loud")
    many = {"baits"} if len(found) >= _MANY else set()
    together = {f"offer_{one}" for one in found} if "offer" in cues else set()
    return found | many | together


def _worth_trying(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Give the patterns for which there are digits enough: eight of them, or five in a row."""
    runs = [len(run) for run in _RUN.findall(text)]
    if sum(runs) >= _DIGITS_OF_NUMBER or "__" in text:
        yield "number", _NUMBER
    if _DIGITS_OF_CODE in runs:
        yield "short_code", _SHORT_CODE
    yield "price", _PRICE
