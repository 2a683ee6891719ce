"""Hear new mail: one line, the first folder held open, the others looked into every minute."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

from allears.connectors.email.fetching import Fetcher
from allears.connectors.email.imap import Surveyed
from allears.connectors.email.mailbox import Mailbox
from allears.connectors.email.places import Place, cut_batches, place_of, source_of
from allears.connectors.email.troubles import CommandRefused, NoLine
from allears.connectors.interface import Heard, Piece

logger = logging.getLogger("allears.email")
SURVEYED_AT_ONCE = 500
SILENT_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds. IDLE is renewed well before servers end it, and because some forget to notify;
    until a server has once told of news by itself, it is asked often."""

    idle: float = 60.0
    unproved_idle: float = 5.0
    poll: float = 20.0
    other_folders: float = 60.0


def hear_mailbox(mailbox: Mailbox, cursors: Mapping[str, str], stop: Event, pace: Pace) -> Iterator[Heard]:
    """Yield what is new until `stop` is set. Raise NoLine or NoEntry when the line is lost."""
    try:
        fetcher = Fetcher(mailbox, stop)
        try:
            places = [place_of(folder, cursors.get(folder, "")) for folder in mailbox.folders]
            yield from Listener(fetcher, places, stop, pace).listen()
        finally:
            fetcher.close()
    except NoLine:
        if not stop.is_set():
            raise


class Listener:
    """Goes round the folders and waits in the first one."""

    def __init__(self, fetcher: Fetcher, places: Sequence[Place], stop: Event, pace: Pace) -> None:
        self.fetcher = fetcher
        self.first, *self.others = places
        self.stop = stop
        self.pace = pace
        self.can_idle = fetcher.line.has_idle
        self.has_told_of_news = False
        self.others_due_at = 0.0
        self.now = datetime.now(UTC)

    def listen(self) -> Iterator[Heard]:
        while not self.stop.is_set():
            before = self.first.mark
            if self.others and monotonic() >= self.others_due_at:
                yield from self.hear_others()
            yield from self.hear_folder(self.first)
            if not self.stop.is_set():
                self.wait(is_quiet=self.first.mark == before)

    def hear_others(self) -> Iterator[Heard]:
        """Look into the other folders; one that is gone never silences the rest."""
        self.others_due_at = monotonic() + self.pace.other_folders
        for place in self.others:
            try:
                yield from self.hear_folder(place)
            except CommandRefused:
                logger.warning("channel %s: a folder can't be opened", self.fetcher.mailbox.channel_id)

    def hear_folder(self, place: Place) -> Iterator[Heard]:
        self.now = datetime.now(UTC)
        opened = self.fetcher.open_folder(place.folder)
        if opened.validity != place.validity:
            place.start_over(opened.validity, max(opened.next_uid - 1, self.fetcher.line.highest_uid()))
            yield self.heard(place)
        if place.is_catching_up:
            yield from self.catch_up(place)
        yield from self.hear_mails(place, self.fetcher.line.uids_after(place.last))

    def catch_up(self, place: Place) -> Iterator[Heard]:
        """Hear the past, as far back as the settings ask."""
        # The server compares days in a zone of its own, so the first day is asked for generously.
        oldest = self.now - timedelta(days=self.fetcher.mailbox.history_days)
        found = self.fetcher.line.uids_since((oldest - timedelta(days=1)).date())
        wanted = [uid for uid in found if place.last < uid <= place.past_until]
        yield from self.hear_mails(place, wanted, oldest)
        if not self.stop.is_set():
            place.last = place.past_until
            yield self.heard(place)

    def hear_mails(self, place: Place, uids: list[int], oldest: datetime | None = None) -> Iterator[Heard]:
        for start in range(0, len(uids), SURVEYED_AT_ONCE):
            mails = self.fetcher.survey(uids[start : start + SURVEYED_AT_ONCE])
            for batch in cut_batches([mail for mail in mails if not oldest or mail.arrived_at >= oldest]):
                if self.stop.is_set():
                    return
                pieces = tuple(self.pieces(place, batch))
                place.last = batch[-1].uid
                yield self.heard(place, pieces)

    def pieces(self, place: Place, batch: Sequence[Surveyed]) -> Iterator[Piece]:
        bodies = self.fetcher.fetch(batch)
        for mail in batch:
            if mail.uid in bodies:
                is_past = mail.uid <= place.past_until
                yield Piece(
                    body=bodies[mail.uid],
                    headers={"internaldate": mail.arrived_at.isoformat(), "folder": place.folder},
                    source=source_of(place.folder, place.validity, mail.uid),
                    is_silent=is_past and mail.arrived_at < self.now - SILENT_AFTER,
                )

    def heard(self, place: Place, pieces: tuple[Piece, ...] = ()) -> Heard:
        return Heard(pieces=pieces, place=place.folder, mark=place.mark)

    def wait(self, *, is_quiet: bool) -> None:
        """Wait for news in the open folder; a server that cries wolf is listened to twice a second."""
        if not self.can_idle:
            self.stop.wait(self.pace.poll)
            return
        began = monotonic()
        try:
            seconds = self.pace.idle if self.has_told_of_news else self.pace.unproved_idle
            has_news = self.fetcher.line.wait(seconds, self.stop)
            self.has_told_of_news = self.has_told_of_news or has_news
        except CommandRefused:
            self.can_idle = False
            return
        if has_news and is_quiet and monotonic() - began < 0.5:
            self.stop.wait(0.5)
