"""Who wrote a mail: the From line, unless a machine only relays a person named in Reply-To."""

import re
from dataclasses import dataclass

from allears.connectors.email.addresses import Mailbox, clean_name, normalise_address, read_mailboxes
from allears.connectors.email.headers import Headers
from allears.connectors.interface import Author
from allears.connectors.words import mark

UNKNOWN = "unknown@invalid"
NO_SENDER = mark("This mail does not say who sent it.")
_RELAY = re.compile(
    r"(?:no[._-]?reply|do[._-]?not[._-]?reply|ne[._-]?otvechai|wordpress|www-data|apache|nobody|nginx|"
    r"web-?forms?|contact-?forms?|forms?|mailer|robot)(?:[+._-].*)?"
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from. A relayed one came through a form or list that speaks for the person."""

    author: Author
    is_ours: bool = False
    recipient: Author | None = None
    is_relayed: bool = False
    warnings: tuple[str, ...] = ()


def find_sender(headers: Headers, own_address: str) -> Sender:
    """Find the person behind a mail; `own_address` is ours in its one form."""
    written = _first(headers, "from")
    if written is None:
        return _find_without_from(headers)
    relayed = _find_relayed(headers, written, own_address)
    if relayed:
        return Sender(_author(relayed), is_relayed=True)
    if is_own(written.address, own_address):
        others = [box for name in ("to", "cc", "bcc") for box in _all(headers, name)]
        others = [box for box in others if not is_own(box.address, own_address)]
        if others:
            return Sender(_author(written), is_ours=True, recipient=_author(others[0]))
    return Sender(_author(written))


def is_own(address: str, own_address: str) -> bool:
    """Say whether an address is ours, with or without a plus part."""
    if address == own_address:
        return bool(own_address)
    local, _, domain = own_address.rpartition("@")
    return bool(domain) and address.startswith(f"{local}+") and address.endswith(f"@{domain}")


def _find_relayed(headers: Headers, written: Mailbox, own_address: str) -> Mailbox | None:
    own_domain = own_address.rpartition("@")[2]
    is_relay = (bool(own_domain) and written.domain == own_domain) or bool(_RELAY.fullmatch(written.local))
    if not is_relay:
        return None
    for name in ("reply-to", "x-original-from", "x-original-sender"):
        for mailbox in _all(headers, name):
            if mailbox.address != written.address and not is_own(mailbox.address, own_address):
                return mailbox
    return None


def _find_without_from(headers: Headers) -> Sender:
    for name in ("sender", "reply-to", "return-path", "x-envelope-from", "envelope-from", "x-sender"):
        mailbox = _first(headers, name)
        if mailbox:
            return Sender(_author(mailbox))
    name = clean_name(headers.get("from"))
    return Sender(Author(id=UNKNOWN, name=name or "unknown", address=UNKNOWN), warnings=(NO_SENDER,))


def _first(headers: Headers, name: str) -> Mailbox | None:
    return next(iter(_all(headers, name)), None)


def _all(headers: Headers, name: str) -> list[Mailbox]:
    return [mailbox for raw in headers.get_all(name)[:20] for mailbox in read_mailboxes(raw)]


def _author(mailbox: Mailbox) -> Author:
    return Author(id=mailbox.address, name=mailbox.name or mailbox.local, address=mailbox.address)


def own_form(address: str) -> str:
    """Give our own address in the form all others are compared in."""
    return normalise_address(address)
