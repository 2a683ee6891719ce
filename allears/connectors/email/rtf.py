"""The little of RTF that a mail needs: unpacking it, and its words or the HTML in it.

Sources: [MS-OXRTFCP] for the packing, [MS-OXRTFEX] for the HTML.
"""

import re
import struct
from dataclasses import dataclass, replace

from allears.connectors.email.charsets import clean_text, decode_text

_MOST = 5_000_000
_UNCOMPRESSED = 0x414C454D
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-z'])|([{}])|([^\\{}\r\n]+)"
)
_SILENT = frozenset(
    "fonttbl colortbl stylesheet info pict object themedata datastore generator listtable".split()  # noqa: SIM905
)
_LETTERS = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "tab": "\t",
    "cell": "\t",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "endash": "–",
    "emdash": "—",
    "bullet": "•",
}


def decompress_rtf(data: bytes) -> bytes:
    """Unpack compressed RTF; give what could be unpacked."""
    if len(data) < 16:
        return b""
    _, raw_size, magic, _ = struct.unpack_from("<IIII", data)
    if magic == _UNCOMPRESSED:
        return data[16 : 16 + raw_size]
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\x00"))
    write, place, found = len(_DICTIONARY), 16, bytearray()
    most = min(raw_size, _MOST)
    while place < len(data) and len(found) < most:
        flags, place = data[place], place + 1
        for bit in range(8):
            if flags >> bit & 1:
                piece, place = _repeat(window, data, place, write), place + 2
            else:
                piece, place = data[place : place + 1], place + 1
            if not piece:
                return bytes(found)
            write = _remember(window, piece, write)
            found += piece
    return bytes(found)


def _repeat(window: bytearray, data: bytes, place: int, write: int) -> bytes:
    """Give what a reference repeats; nothing at the mark of the end."""
    if place + 1 >= len(data):
        return b""
    offset, length = data[place] << 4 | data[place + 1] >> 4, (data[place + 1] & 0xF) + 2
    distance = (write - offset) % _WINDOW
    if distance == 0:
        return b""
    source = bytes(window[(offset + step) % _WINDOW] for step in range(min(length, distance)))
    return (source * length)[:length]


def _remember(window: bytearray, piece: bytes, write: int) -> int:
    for letter in piece:
        window[write] = letter
        write = (write + 1) % _WINDOW
    return write


@dataclass(frozen=True, slots=True)
class _Group:
    is_silent: bool = False
    is_tag: bool = False
    is_rtf_only: bool = False
    skip_after_unicode: int = 1


class _Reader:
    """Goes through the tokens, keeping the state of each group."""

    def __init__(self, data: bytes) -> None:
        self._is_html = b"\\fromhtml" in data[:1_000]
        page = re.search(rb"\\ansicpg(\d{1,5})", data[:1_000])
        self._charset = f"cp{page[1].decode()}" if page else "cp1252"
        self._groups = [_Group()]
        self._waiting = b""
        self._found: list[str] = []
        self._skip = 0
        for token in _TOKEN.finditer(data):
            self._take(token)
        self._flush()
        joined = clean_text("".join(self._found)).strip()
        self.text, self.html = ("", joined) if self._is_html else (joined, "")

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, code, symbol, brace, plain = token.groups()
        if word:
            self._take_word(word.decode(), int(number) if number else None)
        elif code:
            self._put(bytes([int(code, 16)]))
        elif symbol:
            self._take_symbol(symbol)
        elif brace == b"{":
            if len(self._groups) < 1_000:
                self._groups.append(self._groups[-1])
        elif brace:
            self._groups = self._groups[:-1] or [_Group()]
        elif plain:
            self._put(plain)

    def _take_symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._change(is_silent=True)
        elif symbol == b"~":
            self._write("\xa0")
        elif symbol in b"\\{}":
            self._put(symbol)

    def _take_word(self, word: str, number: int | None) -> None:
        if word == "htmltag":
            self._change(is_silent=not self._is_html, is_tag=True)
        elif word in _SILENT:
            self._change(is_silent=True)
        elif word == "htmlrtf":
            self._change(is_rtf_only=self._is_html and number != 0)
        elif word == "uc":
            self._change(skip_after_unicode=max(0, min(number or 0, 10)))
        elif word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self._skip = self._groups[-1].skip_after_unicode
        elif word in _LETTERS:
            self._write(_LETTERS[word])

    def _change(self, **changes: bool | int) -> None:
        self._groups[-1] = replace(self._groups[-1], **changes)  # type: ignore[arg-type]

    def _put(self, data: bytes) -> None:
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        group = self._groups[-1]
        if not group.is_silent and not group.is_rtf_only:
            self._waiting += data[skipped:]

    def _write(self, letter: str) -> None:
        group = self._groups[-1]
        if not group.is_silent and not group.is_rtf_only:
            self._flush()
            self._found.append(letter)

    def _flush(self) -> None:
        if self._waiting:
            self._found.append(decode_text(self._waiting, self._charset))
            self._waiting = b""


def read_rtf(data: bytes) -> tuple[str, str]:
    """Give the plain text or the HTML that RTF carries; one of them is empty."""
    reader = _Reader(data)
    return reader.text, reader.html
