"""The door that Facebook, Instagram and WhatsApp knock at: its signature, its question, its envelopes.

One POST may hold several entries (of several accounts of ours), each with several changes or messages.
What the Graph API is asked stands in graph.py, what its errors mean in errors.py.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from allears.connectors.errors import Unreadable, Unverified
from allears.connectors.interface import Answer, Asked, Delivery, Piece
from allears.connectors.meta.values import (
    Json,
    id_in,
    list_in,
    moment_of,
    objects_in,
    parse_object,
    write_json,
)
from allears.connectors.words import mark

SIGNATURE = "x-hub-signature-256"
HEADERS = frozenset({SIGNATURE})
TAKEN = Answer(status=200, body=b"EVENT_RECEIVED")
LONGEST_CHALLENGE = 500
LISTS = ("messaging", "standby", "changes", "changed_fields")

NO_ENTRIES = mark("This holds no entries, as a delivery of Meta has.")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that a delivery tells: which account of ours it is for, in which list it stood, since when."""

    account: str
    place: str
    value: Json
    at: datetime


def verify_signature(delivery: Delivery, app_secret: str) -> None:
    """Check HMAC-SHA256 of the body, keyed with the app's secret. Raise Unverified."""
    given = delivery.headers.get(SIGNATURE, "")
    wanted = "sha256=" + hmac.new(app_secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    if not app_secret or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise Unverified


def greet_subscriber(asked: Asked, verify_token: str) -> Answer | None:
    """Answer the question that Meta asks before it trusts an address. Raise Unverified for any other."""
    if asked.method not in {"GET", "HEAD"}:
        return None
    given = asked.query.get("hub.verify_token", "")
    is_ours = bool(verify_token) and hmac.compare_digest(
        given.encode("utf-8", "replace"), verify_token.encode()
    )
    if asked.query.get("hub.mode") != "subscribe" or not is_ours:
        raise Unverified
    return Answer(body=asked.query.get("hub.challenge", "")[:LONGEST_CHALLENGE].encode("utf-8", "replace"))


def proof_of(app_secret: str, token: str) -> str:
    """Prove to the Graph API that we know the app's secret: HMAC-SHA256 of the token, in hex."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def list_happenings(body: bytes, received_at: datetime) -> tuple[str, list[Happening]]:
    """Read what a delivery is about ("page", "instagram", ...) and all that it tells, in its order.

    Raise Unreadable if it is no delivery of Meta.
    """
    delivery = parse_object(body)
    if not list_in(delivery, "entry"):
        raise Unreadable(NO_ENTRIES)
    entries = objects_in(delivery, "entry")
    return str(delivery.get("object", "")), [
        happening for entry in entries for happening in _happenings(entry, received_at)
    ]


def _happenings(entry: Json, received_at: datetime) -> Iterator[Happening]:
    at = moment_of(entry.get("time"), received_at)
    for place in LISTS:
        for value in objects_in(entry, place):
            yield Happening(id_in(entry, "id"), place, value, at)


def cut_delivery(delivery: Delivery, name: Callable[[Happening], tuple[str, str]]) -> list[Piece]:
    """Cut a delivery into pieces, each a delivery of its own with one thing in it.

    `name` says a happening's key (the same whenever it is delivered again) and what it must stay in order with.
    One that holds a single thing, or nothing that we know, stays as it came, byte for byte.
    """
    about, happenings = list_happenings(delivery.body, delivery.received_at)
    if not happenings:
        return [Piece(body=delivery.body)]
    single = delivery.body if len(happenings) == 1 else b""
    return [_piece(about, happening, single, name(happening)) for happening in happenings]


def _piece(about: str, happening: Happening, single: bytes, names: tuple[str, str]) -> Piece:
    entry = {
        "id": happening.account,
        "time": round(happening.at.timestamp() * 1000),
        happening.place: [happening.value],
    }
    key, order_key = names
    body = single or write_json({"object": about, "entry": [entry]})
    return Piece(body=body, key=key, order_key=order_key, account=happening.account)
