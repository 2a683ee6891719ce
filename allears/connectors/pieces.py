"""What connectors hear, before it is read: deliveries, their pieces, and where those lie on the network.

Words: a Delivery is what arrived, byte for byte; a Piece is one envelope's worth of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What arrived: the bytes, the headers in lower case, and when we heard it (aware)."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One envelope's worth of a delivery.

    `key` is the network's own id of it ("" lets the digest of the bytes serve); what can change needs its
    version in the key. `order_key` names what must stay in order (a thread), `source` is where it lies on the
    network ("INBOX/1700000000/42"), `problem` what a program should be told at once about a piece that will
    not be readable. `account` is the network's id of that account of ours which it is for, where one address
    hears for several: it goes to the channel whose `account_id` that is.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    order_key: str = ""
    source: str = ""
    is_silent: bool = False
    problem: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Pieces heard at one place, and the new mark of that place once they are stored."""

    pieces: tuple[Piece, ...]
    place: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One item as the network lists it now: where it lies, its id there, and since when."""

    source: str
    external_id: str
    arrived_at: datetime
