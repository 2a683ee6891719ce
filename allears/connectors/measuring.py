"""Count a text as its network counts it. The browser counts the same way in `desk/js/measuring.js`.

A break between lines is one character, however the browser sent it. Links are found as the networks find
them: after "http://" or "https://", and on X also without, where a name ends like one of the internet.
"""

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

import regex

from allears.connectors.speaking import Limit, Unit

LINK_COUNTS_AS = 23
# X counts these ranges of code points as one, every other code point as two (twitter-text, configuration 3).
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_HEAVY = 2
# Every country's ending, and the common ones of the rest; a rarer one needs its "https://" to count as a link.
_ENDINGS = (
    "com|org|net|info|biz|edu|gov|mil|int|name|pro|aero|coop|museum|mobi|jobs|travel|asia|app|dev|page|shop|store"
    "|online|site|website|web|tech|blog|news|live|cloud|club|xyz|top|vip|icu|link|click|space|life|world|today"
    "|email|chat|help|support|care|group|team|agency|company|digital|media|studio|design|art|global|network"
    "|systems|solutions|services|software|academy|center|city|games|fun|one|work|social|москва|рф"
)
_PATH = r"(?:[/?#][^\s<>\"“”«»]*)?"
_END_OF_LINK = r"(?<![.,;:!?'\"…»”)\]])"
_HOST = r"(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?\.)+"
_WITH_SCHEME = rf"https?://{_HOST}[\p{{L}}]{{2,}}(?::\d+)?{_PATH}{_END_OF_LINK}"
_BARE = rf"{_HOST}(?:[a-z]{{2}}|{_ENDINGS})(?![\p{{L}}\p{{N}}_@-])(?::\d+)?{_PATH}{_END_OF_LINK}"
_BEFORE = r"(?<![\p{L}\p{N}_@#$./-])"
_LINK = regex.compile(rf"{_BEFORE}{_WITH_SCHEME}", regex.IGNORECASE)
_ANY_LINK = regex.compile(rf"{_BEFORE}(?:{_WITH_SCHEME}|{_BARE})", regex.IGNORECASE)
_FAR_MENTION = regex.compile(r"(?<![\p{L}\p{N}_/])@([a-z0-9_]+)@[a-z0-9.-]*[a-z0-9]", regex.IGNORECASE)
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{RI}{2}"
    r"|[#*0-9]\uFE0F?\u20E3"
    r"|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Extended_Pictographic}(?=[\p{EMod}\u200D]))"
    r"[\p{EMod}\uFE0F]*(?:[\U000E0020-\U000E007E]+\U000E007F)?"
    r"(?:\u200D[\p{Extended_Pictographic}\p{Emoji_Presentation}][\p{EMod}\uFE0F]*)*"
)


def length_of(text: str, unit: Unit) -> int:
    """Count a text in a network's unit."""
    return _COUNTS[unit](text.replace("\r\n", "\n"))


def excess_of(text: str, limits: Sequence[Limit]) -> tuple[int, Limit] | None:
    """Say by how much a text is too long, and for which limit; None if it fits them all."""
    over = [(length_of(text, limit.unit) - limit.most, limit) for limit in limits]
    worst = max(over, key=lambda one: one[0], default=None)
    return worst if worst and worst[0] > 0 else None


def has_link(text: str) -> bool:
    """Say whether a network would make a link of anything in a text."""
    return _ANY_LINK.search(text) is not None


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _graphemes(text: str) -> int:
    return sum(1 for _ in _GRAPHEME.finditer(text))


def _weighted(text: str) -> int:
    normal = unicodedata.normalize("NFC", text)
    rest, links = _ANY_LINK.subn("", normal)
    rest, emoji = _EMOJI.subn("", rest)
    return links * LINK_COUNTS_AS + emoji * _HEAVY + sum(map(_weight, rest))


@cache
def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in _LIGHT) else _HEAVY


def _short_links(text: str) -> int:
    rest, links = _LINK.subn(" ", text)
    return links * (LINK_COUNTS_AS - 1) + _graphemes(_FAR_MENTION.sub(r"@\1", rest))


_COUNTS: dict[Unit, Callable[[str], int]] = {
    Unit.CHARACTERS: len,
    Unit.UTF16: _utf16,
    Unit.BYTES: _bytes,
    Unit.GRAPHEMES: _graphemes,
    Unit.WEIGHTED: _weighted,
    Unit.SHORT_LINKS: _short_links,
}
