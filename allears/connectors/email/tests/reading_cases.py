"""Payloads read for tests, and what they say put shortly."""

from datetime import UTC, datetime
from pathlib import Path

from allears.connectors.email.reading import read_mail
from allears.connectors.interface import Account, Author, File, Incoming, Nothing

PAYLOADS = Path(__file__).parent.parent / "payloads"
RECEIVED_AT = datetime(2024, 1, 12, 8, tzinfo=UTC)
SENT_AT = datetime(2024, 1, 12, 7, tzinfo=UTC)
CARE = Account(
    channel_id=1, name="Care", address="care@shop.example", reply_key=b"the reply key of the payloads"
)
_NAMES = (
    "kind references in_reply_to thread_token starts_anew is_ours quoted signature html bounced_id warnings"
)
_USUAL = Incoming(external_id="", author=Author(id=""), text="", sent_at=SENT_AT)


def read_one(body: bytes, account: Account = CARE) -> Incoming:
    """Read bytes that hold one message."""
    found = read_mail(body, account, RECEIVED_AT)
    assert not isinstance(found, Nothing)
    (message,) = found
    return message


def read_payload(name: str) -> Incoming:
    return read_one((PAYLOADS / f"{name}.eml").read_bytes())


def facts(message: Incoming) -> dict[str, object]:
    """Give text, author, and all that is not as usual."""
    told: dict[str, object] = {"author": tell_author(message.author), "text": message.text}
    if message.recipient:
        told["recipient"] = tell_author(message.recipient)
    if message.files:
        told["files"] = [tell_file(file) for file in message.files]
    for name in _NAMES.split():
        if getattr(message, name) != getattr(_USUAL, name):
            told[name] = getattr(message, name)
    return told


def tell_author(author: Author) -> str:
    assert author.id == author.address
    return f"{author.name} <{author.id}>"


def tell_file(file: File) -> str:
    assert file.is_inline == bool(file.content_id)
    shown = f" {file.content_id}" if file.is_inline else ""
    return f"{file.name} {file.content_type} {len(file.data)}{shown}"
