"""The head of a mail or of a part: fields in their order, and parameters of RFC 2231."""

import re
from urllib.parse import unquote_to_bytes

from allears.connectors.email.charsets import decode_text
from allears.connectors.email.encoded_words import read_words

_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_JUNK_LINE = re.compile(r">?[^\n]*(?:\n|\Z)")
_FOLD = re.compile(r"\r?\n[ \t]*")
_KNOWN = re.compile(
    r"(?:from|to|cc|date|subject|sender|reply-to|message-id|in-reply-to|references|received|return-path|"
    r"mime-version|content-[a-z-]+|x-[\w-]+|list-[a-z-]+|dkim-signature|delivered-to)[ \t]*:",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_PLAIN = -1
_ESCAPED = re.compile(r"\\(.)")


class Headers:
    """Header fields by lower-case name; a field may come several times. Values are raw and unfolded."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        self._values.setdefault(name.lower(), []).append(value)

    def extend_last(self, name: str, more: str) -> None:
        self._values[name.lower()][-1] += " " + more

    def get(self, name: str) -> str:
        """Give the first field of that name, raw, or an empty string."""
        values = self._values.get(name)
        return values[0] if values else ""

    def get_all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def text(self, name: str) -> str:
        """Give the first field of that name that says anything, decoded, on one line."""
        return next((text for value in self.get_all(name) if (text := read_words(value))), "")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __len__(self) -> int:
        return len(self._values)


def read_headers(body: bytes, start: int, end: int) -> tuple[Headers, int]:
    """Read the head that begins at `start`; give it and where the content begins."""
    head_end = _find_blank_line(body, start, end)
    # One letter a byte, so that places in the text are places in the bytes.
    head = body[start:head_end].decode("ascii", "surrogateescape")
    headers, place, last = Headers(), 0, ""
    while place < len(head):
        field = _FIELD.match(head, place)
        if field:
            last = field[1]
            headers.add(last, _FOLD.sub(" ", field[2]).strip())
            place = field.end()
            continue
        junk = _JUNK_LINE.match(head, place)
        if not junk or not _is_skippable(head, junk, place):
            return headers, start + place
        if last:
            headers.extend_last(last, junk[0].strip())
        place = junk.end()
    return headers, _skip_line(body, head_end, end)


def _is_skippable(head: str, junk: re.Match[str], place: int) -> bool:
    if place == 0 and junk[0].startswith(("From ", ">From ")):
        return True
    return place > 0 and bool(_KNOWN.match(head, junk.end()))


def _find_blank_line(body: bytes, start: int, end: int) -> int:
    if body.startswith((b"\n", b"\r\n"), start, end):
        return start
    windows = body.find(b"\r\n\r\n", start, end)
    unix = body.find(b"\n\n", start, end if windows < 0 else windows)
    if unix >= 0:
        return unix + 1
    return windows + 2 if windows >= 0 else end


def _skip_line(body: bytes, place: int, end: int) -> int:
    line_end = body.find(b"\n", place, end)
    return line_end + 1 if line_end >= 0 else end


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split `text/plain; charset=x` into its lower-case main word and its parameters, decoded."""
    main, _, _ = value.partition(";")
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value[:20_000]):
        section = _SECTION.fullmatch(match[1].lower())
        if section:
            number = int(section[2]) if section[2] else 0 if section[3] else _PLAIN
            piece = (number, bool(section[3]), _unquote(match[2]))
            pieces.setdefault(section[1], []).append(piece)
    return main.strip().lower(), {name: _join_pieces(found) for name, found in pieces.items()}


def _unquote(value: str) -> str:
    value = value.strip()
    if value[:1] == '"':
        return _ESCAPED.sub(r"\1", value[1:-1] if value[-1:] == '"' and len(value) > 1 else value[1:])
    return value


def _join_pieces(pieces: list[tuple[int, bool, str]]) -> str:
    # `name=` beside `name*=` is there for old programs only.
    numbered = sorted((piece for piece in pieces if piece[0] != _PLAIN), key=_by_number)
    if not any(is_extended for _, is_extended, _ in numbered):
        return read_words("".join(text for _, _, text in numbered) or pieces[0][2])
    charset, data = "", b""
    for place, (_, is_extended, text) in enumerate(numbered):
        if place == 0 and is_extended and text.count("'") >= 2:
            charset, _, words = text.split("'", 2)
        else:
            words = text
        raw = words.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if is_extended else raw
    return read_words(decode_text(data, charset))


def _by_number(piece: tuple[int, bool, str]) -> int:
    return piece[0]
