"""The e-mail connector against Postfix and Dovecot: the whole way there and back, over TLS."""

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from uuid import uuid4

import pytest

from allears.connectors.email import CONNECTOR
from allears.connectors.email.tokens import make_token
from allears.connectors.errors import Refused
from allears.connectors.interface import Account, Author, Delivery, Nothing, Outgoing, Piece, Visibility
from tests.servers.postfix_dovecot import PASSWORD, MailMissing, RealMail, running_mail

pytestmark = [pytest.mark.servers, pytest.mark.slow]

REPLY_KEY = b"k" * 32
CUSTOMER = Author(id="ann@customers.example", name="Ann", address="ann@customers.example")


@pytest.fixture(scope="module")
def mail() -> Iterator[RealMail]:
    try:
        with running_mail() as mail:
            yield mail
    except MailMissing as reason:
        pytest.skip(str(reason))


@pytest.fixture(autouse=True)
def trust(mail: RealMail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail.certificate))


def account_of(mail: RealMail, address: str = "care@shop.example", **changes: str) -> Account:
    settings = {
        "address": address,
        "imap_host": "localhost",
        "imap_port": str(mail.imaps),
        "imap_security": "ssl",
        "smtp_host": "localhost",
        "smtp_port": str(mail.smtp),
        "smtp_security": "starttls",
    }
    return Account(
        channel_id=1,
        name="Shop",
        address=address,
        settings=settings | changes,
        secrets={"password": PASSWORD},
        reply_key=REPLY_KEY,
        may_reach_private_addresses=True,
    )


def make_outgoing(**changes: object) -> Outgoing:
    usual: dict[str, object] = {
        "key": "one",
        "external_id": f"{uuid4().hex}@shop.example",
        "text": "Он в пути. 📦",
        "visibility": Visibility.PRIVATE,
        "to": CUSTOMER,
        "subject": "Где посылка?",
        "sent_at": datetime.now(UTC),
    }
    return Outgoing(**(usual | changes))  # type: ignore[arg-type]


def deliver(mail: RealMail, to: str, **headers: str) -> float:
    """Send as the customer would, and give the moment the server had taken it."""
    message = EmailMessage()
    message["From"] = "Ann <ann@customers.example>"
    message["To"] = to
    message["Message-ID"] = f"<{uuid4().hex}@customers.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Where is it?")
    with smtplib.SMTP("127.0.0.1", mail.smtp, local_hostname="customers.example", timeout=10) as line:
        line.send_message(message, to_addrs=[to])
    return time.monotonic()


@contextmanager
def hearing(account: Account) -> Iterator[list[tuple[float, Piece]]]:
    """Hear in the background from now on; each piece with the moment it came."""
    heard: list[tuple[float, Piece]] = []
    stop = Event()

    def run() -> None:
        for news in CONNECTOR.hear(account, {}, stop):
            heard.extend((time.monotonic(), piece) for piece in news.pieces)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def wait_for(heard: list[tuple[float, Piece]], count: int, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while len(heard) < count and time.monotonic() < until:
        Event().wait(0.01)
    assert len(heard) >= count


def test_everything_is_found_good(mail: RealMail) -> None:
    checks = CONNECTOR.check(account_of(mail))

    assert [check for check in checks if not check.is_good] == []
    said = [check.message % check.facts for check in checks]
    assert {"Copies go to Gesendet.", "At once.", "2 MB"} <= set(said)


@pytest.mark.parametrize(
    "changes",
    [
        {"imap_port": "{imap}", "imap_security": "starttls", "smtp_port": "{smtps}", "smtp_security": "ssl"},
        {"imap_port": "{imap}", "imap_security": "none", "smtp_security": "none"},
    ],
)
def test_every_kind_of_encryption_works(mail: RealMail, changes: dict[str, str]) -> None:
    filled = {name: value.format_map(mail.names) for name, value in changes.items()}

    checks = CONNECTOR.check(account_of(mail, **filled))

    assert [check for check in checks if not check.is_good] == []


def test_a_wrong_password_is_told(mail: RealMail) -> None:
    from dataclasses import replace

    checks = CONNECTOR.check(replace(account_of(mail), secrets={"password": "wrong"}))

    bad = [check.name for check in checks if not check.is_good]
    assert bad == ["Receiving: log in", "Sending: log in"]


def parse(piece: Piece) -> EmailMessage:
    found = message_from_bytes(piece.body, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def find_piece(heard: list[tuple[float, Piece]], is_wanted: Callable[[EmailMessage], bool]) -> Piece:
    """Wait for the mail that is meant; the mailbox holds those of other tests too."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for _at, piece in list(heard):
            if is_wanted(parse(piece)):
                return piece
        Event().wait(0.05)
    raise AssertionError("the mail did not come")


def test_a_reply_to_the_signed_address_comes_back(mail: RealMail) -> None:
    account = account_of(mail)
    outgoing = make_outgoing(thread_token=make_token(REPLY_KEY, 4711))
    assert CONNECTOR.send(outgoing, account).note == ""

    with hearing(account_of(mail, CUSTOMER.address)) as inbox:
        got = parse(find_piece(inbox, lambda one: "Reply-To" in one))
    signed = got["Reply-To"].addresses[0].addr_spec
    with hearing(account) as heard:
        deliver(mail, signed, In_Reply_To=got["Message-ID"])
        answer = find_piece(heard, lambda one: one["In-Reply-To"] == got["Message-ID"])

    assert got["Subject"] == outgoing.subject
    back = CONNECTOR.read(Delivery(body=answer.body, received_at=datetime.now(UTC)), account)
    assert not isinstance(back, Nothing)
    assert [(mail.thread_token, mail.in_reply_to) for mail in back] == [("4711", outgoing.external_id)]


def test_a_sent_reply_is_looked_up_in_the_sent_folder(mail: RealMail) -> None:
    account = account_of(mail)
    outgoing = make_outgoing()
    assert CONNECTOR.look_up(outgoing, account) is None

    CONNECTOR.send(outgoing, account)

    found = CONNECTOR.look_up(outgoing, account)
    assert found is not None
    assert found.external_id == outgoing.external_id


def test_what_the_server_refuses_is_explained(mail: RealMail) -> None:
    account = account_of(mail)
    nobody = Author(id="1", address="nobody@customers.example")

    with pytest.raises(Refused, match="There is no mailbox nobody@"):
        CONNECTOR.send(make_outgoing(to=nobody), account)
    with pytest.raises(Refused, match="too large"):
        CONNECTOR.send(make_outgoing(text="long " * 500_000), account)


def test_new_mail_is_heard_soon(mail: RealMail, capsys: pytest.CaptureFixture[str]) -> None:
    delays: list[float] = []
    with hearing(account_of(mail, "bob@customers.example")) as heard:
        for count in range(1, 6):
            sent_at = deliver(mail, "bob@customers.example")
            wait_for(heard, count)
            delays.append(heard[-1][0] - sent_at)

    with capsys.disabled():
        print("\nheard after", ", ".join(f"{delay:.2f} s" for delay in delays))


def test_the_source_is_listed_and_fetched(mail: RealMail) -> None:
    account = account_of(mail, "bob@customers.example")
    deliver(mail, "bob@customers.example")
    with hearing(account) as heard:
        wait_for(heard, 1)

    items = list(CONNECTOR.list_source(account, datetime(2020, 1, 1, tzinfo=UTC)))

    pieces = list(CONNECTOR.fetch_source(account, [items[-1].source]))
    assert items[-1].external_id
    assert items[-1].external_id.encode() in pieces[0].body
