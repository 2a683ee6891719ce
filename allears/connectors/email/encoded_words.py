"""Header text: RFC 2047 words, also broken ones, and raw bytes above ASCII."""

import binascii
import re

from allears.connectors.email.charsets import clean_text, decode_text

_WORD = re.compile(r"=\?([^?*\s=]*)(?:\*[^?\s]*)?\?([bBqQ])\?(.*?)(?:\?=|\Z)(\s*)", re.DOTALL)
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_LONGEST = 20_000


def read_words(raw: str) -> str:
    """Decode a raw header value (bytes as surrogates allowed) to clean text on one line."""
    raw = raw[:_LONGEST]
    text = _decode_words(raw) if "=?" in raw else _decode_raw(raw)
    return " ".join(clean_text(text).split())


def _decode_raw(raw: str, charset: str = "") -> str:
    if raw.isascii():
        return raw
    return decode_text(raw.encode("utf-8", "surrogateescape"), charset)


def _decode_words(raw: str) -> str:
    # Some programs cut a letter in two between words of one charset, so their bytes are joined first.
    found: list[str] = []
    waiting, charset, gap, end = b"", "", "", 0
    for word in _WORD.finditer(raw):
        between = raw[end : word.start()]
        if between or word[1].lower() != charset:
            found.append(decode_text(waiting, charset))
            found.append((gap if between else "") + _decode_raw(between))
            waiting, charset = b"", word[1].lower()
        waiting += _decode_word(word[2], word[3])
        gap, end = word[4], word.end()
    found.append(decode_text(waiting, charset))
    rest = raw[end:]
    found.append((gap if rest else "") + _decode_raw(rest))
    return "".join(found)


def _decode_word(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"\n", b""), header=True)
    letters = _NO_BASE64.sub(b"", data)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
