"""How often a channel may ask its network: each budget counted in the database, for all processes together.

Time is cut into slots, and a request is let through while the slots of the last while hold fewer than may be;
so in no while, wherever it begins, are there more. Reading and writing have budgets of their own.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Event

from allears.connectors.errors import SlowDown
from allears.connectors.interface import Budget, Web, WebResponse
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.pipeline.channels.models import Bucket

SLOTS = 12
TRIES = 50
LONGEST_PAUSE = timedelta(hours=24)
PAUSE = timedelta(minutes=1)
USED_UP = mark("What this network allows for now is used up. All Ears goes on by itself.")
RESETS = ("retry-after", "x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset")


def take_from_budget(channel_id: int, budget: Budget) -> None:
    """Count one request. Raise SlowDown, and count nothing, while the budget is used up."""
    for _ in range(TRIES):
        bucket, _made = Bucket.objects.get_or_create(channel_id=channel_id, name=budget.name)
        at = now()
        until = free_at(bucket, budget, at)
        if until > at:
            raise SlowDown(until, USED_UP)
        used = counted(bucket, budget, at)
        same = Bucket.objects.filter(id=bucket.id, version=bucket.version)
        if same.update(used=used, version=bucket.version + 1, closed_until=None):
            return
    raise SlowDown(now() + timedelta(seconds=1 + random.random()), USED_UP)  # noqa: S311


def counted(bucket: Bucket, budget: Budget, at: datetime) -> dict[str, int]:
    """Return the counts of a bucket with one more request at a moment."""
    used, slot = _lately(bucket, budget, at), str(_slot(budget, at))
    return {**used, slot: used.get(slot, 0) + 1}


def free_at(bucket: Bucket, budget: Budget, at: datetime) -> datetime:
    """Say when the next request may go: at that moment, or when enough of the past has passed."""
    closed_until = bucket.closed_until
    if closed_until and at < closed_until <= at + LONGEST_PAUSE:
        return closed_until
    used = _lately(bucket, budget, at)
    over = sum(used.values()) - budget.most
    for slot in sorted(map(int, used)):
        if over < 0:
            break
        over -= used[str(slot)]
        at = max(at, _begin_of(budget, slot + SLOTS + 1))
    return at


def left_in(bucket: Bucket | None, budget: Budget) -> int:
    """Say how many requests are left in a budget just now."""
    if bucket is None:
        return budget.most
    at = now()
    if bucket.closed_until and at < bucket.closed_until <= at + LONGEST_PAUSE:
        return 0
    return max(budget.most - sum(_lately(bucket, budget, at).values()), 0)


def close_budget(channel_id: int, name: str, until: datetime) -> None:
    """Ask nothing more before a moment, because the network said that it is too much."""
    Bucket.objects.get_or_create(channel_id=channel_id, name=name)
    Bucket.objects.filter(channel_id=channel_id, name=name).update(closed_until=until)


def _lately(bucket: Bucket, budget: Budget, at: datetime) -> dict[str, int]:
    """Return the counts that still matter; those of a time to come are of a clock that was set back since."""
    present = _slot(budget, at)
    return {slot: count for slot, count in bucket.used.items() if present - SLOTS <= int(slot) <= present}


def _slot(budget: Budget, at: datetime) -> int:
    return int(at.timestamp() * SLOTS // budget.seconds)


def _begin_of(budget: Budget, slot: int) -> datetime:
    micro = -(-slot * budget.seconds * 1_000_000 // SLOTS)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micro)


def asked_to_wait(headers: Mapping[str, str], at: datetime) -> datetime:
    """Read until when a network that answered 429 wants to be left alone; a minute where it does not say."""
    given = {name.lower(): value.strip() for name, value in headers.items()}
    for name in RESETS:
        if name in given:
            with suppress(ValueError, OverflowError):
                until = _moment(given[name], at)
                return min(max(until, at + timedelta(seconds=1)), at + LONGEST_PAUSE)
    return at + PAUSE


def _moment(value: str, at: datetime) -> datetime:
    """Read a number of seconds, a moment since 1970, or a date. Raise ValueError."""
    with suppress(ValueError):
        number = float(value)
        return at + timedelta(seconds=number) if number < 10_000_000 else datetime.fromtimestamp(number, UTC)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = parsedate_to_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class ChannelWeb:
    """The web as one channel may use it: what its budgets do not allow raises SlowDown before anything is sent."""

    def __init__(self, channel_id: int, budgets: Sequence[Budget], web: Web) -> None:
        self._channel_id = channel_id
        self._budgets = {budget.name: budget for budget in budgets} if channel_id else {}
        self._web = web

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
    ) -> WebResponse:
        """Ask once, within the budget. Raise SlowDown, or as the web client does."""
        allowed = self._budgets.get(budget)
        if allowed:
            take_from_budget(self._channel_id, allowed)
        response = self._web.request(
            method, url, body=body, headers=headers, query=query, reads=reads, largest=largest
        )
        if allowed and response.status_code == 429:
            close_budget(self._channel_id, budget, asked_to_wait(response.headers, now()))
        return response

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        budget: str = "",
        largest: int = 0,
    ) -> WebResponse:
        """Ask for something, once, within the budget."""
        return self.request("GET", url, headers=headers, query=query, budget=budget, largest=largest)

    def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], budget: str = "", reads: bool = False
    ) -> WebResponse:
        """Post bytes, once, within the budget."""
        return self.request("POST", url, body=body, headers=headers, budget=budget, reads=reads)

    def lines(
        self, url: str, *, headers: Mapping[str, str] | None = None, stop: Event, silence: float = 90.0
    ) -> Iterator[bytes]:
        """Hold a line open; no budget counts it."""
        return self._web.lines(url, headers=headers, stop=stop, silence=silence)
