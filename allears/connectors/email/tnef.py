"""winmail.dat (TNEF) read as the letter and the files in it.

Written here because a general reader trusts every count it finds (a forged one keeps it busy for hours)
and drops zero bytes at the end of files. Layout: [MS-OXTNEF] for attributes, [MS-OXCDATA] for properties.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from allears.connectors.email.charsets import clean_text, decode_text
from allears.connectors.email.rtf import decompress_rtf, read_rtf

_SIGNATURE = 0x223E9F78
_MOST_ATTRIBUTES = 5_000
_MOST_PROPERTIES = 2_000
_DEEPEST = 3
_ATTACHMENT_BEGINS = 0x9002
_ATTACHMENT_TITLE = 0x8010
_ATTACHMENT_DATA = 0x800F
_ATTACHMENT_PROPERTIES = 0x9005
_MESSAGE_PROPERTIES = 0x9003
_MESSAGE_BODY = 0x800C
_CODE_PAGE = 0x9007

_SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0xA: 4, 0xB: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = {0xD, 0x1E, 0x1F, 0x102}
_BODY, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_DATA, _SHORT_NAME, _LONG_NAME, _MIME_TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_INTERNET_CODE_PAGE = 0x3FDE
_EMBEDDED_MESSAGE = 16


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    content_type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass(slots=True)
class TnefLetter:
    """What a winmail.dat holds."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


class BrokenTnef(Exception):
    """The bytes are no winmail.dat that can be read."""


def read_tnef(data: bytes, depth: int = 0) -> TnefLetter:
    """Read a winmail.dat as far as it goes. Raise BrokenTnef when nothing of it can be read."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE or depth > _DEEPEST:
        raise BrokenTnef
    letter, code_page = TnefLetter(), "cp1252"
    for name, value in _walk_attributes(data):
        if name == _CODE_PAGE and len(value) >= 4:
            code_page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _MESSAGE_BODY:
            letter.text = _text(bytes(value), code_page)
        elif name == _MESSAGE_PROPERTIES:
            _read_message(letter, value, code_page)
        elif name == _ATTACHMENT_BEGINS:
            letter.files.append(TnefFile())
        elif letter.files:
            _read_attachment(letter, name, value, code_page, depth)
    return letter


def _walk_attributes(data: bytes) -> Iterator[tuple[int, memoryview]]:
    view, place = memoryview(data), 6
    for _ in range(_MOST_ATTRIBUTES):
        if place + 9 > len(data):
            return
        _, name, _, length = struct.unpack_from("<BHHI", data, place)
        yield name, view[place + 9 : place + 9 + length]
        place += 9 + length + 2


def _read_message(letter: TnefLetter, value: memoryview, code_page: str) -> None:
    found = _read_properties(value, code_page)
    html_page = found.get(_INTERNET_CODE_PAGE)
    charset = f"cp{struct.unpack_from('<I', html_page)[0]}" if isinstance(html_page, bytes) else code_page
    html = found.get(_HTML, "")
    letter.html = decode_text(html, _named(charset)) if isinstance(html, bytes) else html
    body = found.get(_BODY, "")
    letter.text = (body if isinstance(body, str) else _text(body, code_page)) or letter.text
    rtf = found.get(_RTF)
    if isinstance(rtf, bytes) and not letter.html and not letter.text:
        letter.text, letter.html = read_rtf(decompress_rtf(rtf))


def _read_attachment(letter: TnefLetter, name: int, value: memoryview, code_page: str, depth: int) -> None:
    file = letter.files[-1]
    if name == _ATTACHMENT_TITLE:
        file.name = file.name or _text(bytes(value), code_page)
    elif name == _ATTACHMENT_DATA:
        file.data = bytes(value)
    elif name == _ATTACHMENT_PROPERTIES:
        found = _read_properties(value, code_page)
        file.name = _word(found, _LONG_NAME) or file.name or _word(found, _SHORT_NAME)
        file.content_type = _word(found, _MIME_TYPE)
        file.content_id = _word(found, _CONTENT_ID).strip("<>")
        content = found.get(_DATA)
        if isinstance(content, bytes) and content:
            _take_object(letter, content, depth)


def _take_object(letter: TnefLetter, content: bytes, depth: int) -> None:
    # A file kept as an object begins with the id of its interface; a message in a message is TNEF again.
    file = letter.files[-1]
    inner = content[_EMBEDDED_MESSAGE:]
    try:
        embedded = read_tnef(inner, depth + 1)
    except BrokenTnef:
        file.data = file.data or content
        return
    file.name = file.name or "message"
    file.content_type = "text/plain"
    file.data = (embedded.text or embedded.html).encode()
    file.name += ".txt" if embedded.text else ".html"
    letter.files.extend(embedded.files)


def _word(found: dict[int, str | bytes], name: int) -> str:
    value = found.get(name, "")
    return value if isinstance(value, str) else ""


def _read_properties(view: memoryview, code_page: str) -> dict[int, str | bytes]:
    """Read the properties we know how to use; stop at the first that does not fit."""
    data = bytes(view)
    found: dict[int, str | bytes] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        place = 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, place)
            place = _skip_name(data, place + 4) if name >= 0x8000 else place + 4
            value, place = _read_value(data, place, kind, code_page)
            found.setdefault(name, value)
    except (struct.error, ValueError):
        pass
    return found


def _skip_name(data: bytes, place: int) -> int:
    (kind,) = struct.unpack_from("<I", data, place + 16)
    if kind == 0:
        return place + 24
    (length,) = struct.unpack_from("<I", data, place + 20)
    return place + 24 + _padded(length)


def _read_value(data: bytes, place: int, kind: int, code_page: str) -> tuple[str | bytes, int]:
    is_many, kind = bool(kind & 0x1000), kind & ~0x1000
    count = 1
    if is_many or kind in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, place)
        place += 4
    if kind not in _VARIABLE:
        size = _SIZES.get(kind, 0)
        if not size or count * size > len(data):
            raise ValueError
        return data[place : place + size], place + count * (
            size if size != 4 or kind != 2 or not is_many else 2
        )
    value: str | bytes = b""
    for number in range(min(count, _MOST_PROPERTIES)):
        (length,) = struct.unpack_from("<I", data, place)
        content = data[place + 4 : place + 4 + length]
        place += 4 + _padded(length)
        value = _as_value(content, kind, code_page) if number == 0 else value
    return value, place


def _as_value(content: bytes, kind: int, code_page: str) -> str | bytes:
    if kind == 0x1F:
        return clean_text(content.decode("utf-16-le", "replace"))
    return _text(content, code_page) if kind == 0x1E else content


def _text(content: bytes, code_page: str) -> str:
    return clean_text(decode_text(content.rstrip(b"\x00"), _named(code_page)))


def _named(code_page: str) -> str:
    return {"cp65001": "utf-8", "cp20866": "koi8-r", "cp28591": "iso-8859-1"}.get(code_page, code_page)


def _padded(length: int) -> int:
    return (length + 3) & ~3
