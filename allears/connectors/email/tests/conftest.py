"""A real mail server for the whole run, fakes for what it can't do, and accounts for both."""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
from imapclient import IMAPClient

from allears.connectors.email.connector import EmailConnector
from allears.connectors.email.hearing import Pace
from allears.connectors.email.tests.fake_imap import FakeImap
from allears.connectors.email.tests.fake_smtp import FakeSmtp
from allears.connectors.errors import ConnectorError
from allears.connectors.interface import Account, Author, Heard, Outgoing, Piece, Visibility

PASSWORD = "open sesame"
QUICK = Pace(idle=0.5, poll=0.2, other_folders=0.2)


@dataclass(frozen=True)
class MailServer:
    imap_port: int
    smtp_port: int

    def deliver(self, to: str, subject: str = "Hello", text: str = "Where is my parcel?") -> str:
        """Send a mail as a customer would and give its Message-ID."""
        message = EmailMessage()
        message["From"] = "Ann <ann@customers.example>"
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = f"<{uuid4().hex}@customers.example>"
        message.set_content(text)
        with smtplib.SMTP(
            "127.0.0.1", self.smtp_port, local_hostname="customers.example", timeout=10
        ) as line:
            line.send_message(message)
        return str(message["Message-ID"])

    def create_folder(self, user: str, folder: str) -> None:
        with IMAPClient("127.0.0.1", self.imap_port, ssl=False, timeout=10) as client:
            client.login(user, PASSWORD)
            client.create_folder(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], object], seconds: float = 10.0) -> bool:
    """Wait for a condition, looking often."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        Event().wait(0.02)
    return True


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.settimeout(1)
            return bool(line.recv(1))
    except OSError:
        return False


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """Start mail-devel as a process of its own; skip if it can't be started."""
    server = MailServer(free_port(), free_port())
    log = tmp_path_factory.mktemp("mail") / "log"
    options = ["--host", "127.0.0.1", "--multi-user", "--password", PASSWORD, "--no-http"]
    ports = ["--imap-port", str(server.imap_port), "--smtp-port", str(server.smtp_port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mail_devel", *options, *ports], stdout=output, stderr=output
        )
    try:
        if not wait_until(lambda: answers(server.imap_port) and answers(server.smtp_port), 30):
            pytest.skip(f"mail-devel did not start: {log.read_text()[-300:]}")
        yield server
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def fake_imap() -> Iterator[FakeImap]:
    server = FakeImap()
    yield server
    server.stop()


@pytest.fixture
def fake_smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    yield server
    server.stop()


@pytest.fixture
def connector() -> EmailConnector:
    return EmailConnector(QUICK)


def make_account(
    imap_port: int, smtp_port: int, address: str = "care@shop.example", /, **settings: str
) -> Account:
    usual = {
        "address": address,
        "imap_host": "127.0.0.1",
        "imap_port": str(imap_port),
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(smtp_port),
        "smtp_security": "none",
        "smtp_user": "-",
        "sent_folder": "Sent",
    }
    return Account(
        channel_id=7,
        name="Shop",
        address=address,
        settings=usual | settings,
        secrets={"password": PASSWORD},
        reply_key=b"k" * 32,
        may_reach_private_addresses=True,
    )


def make_outgoing(**changes: object) -> Outgoing:
    usual: dict[str, object] = {
        "key": "one",
        "external_id": f"{uuid4().hex}@shop.example",
        "text": "It left the house yesterday.\n\nBest wishes",
        "visibility": Visibility.PRIVATE,
        "to": Author(id="ann@customers.example", name="Ann", address="ann@customers.example"),
        "subject": "Hello",
        "sent_at": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    }
    return Outgoing(**(usual | changes))  # type: ignore[arg-type]


class Listening:
    """A connector hearing in a thread of its own, with everything it heard."""

    def __init__(self, connector: EmailConnector, account: Account, cursors: dict[str, str]) -> None:
        self.cursors = dict(cursors)
        self.heard: list[Heard] = []
        self.error: Exception | None = None
        self.stop = Event()
        self.thread = Thread(target=self.run, args=(connector, account), daemon=True)
        self.thread.start()

    def run(self, connector: EmailConnector, account: Account) -> None:
        try:
            for heard in connector.hear(account, self.cursors, self.stop):
                self.heard.append(heard)
                self.cursors[heard.place] = heard.mark
        except ConnectorError as error:
            self.error = error

    @property
    def pieces(self) -> list[Piece]:
        return [piece for heard in self.heard for piece in heard.pieces]

    def hears(self, count: int, seconds: float = 10.0) -> bool:
        return wait_until(lambda: len(self.pieces) >= count or self.error, seconds) and not self.error

    def end(self) -> float:
        """Ask to stop and give the seconds it took."""
        began = time.monotonic()
        self.stop.set()
        self.thread.join(20)
        return time.monotonic() - began


@pytest.fixture
def listen(connector: EmailConnector) -> Iterator[Callable[..., Listening]]:
    begun: list[Listening] = []

    def begin(account: Account, cursors: dict[str, str] | None = None) -> Listening:
        listening = Listening(connector, account, cursors or {})
        begun.append(listening)
        return listening

    yield begin
    for listening in begun:
        listening.end()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for `localhost` that nobody vouches for, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    outputs = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *outputs],
        check=True,
        capture_output=True,
    )
    return certificate, key
