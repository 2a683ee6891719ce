"""Which addresses may be reached: a host is resolved here, and every answer is checked."""

import ipaddress
import socket

import httpcore
from django.conf import settings

from allears.connectors.errors import Refused
from allears.connectors.words import mark

PRIVATE = mark("The address %(host)s lies inside a private network, where All Ears may not go.")


def resolve_public_address(host: str, port: int, *, is_strict: bool = False) -> str:
    """Resolve a host to an address that may be reached. Raise Refused for private ones.

    To be strict is to know no exception but ALLEARS_ALLOW_PRIVATE_ADDRESSES.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    addresses = [str(answer[4][0]) for answer in answers]
    may_reach_inside = settings.MAY_REACH_PRIVATE_ADDRESSES if is_strict else _may_reach_inside(host)
    if not may_reach_inside and not all(map(_is_public, addresses)):
        raise Refused(PRIVATE, host=host)
    return addresses[0]


def _may_reach_inside(host: str) -> bool:
    """Say whether a host may be private: where that is allowed, or where someone at this very machine
    wrote the address itself; never by a name that only turns out to lead inside."""
    if settings.MAY_REACH_PRIVATE_ADDRESSES:
        return True
    return bool(settings.IS_LOCAL) and (host == "localhost" or _is_plain_private(host))


def _is_plain_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_link_local


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast
