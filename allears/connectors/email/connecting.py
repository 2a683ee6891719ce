"""Try everything a mailbox needs, step by step, and say in plain words what does not work."""

import smtplib
from collections.abc import Iterator

from allears.connectors.email.headings import sendable_address
from allears.connectors.email.imap import Line, enter
from allears.connectors.email.mailbox import Mailbox, Security, Server, mailbox_of
from allears.connectors.email.refusals import explain_sender
from allears.connectors.email.sent_copies import find_sent_folder
from allears.connectors.email.smtp import Submission, enter_smtp, speaking, text
from allears.connectors.email.troubles import CommandRefused, NoEntry, NoLine, Step
from allears.connectors.errors import ConnectorError
from allears.connectors.interface import Account, Check
from allears.connectors.words import mark

SETTINGS = mark("Settings")
RECEIVING_STEPS = {
    Step.FIND: mark("Receiving: find %(host)s"),
    Step.CONNECT: mark("Receiving: connect"),
    Step.ENCRYPT: mark("Receiving: encryption"),
    Step.LOG_IN: mark("Receiving: log in"),
    Step.TALK: mark("Receiving: read the mailbox"),
}
SENDING_STEPS = {
    Step.FIND: mark("Sending: find %(host)s"),
    Step.CONNECT: mark("Sending: connect"),
    Step.ENCRYPT: mark("Sending: encryption"),
    Step.LOG_IN: mark("Sending: log in"),
    Step.TALK: mark("Sending: hand over mail"),
}
FOLDER = mark("Folder %(folder)s")
SENT = mark("Folder for sent mail")
AT_ONCE = mark("New mail is heard")
SENDER = mark("Sending as %(address)s")
SIZE = mark("Largest mail")
UNENCRYPTED = mark("The line is not encrypted. Use it only inside your own network.")
NO_LOGIN = mark("No login is used.")


def check_mailbox(account: Account) -> list[Check]:
    """Try receiving and sending; each side stops at its first trouble, the other is tried all the same."""
    try:
        mailbox = mailbox_of(account)
        sendable_address(mailbox.address)
    except ConnectorError as error:
        return [Check(name=SETTINGS, is_good=False, message=error.detail, facts=error.facts)]
    return [*check_receiving(mailbox), *check_sending(mailbox)]


def check_receiving(mailbox: Mailbox) -> Iterator[Check]:
    try:
        line = enter(mailbox)
    except ConnectorError as error:
        yield from steps_until(error, RECEIVING_STEPS, mailbox.imap)
        return
    try:
        yield from good_steps(RECEIVING_STEPS, mailbox.imap)
        names = [name for name, _ in line.folders()]
        for folder in mailbox.folders:
            yield check_folder(line, folder, names)
        yield check_sent_folder(line, mailbox)
        yield check_idle(line)
    except NoLine as error:
        yield trouble(error, RECEIVING_STEPS[Step.TALK], mailbox.imap)
    finally:
        line.close()


def check_folder(line: Line, folder: str, names: list[str]) -> Check:
    try:
        line.open_folder(folder)
    except CommandRefused:
        return Check(
            name=FOLDER,
            is_good=False,
            message=mark("There is no such folder, or it can't be opened."),
            advice=mark("Folders in this mailbox: %(names)s"),
            facts={"folder": folder, "names": ", ".join(names[:50])},
        )
    return Check(name=FOLDER, is_good=True, facts={"folder": folder})


def check_sent_folder(line: Line, mailbox: Mailbox) -> Check:
    """See that copies of replies can be kept, if they are wanted."""
    if not mailbox.wants_copies:
        return Check(name=SENT, is_good=True, message=mark("All Ears keeps no copies there itself."))
    folder = find_sent_folder(line, mailbox)
    if not folder or not line.folder_exists(folder):
        message = mark("No folder for sent mail was found, so no copies of replies are kept in the mailbox.")
        advice = mark("Enter its name, or - to keep no copies.")
        return Check(name=SENT, is_good=not mailbox.sent_folder, message=message, advice=advice)
    if not line.may_write(folder):
        message = mark("Nothing may be put into the folder %(folder)s.")
        advice = mark("Enter another folder, or - to keep no copies.")
        return Check(name=SENT, is_good=False, message=message, advice=advice, facts={"folder": folder})
    return Check(name=SENT, is_good=True, message=mark("Copies go to %(folder)s."), facts={"folder": folder})


def check_idle(line: Line) -> Check:
    message = mark("At once.") if line.has_idle else mark("Every 20 seconds: this server can't notify.")
    return Check(name=AT_ONCE, is_good=True, message=message)


def check_sending(mailbox: Mailbox) -> Iterator[Check]:
    try:
        with speaking(mailbox.smtp.host):
            line = enter_smtp(mailbox)
    except ConnectorError as error:
        yield from steps_until(error, SENDING_STEPS, mailbox.smtp)
        return
    try:
        yield from good_steps(SENDING_STEPS, mailbox.smtp)
        with speaking(mailbox.smtp.host):
            yield check_sender(line, sendable_address(mailbox.address))
        yield check_size(line)
    except NoLine as error:
        yield trouble(error, SENDING_STEPS[Step.TALK], mailbox.smtp)
    finally:
        line.close()


def check_sender(line: Submission, address: str) -> Check:
    """Begin a mail as this address and think better of it."""
    facts = {"address": address}
    try:
        code, answer = line.mail(address, [] if address.isascii() else ["SMTPUTF8"])
    except smtplib.SMTPNotSupportedError:
        message = mark("This server can't send as an address with letters beyond a to z.")
        return Check(name=SENDER, is_good=False, message=message, facts=facts)
    line.rset()
    if code == 250:
        return Check(name=SENDER, is_good=True, facts=facts)
    error = explain_sender(code, text(answer), address)
    advice = mark("Allow this login to send as the address, or enter the login that belongs to it.")
    return Check(name=SENDER, is_good=False, message=error.detail, advice=advice, facts=facts | error.facts)


def check_size(line: Submission) -> Check:
    if not line.size_limit:
        return Check(name=SIZE, is_good=True, message=mark("The server does not say."))
    facts = {"limit": f"{line.size_limit / 1_000_000:.0f}"}
    return Check(name=SIZE, is_good=True, message=mark("%(limit)s MB"), facts=facts)


def good_steps(names: dict[Step, str], server: Server, until: Step = Step.TALK) -> Iterator[Check]:
    """Name the steps that were taken before this one."""
    facts = {"host": server.host}
    for step, name in names.items():
        if step is until:
            return
        message = ""
        if step is Step.ENCRYPT and server.security is Security.NONE:
            message = UNENCRYPTED
        if step is Step.LOG_IN and not server.user:
            message = NO_LOGIN
        yield Check(name=name, is_good=True, message=message, facts=facts)


def steps_until(error: ConnectorError, names: dict[Step, str], server: Server) -> Iterator[Check]:
    """Name the steps that went well and the one that did not."""
    step = error.step if isinstance(error, NoLine | NoEntry) else Step.LOG_IN
    yield from good_steps(names, server, step)
    yield trouble(error, names.get(step, SETTINGS), server)


def trouble(error: ConnectorError, name: str, server: Server) -> Check:
    advice = error.advice if isinstance(error, NoLine | NoEntry) else ""
    facts = {"host": server.host} | error.facts
    return Check(name=name, is_good=False, message=error.detail, advice=advice, facts=facts)
