"""What places a mail among others: its own id, the ids it answers, our signed reply address."""

import hashlib
import re

from allears.connectors.email.addresses import read_mailboxes
from allears.connectors.email.charsets import clean_text
from allears.connectors.email.headers import Headers
from allears.connectors.email.tokens import read_token

MOST_REFERENCES = 100
_LONGEST_ID = 500
_LONGEST_HEADER = 200_000
_BRACKETED = re.compile(r"<([^<>]*)>")
_RECIPIENTS = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "bcc",
)
_FORWARD = re.compile(
    r"^\W{0,3}(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|пересл\w*|переадр\w*|перенаправлено|chuyển tiếp|chuyen tiep|"
    r"wg|tr|rv|enc|doorst|pd|转发)\.?\s*(?:\[\d{1,3}\])?\s*[::]",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^\W{0,3}(?:re|aw|ответ|отв|на|trả lời|tl)\s*(?:\[\d{1,3}\])?\s*[::]", re.IGNORECASE)


def find_external_id(headers: Headers, body: bytes) -> str:
    """Give the Message-ID without brackets; without one, a name made of the bytes themselves."""
    for raw in headers.get_all("message-id"):
        ids = _read_ids(raw) or [clean_id(raw)]
        if 0 < len(ids[0]) <= _LONGEST_ID:
            return ids[0]
    return f"sha256-{hashlib.sha256(body).hexdigest()}@no-message-id.invalid"


def find_references(headers: Headers) -> tuple[tuple[str, ...], str]:
    """Give the ids of earlier mails, nearest last, and the direct parent."""
    parents = [found for raw in headers.get_all("in-reply-to") for found in _read_ids(raw)]
    earlier = [found for raw in headers.get_all("references") for found in _read_ids(raw)]
    parent = next(iter(parents), earlier[-1] if earlier else "")
    # The nearest mention of an id counts; the parent is nearest of all.
    nearest_first = dict.fromkeys([parent, *reversed(earlier), *parents] if parent else [])
    found = list(nearest_first)[::-1]
    if len(found) > MOST_REFERENCES:
        found = [found[0], *found[1 - MOST_REFERENCES :]]
    return tuple(found), parent


def find_thread_token(headers: Headers, address: str, reply_key: bytes) -> str:
    """Give the thread id of a rightly signed reply address of ours among the recipients, or ""."""
    local, _, domain = address.rpartition("@")
    for name in _RECIPIENTS:
        for raw in headers.get_all(name):
            if "+" not in raw:
                continue
            for mailbox in read_mailboxes(raw):
                if mailbox.domain != domain or not mailbox.local.startswith(f"{local}+"):
                    continue
                thread_id = read_token(reply_key, mailbox.local[len(local) + 1 :])
                if thread_id is not None:
                    return str(thread_id)
    return ""


def is_forward_subject(subject: str) -> bool:
    return bool(_FORWARD.match(subject))


def is_reply_subject(subject: str) -> bool:
    return bool(_REPLY.match(subject))


def _read_ids(raw: str) -> list[str]:
    raw = raw[-_LONGEST_HEADER:]
    found = _BRACKETED.findall(raw) or [word for word in raw.split() if "@" in word]
    ids = (clean_id(word) for word in found)
    return [one for one in ids if 0 < len(one) <= _LONGEST_ID]


def clean_id(raw: str) -> str:
    """Give a mail's id without brackets, spaces and bytes that are no letters."""
    if not raw.isascii():
        raw = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(clean_text(raw).split()).strip("<>")
