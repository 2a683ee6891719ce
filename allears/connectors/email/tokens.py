"""Signed thread tokens: the part after the plus in our reply address.

A token is the thread id and 80 bits of HMAC-SHA256, in lower-case base32, because mail systems
lower-case addresses and letters with digits survive them all.
"""

import base64
import binascii
import hmac

_PURPOSE = b"all-ears mail thread token 1:"
_SIGNATURE_LENGTH = 10
_LONGEST_TOKEN = 32


def make_token(reply_key: bytes, thread_id: int) -> str:
    """Sign a thread id. Raise ValueError without a key, OverflowError for an id that is not 0 to 2**63."""
    if not reply_key:
        raise ValueError("a thread token needs a reply key")
    number = thread_id.to_bytes(max(1, (thread_id.bit_length() + 7) // 8), "big")
    if len(number) > 8:
        raise OverflowError("a thread id has at most 64 bits")
    token = base64.b32encode(number + _sign(reply_key, number))
    return token.decode("ascii").rstrip("=").lower()


def read_token(reply_key: bytes, token: str) -> int | None:
    """Give the thread id of a token we signed with this key, else None."""
    if not reply_key or not token.isascii() or len(token) > _LONGEST_TOKEN:
        return None
    letters = token.upper()
    try:
        signed = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        return None
    number, signature = signed[:-_SIGNATURE_LENGTH], signed[-_SIGNATURE_LENGTH:]
    if not number or not hmac.compare_digest(signature, _sign(reply_key, number)):
        return None
    return int.from_bytes(number, "big")


def _sign(reply_key: bytes, number: bytes) -> bytes:
    return hmac.digest(reply_key, _PURPOSE + number, "sha256")[:_SIGNATURE_LENGTH]
