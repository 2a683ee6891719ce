"""One line to an IMAP server: enter, look into folders, fetch without touching, wait for news."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from imaplib import IMAP4
from threading import Event
from time import monotonic

from allears.connectors.email.dialing import dial, encrypt, explain_encryption
from allears.connectors.email.logins import explain_login
from allears.connectors.email.mailbox import Mailbox, Security, Server
from allears.connectors.email.troubles import CommandRefused, LineDropped, NoEntry, NoLine, Step
from allears.connectors.email.wire import Client, Cutter
from allears.connectors.words import mark

CONNECT_SECONDS = 15.0
STOP_STEP = 0.5
GOODBYE_SECONDS = 2.0
MESSAGE_ID = "HEADER.FIELDS (MESSAGE-ID)"


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as the server describes it; `next_uid` is 0 where the server does not say."""

    validity: int
    next_uid: int


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One mail before it is fetched. The size is 0 where it could not be learned."""

    uid: int
    size: int
    arrived_at: datetime


@contextmanager
def speaking(host: str) -> Iterator[None]:
    """Turn whatever the library stumbles over into LineDropped or CommandRefused."""
    try:
        yield
    except (IMAP4.abort, OSError) as error:
        raise LineDropped(raw=repr(error), host=host) from error
    except (IMAP4.error, ValueError, TypeError, LookupError, AttributeError) as error:
        raise CommandRefused(raw=repr(error), host=host) from error


class Line:
    """An open, logged-in connection. Every method raises LineDropped or CommandRefused."""

    def __init__(self, client: Client, host: str, cutter: Cutter | None) -> None:
        self.client = client
        self.host = host
        self.cutter = cutter

    def close(self) -> None:
        """Say goodbye, or just hang up when there is no time for it."""
        is_hurried = self.cutter is not None and self.cutter.stop.is_set()
        if self.cutter:
            self.cutter.retire()
        with suppress(OSError, IMAP4.error):
            if not is_hurried:
                self.client.wire.sock.settimeout(GOODBYE_SECONDS)
                self.client.logout()
        with suppress(OSError, IMAP4.error):
            self.client.shutdown()

    @property
    def has_idle(self) -> bool:
        with speaking(self.host):
            return bool(self.client.has_capability("IDLE"))

    def folders(self) -> list[tuple[str, frozenset[str]]]:
        """List the folders with their flags, in lower case (`\\sent`)."""
        with speaking(self.host):
            rows = self.client.list_folders()
        return [
            (str(name), frozenset(flag.decode("ascii", "replace").lower() for flag in flags))
            for flags, _, name in rows
        ]

    def open_folder(self, folder: str) -> Opened:
        """Open a folder for looking only."""
        try:
            with speaking(self.host):
                state = self.client.select_folder(folder, readonly=True)
                return Opened(int(state[b"UIDVALIDITY"]), int(state.get(b"UIDNEXT", 0)))
        except CommandRefused as error:
            sentence = mark("The folder %(folder)s does not exist in the mailbox, or can't be opened.")
            raise CommandRefused(sentence, raw=error.raw, folder=folder) from error

    def folder_exists(self, folder: str) -> bool:
        with speaking(self.host):
            return bool(self.client.folder_exists(folder))

    def may_write(self, folder: str) -> bool:
        """Say whether mail can be put into a folder."""
        with speaking(self.host):
            try:
                self.client.select_folder(folder)
            except IMAP4.error:
                return False
        return True

    def refresh(self) -> None:
        """Let the server tell what changed in the open folder."""
        with speaking(self.host):
            self.client.noop()

    def uids_after(self, uid: int) -> list[int]:
        """List what is newer than a UID: servers answer `n:*` with the last one even if it is older."""
        with speaking(self.host):
            return sorted({found for found in self.client.search(["UID", f"{uid + 1}:*"]) if found > uid})

    def highest_uid(self) -> int:
        try:
            with speaking(self.host):
                return max(self.client.search(["UID", "*"]), default=0)
        except CommandRefused:
            return 0

    def uids_since(self, day: date) -> list[int]:
        with speaking(self.host):
            return sorted(set(self.client.search(["SINCE", day])))

    def uids_with_id(self, message_id: str) -> list[int]:
        with speaking(self.host):
            return list(self.client.search(["HEADER", "Message-ID", message_id]))

    def survey(self, uids: Sequence[int]) -> list[Surveyed]:
        """Learn size and time of arrival; what the server can't say about one mail never hides another."""
        try:
            with speaking(self.host):
                rows = self.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        except CommandRefused:
            if len(uids) > 1:
                return [surveyed for uid in uids for surveyed in self.survey([uid])]
            rows = {}
        now = datetime.now(UTC)
        return [
            Surveyed(uid, int(row.get(b"RFC822.SIZE") or 0), aware(row.get(b"INTERNALDATE"), now))
            for uid, row in ((uid, rows.get(uid, {})) for uid in uids)
        ]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Fetch mails byte for byte without marking them as read."""
        with speaking(self.host):
            rows = self.client.fetch(uids, ["BODY.PEEK[]"])
            return {uid: row[b"BODY[]"] for uid, row in rows.items() if row.get(b"BODY[]")}

    def fetch_ids(self, uids: Sequence[int]) -> dict[int, tuple[datetime, bytes]]:
        """Fetch the time of arrival and the raw Message-ID header of each."""
        with speaking(self.host):
            rows = self.client.fetch(uids, ["INTERNALDATE", f"BODY.PEEK[{MESSAGE_ID}]"])
        now = datetime.now(UTC)
        return {
            uid: (aware(row.get(b"INTERNALDATE"), now), row.get(f"BODY[{MESSAGE_ID}]".encode()) or b"")
            for uid, row in rows.items()
        }

    def append_seen(self, folder: str, mail: bytes) -> None:
        with speaking(self.host):
            self.client.append(folder, mail, flags=(b"\\Seen",), msg_time=datetime.now(UTC))

    def wait(self, seconds: float, stop: Event) -> bool:
        """Hold the line open until the server has news, the time is over or `stop` is set."""
        with speaking(self.host):
            tag = self.client.wire.begin_idle()
            until = monotonic() + seconds
            has_news = False
            while not has_news and not stop.is_set() and monotonic() < until:
                has_news = self.client.wire.has_news(STOP_STEP)
            if not stop.is_set():
                self.client.wire.end_idle(tag)
            return has_news


def aware(moment: datetime | None, otherwise: datetime) -> datetime:
    if moment is None:
        return otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def enter(mailbox: Mailbox, stop: Event | None = None) -> Line:
    """Connect, encrypt and log in. Raise NoLine or NoEntry with the step that failed."""
    server = mailbox.imap
    plain = dial(
        server.host, server.port, may_reach_private=mailbox.may_reach_private, seconds=CONNECT_SECONDS
    )
    cutter = Cutter(plain, stop) if stop else None
    client: Client | None = None
    try:
        line = encrypt(plain, server.host) if server.security is Security.SSL else plain
        client = greet(server, line)
        if cutter:
            cutter.line = client.wire.sock
        log_in(client, server)
        introduce(client)
    except (NoLine, NoEntry):
        Line(client, server.host, cutter).close() if client else plain.close()
        if cutter:
            cutter.retire()
        raise
    return Line(client, server.host, cutter)


def greet(server: Server, line: socket.socket) -> Client:
    """Hear the greeting and, if so wanted, start encryption."""
    line.settimeout(CONNECT_SECONDS)
    try:
        client = Client(server.host, server.port, line)
    except (IMAP4.error, OSError) as error:
        line.close()
        raise NoLine(
            mark("%(host)s answers on port %(port)s, but not as a server for reading mail."),
            step=Step.CONNECT,
            advice=mark("Check the port and the encryption: 993 goes with SSL/TLS, 143 with STARTTLS."),
            raw=repr(error),
            host=server.host,
            port=str(server.port),
        ) from error
    if server.security is Security.STARTTLS:
        start_encryption(client, server.host)
    return client


def start_encryption(client: Client, host: str) -> None:
    try:
        if client.has_capability("STARTTLS"):
            client.starttls()
            return
    except (IMAP4.error, OSError) as error:
        client.shutdown()
        raise explain_encryption(error, host) from error
    client.shutdown()
    raise NoLine(
        mark("%(host)s offers no STARTTLS encryption on this port."),
        step=Step.ENCRYPT,
        advice=mark("Try SSL/TLS on port 993."),
        host=host,
    )


def log_in(client: Client, server: Server) -> None:
    """Log in. Raise NoEntry for wrong keys, NoLine if the server only can't do it right now."""
    if client.has_capability("LOGINDISABLED"):
        raise explain_login("[PRIVACYREQUIRED]", server)
    try:
        if (server.user + server.password).isascii():
            client.login(server.user, server.password)
        else:
            client.plain_login(server.user, server.password)
    except (IMAP4.error, OSError) as error:
        # The library reports a line that broke meanwhile as a refused login.
        causes = (error, error.__context__)
        if any(isinstance(cause, IMAP4.abort | OSError) for cause in causes):
            raise LineDropped(step=Step.LOG_IN, raw=repr(error), host=server.host) from error
        raise explain_login(str(error), server) from error


def introduce(client: Client) -> None:
    """Say who we are where the server likes to know: some let no one in who does not."""
    with suppress(IMAP4.error, OSError, ValueError):
        if client.has_capability("ID"):
            client.id_({"name": "All Ears"})
