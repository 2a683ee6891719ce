"""Transfer encodings undone, as far as the bytes allow."""

import binascii
import re

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_STRANGE_BOUNDARY = re.compile(rb"\n--")
_PADDING_INSIDE = re.compile(rb"=[=\s]*[A-Za-z0-9+/]")
_PLAINLY_TEXT = re.compile(rb"[A-Za-z,.;:!?][ \t][A-Za-z]|[\x80-\xff]|[!?(){}\[\];:]")


def decode_transfer(data: memoryview, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding; an unknown one is taken as none."""
    name = encoding.strip().lower()
    if name.startswith("quoted"):
        return binascii.a2b_qp(data)
    if name == "base64":
        return _decode_base64(data)
    if name in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _decode_uuencode(bytes(data))
    return bytes(data)


def _decode_base64(data: memoryview) -> bytes:
    # The decoder stops at padding; footers and joined pieces may follow it.
    if _PLAINLY_TEXT.search(data[:1_000]):
        return bytes(data)
    boundary = _STRANGE_BOUNDARY.search(data)
    data = data[: boundary.start()] if boundary else data
    inside = _PADDING_INSIDE.search(data)
    if not inside:
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            return _decode_piece(bytes(data))
    return b"".join(_decode_piece(piece) for piece in re.split(rb"=[=\s]*", bytes(data)))


def _decode_piece(piece: bytes) -> bytes:
    letters = _NO_BASE64.sub(b"", piece)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _decode_uuencode(data: bytes) -> bytes:
    decoded = []
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end", b"`")) or not line.strip():
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count the letters of a line wrongly; their number is in the first one.
            most = (((line[0] - 32) & 63) * 4 + 5) // 3
            decoded.append(_decode_uu_line(line[:most]))
    return b"".join(decoded)


def _decode_uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
