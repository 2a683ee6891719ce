"""By what two identities may be known as one person: a mail address, a phone number, a telling handle, a name with
a link. Rather none too few than one too many: two who are called Anna are two."""

import re
from collections.abc import Iterator

from allears.connectors.words import mark
from allears.foundation.text import index_words
from allears.pipeline.people.models import Identity

REASONS = {
    "mail": mark("Both have the mail address %(value)s."),
    "phone": mark("Both have the phone number %(value)s."),
    "handle": mark("Both go by the handle %(value)s."),
    "link": mark("Both have the same name and the same link, %(value)s."),
}
_PHONE = re.compile(r"\+?[\d\s().-]{8,24}$")
_DIGITS = range(8, 16)
_TELLING = re.compile(r"[\d_.-]")
_LONG_ENOUGH = 10
_SHORTEST = 6
# What a network's own host adds to a handle that was not chosen with it.
_HOSTS = (".bsky.social",)
_LONGEST = 200


def keys_of(identity: Identity) -> Iterator[str]:
    """Yield the signs of an identity as "kind:value", the strongest first."""
    address = identity.address.strip().lower()
    name, at, host = address.partition("@")
    if at and name and "." in host:
        yield f"mail:{address}"[:_LONGEST]
    digits = re.sub(r"\D", "", address)
    if _PHONE.match(address) and len(digits) in _DIGITS:
        yield f"phone:{digits}"
    if handle := telling_handle(identity.handle):
        yield f"handle:{handle}"[:_LONGEST]
    link = identity.url.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    words = sorted(set(index_words(identity.name)))
    if link and len(words) > 1:
        yield f"link:{link} {' '.join(words)}"[:_LONGEST]


def telling_handle(handle: str) -> str:
    """Return a handle as it is compared; "" if many might have chosen it."""
    plain = handle.strip().lower().removeprefix("@").partition("@")[0]
    for host in _HOSTS:
        plain = plain.removesuffix(host)
    is_telling = bool(_TELLING.search(plain)) or len(plain) >= _LONG_ENOUGH
    return plain if len(plain) >= _SHORTEST and is_telling else ""


def may_be_one(kind: str, one: Identity, other: Identity) -> bool:
    """Say whether a shared sign is enough: a handle only on two networks, and if the names do not differ."""
    if kind != "handle":
        return True
    names = [set(index_words(identity.name)) for identity in (one, other)]
    return one.network != other.network and (not all(names) or bool(names[0] & names[1]))
