"""Write a reply as a mail: MIME that any program reads, with the ids that keep its thread together."""

import re
from datetime import UTC
from email.utils import format_datetime

from allears.connectors.email.bodies import make_body
from allears.connectors.email.headings import (
    address_header,
    bounded,
    clean_ids,
    ids_header,
    one_line,
    reply_subject,
    sendable_address,
    text_header,
    with_token,
)
from allears.connectors.email.mailbox import address_in, uses_plus_addressing
from allears.connectors.interface import Account, Outgoing


def compose(outgoing: Outgoing, account: Account) -> bytes:
    """Write the whole mail. Raise Refused if an address in it can't be one."""
    head = "\r\n".join(header_lines(outgoing, account)) + "\r\n"
    mail = head.encode() + make_body(outgoing).as_bytes()
    return re.sub(rb"\r\n|\r|\n", b"\r\n", mail)


def header_lines(outgoing: Outgoing, account: Account) -> list[str]:
    sender = sender_of(account)
    from_name = outgoing.from_name or account.name
    lines = [
        address_header("From", from_name, sender),
        address_header("To", outgoing.to.name, recipient_of(outgoing)),
        text_header("Subject", subject_of(outgoing)),
        f"Date: {format_datetime(outgoing.sent_at.astimezone(UTC))}",
        ids_header("Message-ID", clean_ids([outgoing.external_id])),
    ]
    reply_to = with_token(sender, outgoing.thread_token) if uses_plus_addressing(account.settings) else ""
    if reply_to:
        lines.append(address_header("Reply-To", from_name, reply_to))
    return [*lines, *thread_lines(outgoing), "Auto-Submitted: no"]


def thread_lines(outgoing: Outgoing) -> list[str]:
    """Name what this answers: the nearest, and the way there."""
    nearest = clean_ids([outgoing.in_reply_to])
    earlier = [message_id for message_id in clean_ids(outgoing.references) if message_id not in nearest]
    references = bounded([*earlier, *nearest])
    lines = [ids_header("In-Reply-To", nearest or references[-1:])] if references else []
    return [*lines, ids_header("References", references)] if references else []


def subject_of(outgoing: Outgoing) -> str:
    is_reply = bool(outgoing.in_reply_to or outgoing.references)
    return reply_subject(outgoing.subject, is_reply=is_reply)


def sender_of(account: Account) -> str:
    """Give our address as it goes over the wire."""
    return sendable_address(one_line(address_in(account.settings) or account.address))


def recipient_of(outgoing: Outgoing) -> str:
    """Give the customer's address as it goes over the wire."""
    return sendable_address(outgoing.to.address or outgoing.to.id)
