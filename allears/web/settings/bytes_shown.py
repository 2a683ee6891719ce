"""Bytes that nobody could read, shown so that they can do no harm."""

import json
import re

MOST_TEXT = 64 * 1024
MOST_HEX = 8 * 1024
# Control characters and those that turn the direction of writing.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def show_as_text(body: bytes) -> str:
    """Return the beginning as text, what has no picture as a dot."""
    text = body[:MOST_TEXT].decode("utf-8", errors="replace").replace("\r\n", "\n")
    return UNSEEN.sub("\N{MIDDLE DOT}", text)


def show_as_hex(body: bytes) -> str:
    """Return the beginning as rows of sixteen bytes: where, in hexadecimal, as ASCII."""
    rows = (body[start : start + 16] for start in range(0, min(len(body), MOST_HEX), 16))
    return "\n".join(_hex_row(number * 16, row) for number, row in enumerate(rows))


def headers_in(headers: str) -> dict[str, str]:
    """Read an envelope's stored headers."""
    found: dict[str, str] = json.loads(headers) if headers else {}
    return found


def _hex_row(start: int, row: bytes) -> str:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
    return f"{start:08x}  {row.hex(' '):<47}  {letters}"
