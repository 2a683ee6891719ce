"""How far a place was heard, in the 200 characters that a mark may have.

A place that is read in one go has the newest id as its mark. While a long gap is being filled it is
"NEWEST.FLOOR.TOKEN": what will be the mark, down to where to go, and where to go on.
Ids that are watched for a while are packed eight bytes each.
"""

import base64
from dataclasses import dataclass

MOST_WATCHED = 14


@dataclass(frozen=True, slots=True)
class Way:
    """Where a place stands: the newest id heard, and, in the midst of a gap, its floor and X's token."""

    newest: str = ""
    floor: str = ""
    token: str = ""

    def __str__(self) -> str:
        return f"{self.newest}.{self.floor}.{self.token}" if self.token else self.newest


def way_of(mark: str) -> Way:
    """Read a mark."""
    newest, _, rest = mark.partition(".")
    floor, _, token = rest.partition(".")
    return Way(newest, floor if token else newest, token)


@dataclass(frozen=True, slots=True)
class Watched:
    """Ids that are looked at again, newest first, how far searching them got, and when they were last looked at."""

    ids: tuple[str, ...] = ()
    newest: str = ""
    looked_at: int = 0

    def __str__(self) -> str:
        packed = b"".join(int(one).to_bytes(8, "big") for one in self.ids)
        return f"{self.looked_at}.{self.newest}.{base64.urlsafe_b64encode(packed).decode()}"

    def with_ids(self, more: list[str]) -> "Watched":
        """Add ids, and let go of the oldest when there are too many."""
        every = {one for one in (*self.ids, *more) if one.isdecimal() and int(one) < 2**63}
        return Watched(
            tuple(sorted(every, key=int, reverse=True)[:MOST_WATCHED]), self.newest, self.looked_at
        )


def watched_in(mark: str) -> Watched:
    """Read a mark of watched ids; one that can't be read watches nothing."""
    looked_at, _, rest = mark.partition(".")
    newest, _, packed = rest.partition(".")
    try:
        data = base64.urlsafe_b64decode(packed)
        ids = tuple(str(int.from_bytes(data[at : at + 8], "big")) for at in range(0, len(data), 8))
        return Watched(ids, newest, int(looked_at or 0))
    except ValueError:
        return Watched()
