"""The Sent folder: where a copy of each reply is kept, and what proves that one went out."""

import logging

from allears.connectors.email.imap import Line, enter
from allears.connectors.email.mailbox import Mailbox
from allears.connectors.email.troubles import NoEntry, NoLine
from allears.connectors.words import mark

logger = logging.getLogger("allears.email")

NOT_KEPT = mark("It was sent, but no copy could be put into the Sent folder.")
NO_FOLDER = mark("It was sent; the mailbox has no Sent folder to keep a copy in.")

SENT_NAMES = frozenset(
    {
        "sent",
        "sent items",
        "sent messages",
        "sent mail",
        "отправленные",
        "исходящие",
        "thư đã gửi",
        "đã gửi",
        "hộp thư đi",
        "gesendet",
        "gesendete objekte",
        "gesendete elemente",
        "envoyés",
        "messages envoyés",
        "enviados",
        "posta inviata",
        "wysłane",
    }
)


def find_sent_folder(line: Line, mailbox: Mailbox) -> str:
    """Find where sent mail is kept: as entered, as the server marks it, or by its usual names."""
    if mailbox.sent_folder:
        return mailbox.sent_folder
    rows = line.folders()
    for name, flags in rows:
        if "\\sent" in flags:
            return name
    for name, flags in rows:
        if "\\noselect" not in flags and last_part(name) in SENT_NAMES:
            return name
    return ""


def is_sent_folder(name: str, entered: str) -> bool:
    """Say whether a folder is where sent mail is kept: the one entered, or one of the usual names."""
    return bool(name) and (name == entered or last_part(name) in SENT_NAMES)


def last_part(name: str) -> str:
    return name.replace(".", "/").rpartition("/")[2].strip().casefold()


def keep_copy(mailbox: Mailbox, mail: bytes, message_id: str) -> str:
    """Put a copy of a sent mail into the Sent folder; give a sentence if that failed, else nothing."""
    if not mailbox.wants_copies:
        return ""
    try:
        line = enter(mailbox)
        try:
            folder = find_sent_folder(line, mailbox)
            if not folder:
                return NO_FOLDER
            if not holds(line, folder, message_id):
                line.append_seen(folder, mail)
        finally:
            line.close()
    except (NoLine, NoEntry) as error:
        logger.warning("channel %s: no copy kept: %s", mailbox.channel_id, type(error).__name__)
        return NOT_KEPT
    return ""


def was_sent(mailbox: Mailbox, message_id: str) -> bool:
    """Say whether the Sent folder holds this mail. Raise NoLine or NoEntry if it can't be looked into."""
    line = enter(mailbox)
    try:
        folder = find_sent_folder(line, mailbox)
        return bool(folder) and holds(line, folder, message_id)
    finally:
        line.close()


def holds(line: Line, folder: str, message_id: str) -> bool:
    """Look for a mail by its id. A folder that does not exist holds nothing."""
    if not line.folder_exists(folder):
        return False
    line.open_folder(folder)
    return bool(line.uids_with_id(message_id))
