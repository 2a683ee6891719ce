"""How often a visitor may do something: buckets in memory that fill up again, a little at a time.

Whoever must wait is told how long; nothing they wrote is lost, for the widget keeps it and sends it again.
Each process counts for itself.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic

MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and so many more in each second after."""

    at_once: float
    per_second: float


class TooFast(Exception):
    """This is too fast; `wait` says for how many seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = max(1, round(wait + 0.5))


LINES_OF_VISITOR = Limit(40, 1)
LINES_FROM_ADDRESS = Limit(300, 10)
FILES_OF_VISITOR = Limit(20, 0.2)
SIGNS_OF_VISITOR = Limit(60, 2)
NEW_FROM_ADDRESS = Limit(60, 0.2)
NEW_IN_CHANNEL = Limit(3000, 50)
HELLOS_FROM_ADDRESS = Limit(300, 10)
TRANSCRIPTS_OF_VISITOR = Limit(3, 1 / 3600)
TRANSCRIPTS_FROM_ADDRESS = Limit(10, 10 / 3600)


class Buckets:
    """One bucket for each thing that is counted; those that are full again are forgotten."""

    def __init__(self) -> None:
        self._left: dict[tuple[Limit, object], tuple[float, float]] = {}

    def take(self, limit: Limit, by: object) -> None:
        """Take one out of a bucket. Raise TooFast when it is empty."""
        at = monotonic()
        left, since = self._left.get((limit, by), (limit.at_once, at))
        left = min(limit.at_once, left + (at - since) * limit.per_second)
        if left < 1:
            raise TooFast((1 - left) / limit.per_second)
        self._left[limit, by] = (left - 1, at)
        if len(self._left) > MOST_KEPT:
            self._forget_full(at)

    def _forget_full(self, at: float) -> None:
        kept = {
            (limit, by): (left, since)
            for (limit, by), (left, since) in self._left.items()
            if left + (at - since) * limit.per_second < limit.at_once
        }
        self._left = kept if len(kept) <= MOST_KEPT else {}


def network_of(address: str) -> str:
    """Return what stands for one household or office: an IPv4 address, the first half of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return parsed.exploded[:19] if parsed.version == 6 else address
