"""A mark on what we send, by which we know it again when Meta tells it back to us.

It names the reply's key and which part of it this is, signed, so that nobody's words are taken for ours.
"""

import hashlib
import hmac


def mark_of(key: str, part: int, reply_key: bytes) -> str:
    """Make the mark of one part of a reply (0 is the first)."""
    return f"{key}#{part}#{_signature(key, part, reply_key)}"


def our_key(text: str, reply_key: bytes) -> tuple[str, int] | None:
    """Return the key and part that a mark of ours names; None if it is not ours."""
    key, _, rest = text.partition("#")
    part, _, signature = rest.partition("#")
    if not (reply_key and key and part.isdecimal() and len(part) < 4):
        return None
    is_ours = hmac.compare_digest(signature.encode(), _signature(key, int(part), reply_key).encode())
    return (key, int(part)) if is_ours else None


def _signature(key: str, part: int, reply_key: bytes) -> str:
    return hmac.new(reply_key, f"meta:{key}#{part}".encode(), hashlib.sha256).hexdigest()[:20]
