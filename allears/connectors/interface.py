"""What every connector offers and what it is given. Plain data: no table, no request, no setting.

What it hears stands in pieces.py and hearing.py, what it is asked to say and do in speaking.py, what it is handed in
account.py; all can be imported from here.
One rule: a connector translates. It stores nothing, decides nothing, and reaches the network
only through what its Account hands it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Event
from typing import Protocol

from allears.connectors.account import Account, Budget, Meter, Price, Web, WebResponse
from allears.connectors.hearing import (
    Author,
    Deletion,
    Edit,
    File,
    Hiding,
    Incoming,
    ItemKind,
    MessageKind,
    Nothing,
    Notice,
    Post,
    Reaction,
    Receipt,
    ReceiptState,
    Record,
    Renaming,
    Visibility,
    Who,
)
from allears.connectors.pieces import Delivery, Heard, Piece, SourceItem
from allears.connectors.speaking import (
    Abilities,
    Deed,
    DeedKind,
    FileRules,
    FilledTemplate,
    Item,
    Limit,
    Offer,
    Outgoing,
    Sent,
    Template,
    Unit,
)

__all__ = [
    "Abilities",
    "Account",
    "Author",
    "Budget",
    "Deed",
    "DeedKind",
    "Deletion",
    "Delivery",
    "Edit",
    "File",
    "FileRules",
    "FilledTemplate",
    "Heard",
    "Hiding",
    "Incoming",
    "Item",
    "ItemKind",
    "Limit",
    "MessageKind",
    "Meter",
    "Nothing",
    "Notice",
    "Offer",
    "Outgoing",
    "Piece",
    "Post",
    "Price",
    "Reaction",
    "Receipt",
    "ReceiptState",
    "Record",
    "Renaming",
    "Sent",
    "SourceItem",
    "Template",
    "Unit",
    "Visibility",
    "Web",
    "WebResponse",
    "Who",
]


class Ability(StrEnum):
    """What a connector can do; screens ask for these, never for a network's name.

    Each that is more than a manner of speaking promises the methods of the protocol of its name below.
    """

    HEAR_PUSHED = "hear_pushed"
    HEAR_LISTENING = "hear_listening"
    HEAR_POLLING = "hear_polling"
    REPLY_PUBLICLY = "reply_publicly"
    REPLY_PRIVATELY = "reply_privately"
    ATTACH = "attach"
    REACT = "react"
    HIDE = "hide"
    DELETE = "delete"
    LOOK_UP = "look_up"
    RECONCILE = "reconcile"
    SUBJECT = "subject"
    CHAT = "chat"
    MAY_GO_UNSEEN = "may_go_unseen"
    JUDGE_ITEMS = "judge_items"
    FIND_OUT = "find_out"
    SUBSCRIBE = "subscribe"
    REFRESH = "refresh"
    FETCH_FILES = "fetch_files"
    SEE_POSTS = "see_posts"
    TEMPLATES = "templates"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of getting connected: a marked sentence, and what is to be copied or ticked word for word (names
    of permissions, of events, or DOOR, which the page replaces by the channel's own address)."""

    text: str
    words: tuple[str, ...] = ()
    url: str = ""


DOOR = "{door}"


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
class Asked:
    """A request at the channel's door: what a network asks before it trusts an address."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the door answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Keys that the network gave in place of old ones, by their names among the account's secrets; aware end."""

    secrets: Mapping[str, str]
    ends_at: datetime | None = None


class Connector(Protocol):
    """A network's translator. `kind` is its name in code, `label` on screen.

    `knows_people_everywhere` says that an author's id means the same person in every channel.
    One that has `hold_seconds` holds a reply for so long, for undo, instead of ten seconds.
    A network's connector may also have: `headers` (frozenset: names, in lower case, of the request headers that
    `verify` and `read` need), `guide` (Steps), `budgets`, `prices`, `poll_seconds` (the pause between two polls).
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
        """Cut a pushed delivery into envelopes. Raise Unreadable if it has no parts."""

    def read(self, delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
        """Translate one envelope. Raise Unreadable when it can't be; never anything else on bad input."""

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Hand it to the network, once. Raise Refused, Unreachable, SlowDown, Disconnected or Unknown."""


class AnsweringConnector(Connector, Protocol):
    """A connector whose door answers in the network's own way (HEAR_PUSHED)."""

    def greet(self, asked: Asked, account: Account) -> Answer | None:
        """Answer a question that delivers nothing (a challenge, a confirmation), before `verify`; None if it is
        a delivery. Raise Unverified for a question that is not the network's. GET comes only here."""

    def acknowledge(self, delivery: Delivery) -> Answer:
        """Say what a stored delivery is answered with (else: 202 and the envelopes' ids)."""


class JudgingConnector(Connector, Protocol):
    """A connector that knows what can be done with each item (JUDGE_ITEMS), and does it (REACT, HIDE, DELETE)."""

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Say what can be done with an item at this moment. Pure, quick, without the network."""

    def act(self, deed: Deed, account: Account) -> None:
        """Do it, or find it done. Raises as `send` does."""


class PollingConnector(Connector, Protocol):
    """A connector that hears by asking now and then (HEAR_POLLING): alone, or as a backstop beside webhooks."""

    def poll(self, account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
        """Ask once for what is new in each place (kind of item), oldest first, and end.

        The caller stores the pieces and then the mark before it asks for more, so a gap is filled by going on
        from the mark. Without a mark, go back to `account.since`. An empty Heard moves a mark.
        """

    def cut(self, page: bytes) -> list[Piece]:
        """Cut an answer of the network, as `poll` gets it, into pieces. Raise Unreadable if it is none."""


class ListeningConnector(Connector, Protocol):
    """A connector that hears by holding a line open (HEAR_LISTENING)."""

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        """Yield what is new, waiting in between, until `stop` is set.

        The caller stores the pieces and then the mark before it asks for more.
        Raise Unreachable or Disconnected when the line is lost; the caller comes back later.
        """

    def list_source(self, account: Account, since: datetime) -> Iterator[SourceItem]:
        """List what the network holds since then, for comparing with what is stored (RECONCILE)."""

    def fetch_source(self, account: Account, sources: list[str]) -> Iterator[Piece]:
        """Fetch the named items again, for repairing a gap (RECONCILE)."""

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Find out whether a reply of unknown fate was sent (LOOK_UP). None means: not found where it would be."""


class ConnectedConnector(Connector, Protocol):
    """A connector whose network says who we are, wants to be subscribed to, or renews keys."""

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask the network for what must be known of our account (FIND_OUT): "account_id" (its id of us, by which
        our own words are known), the handle, limits. Kept among the settings; asked when connecting, then daily.
        "tokens_end_at" (ISO 8601 with a zone, "" for never) says when keys end that nobody had to ask for."""

    def subscribe(self, account: Account) -> None:
        """Have the network deliver to `account.door` (SUBSCRIBE); again is no harm. Raises as `send` does."""

    def subscription(self, account: Account) -> Check:
        """Ask the network whether it delivers to us (SUBSCRIBE): a living subscription, not only valid keys."""

    def refresh(self, account: Account) -> Tokens:
        """Trade keys for new ones (REFRESH). Called by one process at a time; what it returns is kept at once.
        Called before they end, and when the network answered that they have ended (Expired)."""

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring the bytes of a file that lies on the network (FETCH_FILES). Raises as `send` does."""

    def see_post(self, post_id: str, account: Account) -> Post | None:
        """Ask for a public post (SEE_POSTS). None: it is no longer there."""

    def templates(self, account: Account) -> list[Template]:
        """List the messages that the network has approved (TEMPLATES)."""
