"""How often a token may ask: two budgets that refill evenly, one of reads and one of writes.

They are kept in the memory of this process: with several web processes each has its own.
"""

import math
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from django.conf import settings

MOST_KEPT = 10_000


@dataclass(slots=True)
class Budget:
    """What is left for one token, as of a moment."""

    left: float
    at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a request found: the limit a minute, what is left, seconds until it is full, and until the next."""

    limit: int
    left: int
    full_in: int
    wait: int

    @property
    def is_spent(self) -> bool:
        return self.wait > 0

    def headers(self) -> dict[str, str]:
        """Return what a program is told, under both names that are in use."""
        told = {"Limit": self.limit, "Remaining": self.left, "Reset": self.full_in}
        found = {f"{before}RateLimit-{name}": str(n) for name, n in told.items() for before in ("", "X-")}
        return found | ({"Retry-After": str(self.wait)} if self.is_spent else {})


class Limits:
    """The budgets of every token."""

    def __init__(self) -> None:
        self._budgets: dict[tuple[int, bool], Budget] = {}
        self._lock = Lock()

    def spend(self, token_id: int, *, is_write: bool) -> Allowance:
        """Take one request out of a token's budget, if there is one left."""
        limit = settings.API_WRITES_A_MINUTE if is_write else settings.API_READS_A_MINUTE
        with self._lock:
            at = monotonic()
            if len(self._budgets) > MOST_KEPT:
                self._forget_full(at)
            budget = self._budgets.setdefault((token_id, is_write), Budget(limit, at))
            budget.left = min(limit, budget.left + (at - budget.at) * limit / 60)
            budget.at = at
            if budget.left < 1:
                return Allowance(
                    limit, 0, _seconds(limit - budget.left, limit), _seconds(1 - budget.left, limit)
                )
            budget.left -= 1
            return Allowance(limit, int(budget.left), _seconds(limit - budget.left, limit), 0)

    def forget(self) -> None:
        """Fill every budget."""
        with self._lock:
            self._budgets.clear()

    def _forget_full(self, at: float) -> None:
        """Forget those who have not asked for a minute: their budget is full again."""
        self._budgets = {key: one for key, one in self._budgets.items() if at - one.at < 60}


def _seconds(missing: float, limit: int) -> int:
    return max(0, math.ceil(missing * 60 / limit))


LIMITS = Limits()
