"""Names of things: at-uris, the keys of records that we write, and web addresses."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

POST, LIKE, GATE = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.threadgate"
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of an at-uri."""

    repo: str
    collection: str
    key: str

    @property
    def uri(self) -> str:
        return f"at://{self.repo}/{self.collection}/{self.key}"


def place_of(uri: str) -> Place | None:
    """Take an at-uri apart; None if it names no record."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != 3 or not all(parts):
        return None
    return Place(*parts)


def key_for(name: str, at: datetime) -> str:
    """Derive the key of a record (a TID) from a name and a moment: the same ones give the same key.

    A TID is 53 bits of microseconds and 10 bits that tell writers apart, in thirteen letters.
    """
    micros = (
        int(at.timestamp()) * 1_000_000
        + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % 10**6
    )
    writer = int.from_bytes(hashlib.sha256(f"writer {name}".encode()).digest()[:2], "big") & 0x3FF
    number = ((micros & (2**53 - 1)) << 10) | writer
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))


def url_of(uri: str, handle: str) -> str:
    """Give the address of a post on the web."""
    place = place_of(uri)
    return f"https://bsky.app/profile/{handle or place.repo}/post/{place.key}" if place else ""


def profile_url(did: str, handle: str) -> str:
    is_known = bool(handle) and handle != "handle.invalid"
    return f"https://bsky.app/profile/{handle if is_known else did}"
