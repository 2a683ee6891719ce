"""Mails sealed by S/MIME or PGP: signed ones are opened, encrypted ones are named as such."""

import re

from allears.connectors.email.mime import Part
from allears.connectors.words import mark

ENCRYPTED = mark("This mail is encrypted. All Ears can't open it; it is kept as it came.")
ARMOUR = "-----BEGIN PGP MESSAGE-----"
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_INNER_HEAD = re.compile(rb"content-type:|mime-version:", re.IGNORECASE)


def is_signature(part: Part) -> bool:
    """Say whether a part is only the signature of others; people have no use for it."""
    return part.content_type in _SIGNATURES


def is_sealed(part: Part) -> bool:
    return part.content_type in _SEALED


def is_encrypted(part: Part) -> bool:
    return part.content_type == "multipart/encrypted"


def open_signed(data: bytes) -> bytes:
    """Give the mail inside an opaque signature (CMS signed-data, RFC 5652), or nothing.

    Signed content lies in an OCTET STRING as it is; its tag and length stand right before it.
    """
    found = _INNER_HEAD.search(data, 0, 5_000)
    if not found:
        return b""
    start = found.start()
    for width in range(5):
        length = _length_before(data, start, width)
        if 0 < length <= len(data) - start:
            return data[start : start + length]
    return b""


def _length_before(data: bytes, start: int, width: int) -> int:
    if start < width + 2:
        return 0
    if width == 0:
        return data[start - 1] if data[start - 2] == 0x04 and data[start - 1] < 0x80 else 0
    if data[start - width - 1] != 0x80 | width or data[start - width - 2] not in {0x04, 0x24}:
        return 0
    return int.from_bytes(data[start - width : start], "big")
