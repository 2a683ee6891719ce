"""What every connector offers and what it is given. Plain data: no table, no request, no setting.

Words: a Delivery is what arrived, byte for byte; `Incoming` is what it says, in our words;
`Outgoing` is what we say; an Account is one channel of ours, with its keys.
One rule: a connector translates. It stores nothing, decides nothing, and reaches the network
only through what its Account hands it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Event
from typing import Protocol


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


class MessageKind(StrEnum):
    """What sort of message it is; only MESSAGE and INVITE ever wait for an answer."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    INVITE = "invite"


class Ability(StrEnum):
    """What a connector can do; screens ask for these, never for a network's name."""

    HEAR_PUSHED = "hear_pushed"
    HEAR_LISTENING = "hear_listening"
    REPLY_PUBLICLY = "reply_publicly"
    REPLY_PRIVATELY = "reply_privately"
    ATTACH = "attach"
    LOOK_UP = "look_up"
    RECONCILE = "reconcile"
    SUBJECT = "subject"
    CHAT = "chat"
    MAY_GO_UNSEEN = "may_go_unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person as one network knows them, `id` being its own. Language and IANA zone: only if their device told."""

    id: str
    name: str = ""
    handle: str = ""
    address: str = ""
    language: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment. `content_id` is set when the text shows it inline.

    `digest` and `size` stand for the bytes of one that All Ears stored itself, before there was a message.
    """

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    is_inline: bool = False
    digest: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message in our words.

    `external_id` is unique in its channel. `thread` is the network's own name of the exchange;
    where a network has none (mail), it is empty and `references` (ids of earlier messages,
    nearest last) and `thread_token` (from our signed reply address) decide.
    `starts_anew` says that this message must not join what it refers to (a forward).
    `is_ours` marks our own words seen on the network; `recipient` then names the customer.
    `html` is already safe to show. `bounced_id` is the id of our message that came back.
    `is_unwanted` says that its author was blocked: it is kept as spam and waits for nobody.
    """

    external_id: str
    author: Author
    text: str
    sent_at: datetime
    visibility: Visibility = Visibility.PRIVATE
    kind: MessageKind = MessageKind.MESSAGE
    thread: str = ""
    references: tuple[str, ...] = ()
    in_reply_to: str = ""
    thread_token: str = ""
    starts_anew: bool = False
    is_unwanted: bool = False
    is_ours: bool = False
    recipient: Author | None = None
    subject: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""
    bounced_id: str = ""
    files: tuple[File, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A delivery that holds no message, and why."""

    reason: str


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

    `key` is the network's own id of it ("" lets the digest of the bytes serve); `order_key` names what must stay
    in order (a thread), `source` is where it lies on the network ("INBOX/1700000000/42"),
    `problem` what a program should be told at once about a piece that will not be readable.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    order_key: str = ""
    source: str = ""
    is_silent: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a person enters to connect a channel. Secret ones go to the vault, long ones have several lines."""

    name: str
    label: str
    help: str = ""
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    group: str = ""
    is_long: bool = False


class WebResponse(Protocol):
    @property
    def status_code(self) -> int: ...

    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


class Web(Protocol):
    """The one outgoing web client: times out, limits sizes, refuses private addresses."""

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> WebResponse: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One channel of ours: its settings and keys, and the tools a connector may use.

    `reply_key` signs thread tokens; `cursors` say how far each place was heard (place -> mark).
    """

    channel_id: int
    name: str
    address: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    reply_key: bytes = b""
    web: Web | None = None
    may_reach_private_addresses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply on its way out. `external_id` is ours, made before sending, where the network lets
    us name it (a Message-ID); `key` is the idempotency key. `references` are nearest last.
    `quote` is what the customer wrote last, for networks that quote."""

    key: str
    external_id: str
    text: str
    visibility: Visibility
    to: Author
    thread: str = ""
    thread_token: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    from_name: str = ""
    quote: str = ""
    quote_author: str = ""
    quote_sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The network took it. `external_id` is what the network calls it."""

    external_id: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing tried while connecting: what it was, whether it works, and what to do if not.

    `name`, `message` and `advice` are marked sentences; %(name)s in them come from `facts`.
    """

    name: str
    is_good: bool
    message: str = ""
    advice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


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


class Connector(Protocol):
    """A network's translator. `kind` is its name in code, `label` on screen.

    `knows_people_everywhere` says that an author's id means the same person in every channel.
    One that has `hold_seconds` holds a reply for so long, for undo, instead of ten seconds.
    """

    kind: str
    label: str
    knows_people_everywhere: bool
    fields: tuple[Field, ...]
    can: frozenset[Ability]

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Say what customers would call this channel (an address, a handle, a URL)."""

    def objection(self, settings: Mapping[str, str]) -> str:
        """Say in a marked sentence why nothing can be sent from this channel; "" when it can."""

    def check(self, account: Account) -> list[Check]:
        """Try everything this account needs, and say in plain words what does not work."""

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Raise Unverified unless the delivery is signed with the account's secret."""

    def split(self, delivery: Delivery) -> list[Piece]:
        """Cut a pushed delivery into envelopes, byte for byte. Raise Unreadable if it has no parts."""

    def read(self, delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
        """Translate one envelope. Raise Unreadable when it can't be; never anything else on bad input."""

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Hand it to the network, once. Raise Refused, Unreachable, SlowDown, Disconnected or Unknown."""


class ListeningConnector(Connector, Protocol):
    """A connector that hears by asking or by holding a line open."""

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        """Yield what is new, waiting in between, until `stop` is set.

        The caller stores the pieces and then the mark before it asks for more.
        Raise Unreachable or Disconnected when the line is lost; the caller comes back later.
        """

    def list_source(self, account: Account, since: datetime) -> Iterator[SourceItem]:
        """List what the network holds since then, for comparing with what is stored."""

    def fetch_source(self, account: Account, sources: list[str]) -> Iterator[Piece]:
        """Fetch the named items again, for repairing a gap."""

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Find out whether a reply of unknown fate was sent. None means: not found where it would be."""
