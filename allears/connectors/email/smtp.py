"""Hand one mail to the sending server, and know at each moment whether it may be handed over again."""

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from allears.connectors.email.dialing import dial, encrypt, explain_encryption
from allears.connectors.email.logins import explain_login
from allears.connectors.email.mailbox import Mailbox, Security, Server
from allears.connectors.email.refusals import explain_recipient, explain_sender, explain_verdict, later
from allears.connectors.email.troubles import LineDropped, NoEntry, NoLine, Step
from allears.connectors.errors import Refused, Unknown
from allears.connectors.words import mark

CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0
VERDICT_SECONDS = 120.0
SEND_AT_ONCE = 65536


class Submission(smtplib.SMTP):
    """The protocol over a socket that is already open, with the phases of DATA apart."""

    def __init__(self, server: Server, line: socket.socket, name: str) -> None:
        self.ready_line = line
        super().__init__(local_hostname=name, timeout=READ_SECONDS)
        self._host = server.host
        self.greeting = self.connect(server.host, server.port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.ready_line

    def send_body(self, mail: bytes) -> None:
        """Write the mail, all but the line that ends it."""
        stuffed = re.sub(rb"(?m)^\.", b"..", mail)
        for start in range(0, len(stuffed), SEND_AT_ONCE):
            self.send(stuffed[start : start + SEND_AT_ONCE])

    def end_body(self) -> tuple[int, bytes]:
        """Write the line that ends the mail, and hear what becomes of it."""
        if self.sock:
            self.sock.settimeout(VERDICT_SECONDS)
        self.send(b".\r\n")
        return self.getreply()

    def plain_login(self, user: str, password: str) -> None:
        """Log in with letters beyond ASCII, which the library can't."""
        code, answer = self.docmd(
            "AUTH", "PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        )
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, answer)

    @property
    def size_limit(self) -> int:
        """The largest mail the server takes, 0 where it does not say."""
        value = self.esmtp_features.get("size", "")
        return int(value) if value.isascii() and value.isdigit() else 0


def submit(mailbox: Mailbox, sender: str, recipient: str, mail: bytes) -> None:
    """Send one mail to one recipient. Raise NoLine, NoEntry, SlowDown, Refused or Unknown."""
    needs_utf8 = not (sender + recipient).isascii()
    with speaking(mailbox.smtp.host):
        line = enter_smtp(mailbox)
        try:
            offer(line, sender, recipient, len(mail), needs_utf8=needs_utf8)
            code, answer = line.docmd("DATA")
            if code != 354:
                raise explain_verdict(code, text(answer), recipient)
            line.send_body(mail)
            judge(line, recipient)
            say_goodbye(line)
        finally:
            line.close()


@contextmanager
def speaking(host: str) -> Iterator[None]:
    """Before the mail has been handed over, a broken line only means: again, later."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise LineDropped(raw=repr(error), host=host) from error


def offer(line: Submission, sender: str, recipient: str, size: int, *, needs_utf8: bool) -> None:
    """Say who writes to whom, and raise what the server has against it."""
    if needs_utf8 and not line.has_extn("smtputf8"):
        raise Refused(mark("The sending server can't write to an address with letters beyond a to z."))
    if line.size_limit and size > line.size_limit:
        raise Refused(
            mark("It is too large: the sending server takes up to %(limit)s MB."),
            limit=f"{line.size_limit / 1_000_000:.0f}",
        )
    options = [f"SIZE={size}"] if line.has_extn("size") else []
    code, answer = line.mail(sender, [*options, "SMTPUTF8"] if needs_utf8 else options)
    if code != 250:
        raise explain_sender(code, text(answer), sender)
    code, answer = line.rcpt(recipient)
    if code not in (250, 251, 252):
        raise explain_recipient(code, text(answer), recipient)


def judge(line: Submission, recipient: str) -> None:
    """End the mail and hear the verdict. From here on a broken line leaves its fate unknown."""
    try:
        code, answer = line.end_body()
    except (smtplib.SMTPException, OSError) as error:
        raise Unknown(raw=repr(error)) from error
    if 200 <= code < 300:
        return
    if code < 400:
        raise Unknown(raw=f"{code} {text(answer)}")
    raise explain_verdict(code, text(answer), recipient)


def say_goodbye(line: Submission) -> None:
    with suppress(smtplib.SMTPException, OSError):
        if line.sock:
            line.sock.settimeout(2.0)
        line.quit()


def text(answer: bytes | str) -> str:
    return answer if isinstance(answer, str) else answer.decode("utf-8", "replace")


def enter_smtp(mailbox: Mailbox) -> Submission:
    """Connect, encrypt and log in. Raise NoLine or NoEntry with the step that failed, or SlowDown."""
    server = mailbox.smtp
    plain = dial(
        server.host, server.port, may_reach_private=mailbox.may_reach_private, seconds=CONNECT_SECONDS
    )
    socket_line = encrypt(plain, server.host) if server.security is Security.SSL else plain
    line = greet(server, socket_line, mailbox.domain)
    try:
        if server.security is Security.STARTTLS:
            start_encryption(line, server.host)
        log_in(line, server)
    except BaseException:
        line.close()
        raise
    return line


def greet(server: Server, socket_line: socket.socket, name: str) -> Submission:
    """Hear the greeting and introduce ourselves by the domain we write from."""
    socket_line.settimeout(CONNECT_SECONDS)
    try:
        line = Submission(server, socket_line, name.encode("idna").decode())
        code, answer = line.greeting
        if code == 220:
            line.ehlo_or_helo_if_needed()
            socket_line.settimeout(READ_SECONDS)
            return line
        line.close()
        raw = f"{code} {text(answer)}"
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raw = repr(error)
    socket_line.close()
    raise NoLine(
        mark("%(host)s answers on port %(port)s, but not as a server for sending mail, or not to us."),
        step=Step.CONNECT,
        advice=mark("Check the port and the encryption: 465 goes with SSL/TLS, 587 with STARTTLS."),
        raw=raw,
        host=server.host,
        port=str(server.port),
    )


def start_encryption(line: Submission, host: str) -> None:
    try:
        code, answer = line.starttls(context=ssl.create_default_context())
        line.ehlo_or_helo_if_needed()
    except smtplib.SMTPNotSupportedError as error:
        code, answer = 0, repr(error).encode()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise explain_encryption(error, host) from error
    if code != 220:
        raise NoLine(
            mark("%(host)s offers no STARTTLS encryption on this port."),
            step=Step.ENCRYPT,
            advice=mark("Try SSL/TLS on port 465."),
            raw=f"{code} {text(answer)}",
            host=host,
        )


def log_in(line: Submission, server: Server) -> None:
    """Log in, unless the settings say that there is no login."""
    if not server.user:
        return
    if not line.has_extn("auth"):
        raise NoEntry(
            mark("%(host)s offers no login on this line."),
            step=Step.LOG_IN,
            advice=mark("Choose SSL/TLS or STARTTLS; if this server needs no login, enter - as the user."),
            host=server.host,
        )
    try:
        if (server.user + server.password).isascii():
            line.login(server.user, server.password)
        else:
            line.plain_login(server.user, server.password)
    except smtplib.SMTPResponseException as error:
        answer = f"{error.smtp_code} {text(error.smtp_error)}"
        raise later(answer) if 400 <= error.smtp_code < 500 else explain_login(answer, server) from error
    except smtplib.SMTPServerDisconnected as error:
        raise LineDropped(step=Step.LOG_IN, raw=repr(error), host=server.host) from error
    except smtplib.SMTPException as error:
        raise no_common_login(server.host, repr(error)) from error


def no_common_login(host: str, raw: str) -> NoEntry:
    return NoEntry(
        mark("%(host)s knows no way to log in with a password."), step=Step.LOG_IN, raw=raw, host=host
    )
