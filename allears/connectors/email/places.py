"""How far a folder was heard, written as a mark that outlives us, and how much is fetched at a time.

A mark is `UIDVALIDITY/LAST` or, while the past is still being caught up with, `UIDVALIDITY/LAST/UP_TO`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allears.connectors.email.imap import Surveyed

MAILS_AT_ONCE = 50
BYTES_AT_ONCE = 8_000_000


@dataclass(slots=True)
class Place:
    """One folder. Everything up to UID `last` was heard; up to `past_until` it is the past."""

    folder: str
    validity: int = 0
    last: int = 0
    past_until: int = 0

    @property
    def mark(self) -> str:
        parts = [self.validity, self.last]
        if self.is_catching_up:
            parts.append(self.past_until)
        return "/".join(map(str, parts))

    @property
    def is_catching_up(self) -> bool:
        return self.last < self.past_until

    def start_over(self, validity: int, past_until: int) -> None:
        self.validity = validity
        self.last = 0
        self.past_until = past_until


def place_of(folder: str, mark: str) -> Place:
    """Read a mark; one that can't be read counts as never heard."""
    parts = mark.split("/")
    if len(parts) in (2, 3) and all(part.isascii() and part.isdigit() for part in parts):
        return Place(folder, *map(int, parts))
    return Place(folder)


def source_of(folder: str, validity: int, uid: int) -> str:
    return f"{folder}/{validity}/{uid}"


def cut_batches(mails: Sequence[Surveyed]) -> Iterator[list[Surveyed]]:
    """Cut into batches bounded by count and by bytes; a mail larger than the bound goes alone."""
    batch: list[Surveyed] = []
    size = 0
    for mail in mails:
        if batch and (len(batch) >= MAILS_AT_ONCE or size + mail.size > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
    if batch:
        yield batch
