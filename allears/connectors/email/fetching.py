"""Fetch mails over a line that is opened again when one of them breaks it.

A mail that can't be fetched twice, asked for alone, is left out: the comparison of what the mailbox
holds with what is stored will show it as missing.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

from allears.connectors.email.imap import Line, Opened, Surveyed, enter
from allears.connectors.email.mailbox import Mailbox
from allears.connectors.email.troubles import CommandRefused, LineDropped
from allears.connectors.email.wire import LARGEST_MAIL

logger = logging.getLogger("allears.email")
TRIES_ALONE = 2


class Fetcher:
    """Holds the line and knows which folder is open on it."""

    def __init__(self, mailbox: Mailbox, stop: Event | None = None) -> None:
        self.mailbox = mailbox
        self.stop = stop
        self.line: Line = enter(mailbox, stop)
        self.folder = ""
        self.opened = Opened(0, 0)

    def close(self) -> None:
        self.line.close()

    def open_folder(self, folder: str) -> Opened:
        """Open a folder, or refresh it if it is open already."""
        if folder == self.folder:
            self.line.refresh()
        else:
            self.folder = ""
            self.opened = self.line.open_folder(folder)
            self.folder = folder
        return self.opened

    def reopen(self) -> None:
        """Come back to the same folder on a new line."""
        folder, before = self.folder, self.opened
        self.line.close()
        if self.stop and self.stop.is_set():
            raise LineDropped(host=self.mailbox.imap.host)
        self.folder = ""
        self.line = enter(self.mailbox, self.stop)
        if self.open_folder(folder).validity != before.validity:
            raise LineDropped(host=self.mailbox.imap.host)

    def survey(self, uids: Sequence[int]) -> list[Surveyed]:
        """Survey mails; one that breaks the line even here is narrowed down and taken as it may come."""
        try:
            return self.line.survey(uids)
        except LineDropped:
            self.reopen()
        if len(uids) == 1:
            return [Surveyed(uids[0], 0, datetime.now(UTC))]
        middle = len(uids) // 2
        return self.survey(uids[:middle]) + self.survey(uids[middle:])

    def fetch(self, mails: Sequence[Surveyed]) -> dict[int, bytes]:
        """Fetch what can be fetched, one by one where it fails together."""
        uids = [mail.uid for mail in mails if mail.size <= LARGEST_MAIL]
        bodies = self.fetch_once(uids) if uids else {}
        tries = TRIES_ALONE if len(uids) > 1 else TRIES_ALONE - 1
        for uid in uids:
            for _ in range(tries):
                if uid not in bodies:
                    bodies |= self.fetch_once([uid])
        for mail in mails:
            if mail.uid not in bodies:
                logger.warning("channel %s: mail %s can't be fetched", self.mailbox.channel_id, mail.uid)
        return bodies

    def fetch_once(self, uids: Sequence[int]) -> dict[int, bytes]:
        try:
            return self.line.fetch(uids)
        except CommandRefused:
            return {}
        except LineDropped:
            self.reopen()
            return {}
