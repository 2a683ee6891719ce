"""Texts with their lengths in every unit, for the counting in Python and its twin in the browser.

Those of X are what its own counting says (twitter-text, configuration 3); those of Mastodon what its server does:
graphemes, a link 23, the far part of a mention nothing.
"""

from allears.connectors.speaking import Unit

_ORDER = (Unit.CHARACTERS, Unit.UTF16, Unit.BYTES, Unit.GRAPHEMES, Unit.WEIGHTED, Unit.SHORT_LINKS)
_TEXTS: dict[str, tuple[int, ...]] = {
    "": (0, 0, 0, 0, 0, 0),
    "This is a test.": (15, 15, 15, 15, 15, 15),
    "Где мой заказ?": (14, 14, 25, 14, 14, 14),
    "Đơn hàng đâu?": (13, 13, 18, 13, 13, 13),
    "e\u0301": (2, 2, 3, 1, 1, 1),
    "one\r\ntwo": (7, 7, 7, 7, 7, 7),
    "저찀쯿쿿": (4, 4, 12, 4, 8, 4),
    "のは": (2, 2, 6, 2, 4, 2),
    "H🐱☺": (3, 4, 8, 3, 5, 3),
    "👨‍👩‍👧‍👦": (7, 11, 25, 1, 2, 1),
    "👍🏽": (2, 4, 8, 1, 2, 1),
    "❤️": (2, 2, 6, 1, 2, 1),
    "1️⃣": (3, 3, 7, 1, 2, 1),
    "🇻🇳🇷🇺": (4, 8, 16, 2, 4, 2),
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿": (7, 14, 28, 1, 2, 1),
    "©": (1, 1, 2, 1, 1, 1),
    "“Yes” – it’s fine…": (18, 18, 28, 18, 19, 18),
    "http://test.com": (15, 15, 15, 15, 23, 23),
    "test.com": (8, 8, 8, 8, 23, 8),
    "Test https://test.com test https://test.com test.com test": (57, 57, 57, 57, 86, 71),
    "(https://a.example/x)": (21, 21, 21, 21, 25, 25),
    "See shop.example.com/a?b=1, ok": (30, 30, 30, 30, 31, 30),
    "https://lantern.example/заказ?номер=7.": (38, 38, 48, 38, 24, 24),
    "ann@example.com": (15, 15, 15, 15, 15, 15),
    "Hello.World": (11, 11, 11, 11, 23, 11),
    "Hello.Friend": (12, 12, 12, 12, 12, 12),
    "@ann@far.example.social hello": (29, 29, 29, 29, 29, 10),
    "@ann hello": (10, 10, 10, 10, 10, 10),
}
MEASURED = {text: dict(zip(_ORDER, lengths, strict=True)) for text, lengths in _TEXTS.items()}
LINKED = {
    "https://lantern.example": True,
    "Look at lantern.example.com please": True,
    "t.co/abc": True,
    "Nothing here. Really.": False,
    "ann@example.com": False,
    "3.14 and v1.2.3": False,
}
