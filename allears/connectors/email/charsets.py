"""Bytes to text, whatever charset was declared. Tuned for English, Russian and Vietnamese."""

import codecs
import re
import unicodedata
from functools import lru_cache

_ALIASES = {
    "ascii": "us-ascii",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso-8859-8",
    "win-1251": "cp1251",
    "ansi_x3.110-1983": "iso-8859-1",
}
# These turn bytes into something other than what a mail means.
_NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
_STATEFUL = {"utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "hz"}
_VAGUE = {"", "utf-8", "ascii", "iso8859-1", "cp1252", "iso8859-15"}
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
_CANDIDATES = ("cp1251", "koi8-r", "cp1258", "cp1252", "cp866", "iso8859-5", "mac-cyrillic")
_SAMPLE = 1_500
_WESTERN = {"iso8859-1", "cp1252"}
# Letters in a row are Cyrillic more likely, and these single ones Vietnamese.
_NOT_WESTERN = re.compile(rb"[\xc0-\xff]{2}|[\xcc\xd0\xd2\xde\xec\xf0\xf2\xf5\xfd]")
_ASCII = bytes(range(128))
_GOOD_ENOUGH = 0.4

_WEIGHTS = dict.fromkeys("оеаинтсрвл", 2.0) | dict.fromkeys("кмдпуяыьгзб", 1.0)
_WEIGHTS |= dict.fromkeys("чйхжшюцщэфіїєґў", 0.4) | {"ё": 0.5, "ъ": -0.5}
_VOWELS = "aăâeêioôơuưy"
_VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in _VOWELS + _VOWELS.upper()
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | frozenset("đĐ")
_QUIET = frozenset("«»„“”‘’–—…№€£©®°·•™§₫\xa0")
_BAD = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Take out what no database or screen bears: NUL, controls, surrogates. Lines end with a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x0b" in text or "\x0c" in text:
        text = text.replace("\x0b", "\n").replace("\x0c", "\n")
    return unicodedata.normalize("NFC", _BAD.sub("", text))


@lru_cache(maxsize=256)
def find_codec(declared: str) -> str:
    """Give Python's name of a declared charset, or "" when there is none."""
    name = declared.strip("\"' \t").lower()
    name = _ALIASES.get(name, name).replace("windows-125", "cp125")
    if not name or len(name) > 40 or not name.isascii() or "\x00" in name:
        return ""
    try:
        b"".decode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        short = re.sub(r"[^a-z0-9]", "", name)
        known = re.fullmatch(r"(?:win|windows|cp|xcp)(125\d)(?:.*)", short)
        return f"cp{known[1]}" if known else ""
    return "" if found in _NO_CHARSETS else found


def decode_text(data: bytes, declared: str = "") -> str:
    """Decode text by its declared charset when that can be true, else by what the bytes look like."""
    codec = find_codec(declared)
    is_stateful = codec in _STATEFUL or codec.startswith("iso2022")
    if not is_stateful and data.isascii():
        return data.decode("ascii")
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\x00" in data:
        return data.decode("utf-16", "replace")
    if is_stateful or not _is_single_byte(codec):
        return _decode_strictly(data, codec) or _guess(data, codec)
    return _decode_strictly(data, "utf-8") or _decode_as_declared(data, codec) or _guess(data, codec)


def _decode_as_declared(data: bytes, codec: str) -> str:
    """Believe a declared charset at once where its text looks as that charset's languages do."""
    if codec in _CYRILLIC:
        text = data.decode(codec, "replace")
        common = sum(text.count(letter) for letter in "оеаинт")
        return text if common * 4 > len(data.translate(None, _ASCII)) > 8 else ""
    if codec in _WESTERN and not _NOT_WESTERN.search(data):
        return data.decode("cp1252", "replace")
    return ""


@lru_cache(maxsize=64)
def _is_single_byte(codec: str) -> bool:
    return codec in _VAGUE or codec.startswith(
        ("cp125", "iso8859", "koi8", "mac", "cp8", "cp4", "tis", "viscii")
    )


def _decode_strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return ""


def _guess(data: bytes, codec: str) -> str:
    damaged = data.decode("utf-8", "replace")
    lost = damaged.count("\ufffd")
    if sum(1 for letter in damaged if letter > "\x7f") >= 5 * lost:
        return damaged
    if codec not in _VAGUE and codec not in _CANDIDATES:
        return data.decode(codec, "replace")
    sample = data[:_SAMPLE]
    found, score = _best_candidate(sample, codec)
    high = len(sample.translate(None, _ASCII))
    if score < _GOOD_ENOUGH * high and codec in _VAGUE:
        found = _ask_normalizer(sample) or codec or "cp1252"
    return _decode_as(data, found)


def _best_candidate(sample: bytes, codec: str) -> tuple[str, float]:
    codec = "cp1252" if codec == "iso8859-1" else codec
    candidates = _CANDIDATES if codec in _VAGUE else (codec, *_CYRILLIC, "cp1252")
    best, best_score = "cp1252", -1e9
    for candidate in candidates:
        score = _score(_decode_as(sample, candidate))
        # A declared charset is believed unless another reads clearly better.
        score += 0.25 * abs(score) + 3.0 if candidate == codec else 0.0
        if score > best_score:
            best, best_score = candidate, score
    return best, best_score


def _decode_as(data: bytes, codec: str) -> str:
    text = data.decode(codec, "replace")
    return unicodedata.normalize("NFC", text) if codec == "cp1258" else text


def _score(text: str) -> float:
    score, before = 0.0, " "
    for letter in text:
        if letter > "\x7f":
            score += _score_letter(letter, before)
        before = letter
    return score


def _score_letter(letter: str, before: str) -> float:
    if "Ѐ" <= letter <= "ӿ":
        if before.isascii() and before.isalpha():
            return -1.0
        weight = _WEIGHTS.get(letter.lower(), -1.0)
        if letter.isupper():
            return -2.0 if before.islower() else 0.8 * weight
        return weight
    if letter in _VIETNAMESE:
        is_western = letter < "\u0100"
        return (1.0 if before < "\x80" else -1.0) if is_western else 2.0
    if letter.isalpha() and letter < "\u0180":
        return 0.5 if before < "\x80" else -1.0
    return 0.0 if letter in _QUIET else -3.0


def _ask_normalizer(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return find_codec(best.encoding) if best else ""
