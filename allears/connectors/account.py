"""What an Account hands to a connector: its settings and keys, the one way out to the web, and the meter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many requests a network allows in a while. Reading and writing have budgets of their own, so that a
    reply never waits behind a poll. `label` is what people read, marked; without it they read the name."""

    name: str
    most: int
    seconds: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one use of a network costs, in millionths of a US dollar; `label` is a marked sentence."""

    name: str
    label: str
    micro_dollars: int


class WebResponse(Protocol):
    @property
    def status_code(self) -> int: ...

    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


class Web(Protocol):
    """The one outgoing web client: times out, limits sizes, refuses private addresses, keeps the budgets.

    What only reads (a GET, or what `reads` marks) and gets no answer raises Unreachable; what writes raises
    Unreachable while nothing was sent, then Unknown. A `budget` that is used up raises SlowDown before anything
    is sent. Any answer is returned, whatever its status.
    """

    def request(  # noqa: PLR0913 - a request has that many parts
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        budget: str = "",
        reads: bool = False,
        largest: int = 0,
    ) -> WebResponse: ...

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        budget: str = "",
        largest: int = 0,
    ) -> WebResponse: ...

    def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], budget: str = "", reads: bool = False
    ) -> WebResponse: ...

    def lines(
        self, url: str, *, headers: Mapping[str, str] | None = None, stop: Event, silence: float = 90.0
    ) -> Iterator[bytes]:
        """Hold a GET open and yield its lines until `stop`; silent for so many seconds raises Unreachable. An
        answer other than 200 is raised as what it means (Disconnected for 401 and 403, SlowDown for 429)."""


class Meter(Protocol):
    """What using a network costs: the channel's ledger and its daily budget."""

    def spend(self, price: str, count: int = 1) -> None:
        """Write down that something was used so many times."""

    def left(self) -> int | None:
        """Say how many micro-dollars are left today; None without a daily budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One channel of ours: its settings and keys, and the tools a connector may use.

    `settings` are the open fields and what `find_out` found; `secrets` the secret fields and what `refresh`
    brought. `reply_key` signs thread tokens. `door` is the public address of its webhooks, "" where none can
    reach us. `since` is how far back to hear what was there before it was connected.
    """

    channel_id: int
    name: str
    address: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    reply_key: bytes = b""
    web: Web | None = None
    may_reach_private_addresses: bool = False
    door: str = ""
    since: datetime | None = None
    meter: Meter | None = None
