"""A mail in our words: the entry point of reading."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from allears.connectors.email.automatic import Nature, find_nature
from allears.connectors.email.charsets import clean_text
from allears.connectors.email.folding import Folded, fold
from allears.connectors.email.gathering import Gathered, Gatherer
from allears.connectors.email.headers import Headers
from allears.connectors.email.mime import Part, TreeReader
from allears.connectors.email.references import (
    find_external_id,
    find_references,
    find_thread_token,
    is_forward_subject,
    is_reply_subject,
)
from allears.connectors.email.sealed import ENCRYPTED
from allears.connectors.email.sections import Section, Written, write_sections
from allears.connectors.email.senders import Sender, find_sender, own_form
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Account, File, Incoming, MessageKind, Nothing
from allears.connectors.words import mark

NO_MAIL = mark("These bytes hold no mail: there is no header line in them.")
MAILBOX_DATA = mark("This is a note of the mail server to itself, not a mail.")
BULK = mark("This mail was sent to many people at once.")
WILD_HTML = mark("The formatting of this mail is too tangled to be shown. Only its words are.")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST_SUBJECT = 1_000
_CONTENT_ID = re.compile(r'src="cid:([^"]+)"')


def read_mail(body: bytes, account: Account, received_at: datetime) -> list[Incoming] | Nothing:
    """Read the bytes of a mail as one message. Raise Unreadable only when they hold no mail at all.

    The author is the person, also behind a web form; `text` is what was freshly written. `thread_token`
    holds the decimal thread id of a rightly signed reply address of ours.
    """
    body = _settle_lines(body)
    reader = TreeReader()
    root = reader.read(body)
    if not len(root.headers):
        raise Unreadable(NO_MAIL)
    if "FOLDER INTERNAL DATA" in root.headers.get("subject"):
        return Nothing(MAILBOX_DATA)
    gatherer = Gatherer(is_report=root.content_type == "multipart/report")
    sections = gatherer.gather(root)
    sender = find_sender(root.headers, own_form(account.address))
    written = write_sections(sections)
    nature = find_nature(root, written.text, is_relayed=sender.is_relayed)
    for sentence in reader.warnings:
        gatherer.warn(sentence)
    return [
        _make_message(root, account, received_at, _Read(sender, nature, written, gatherer.found, sections))
    ]


class _Read:
    """What the readers found out about one mail."""

    def __init__(
        self, sender: Sender, nature: Nature, written: Written, found: Gathered, sections: list[Section]
    ) -> None:
        self.sender = sender
        self.nature = nature
        self.written = written
        self.found = found
        self.sections = sections
        self.kind = _find_kind(nature, found, written)


def _make_message(root: Part, account: Account, received_at: datetime, read: _Read) -> Incoming:
    headers = root.headers
    subject = headers.text("subject")[:_LONGEST_SUBJECT]
    references, parent = find_references(headers)
    starts_anew = _starts_anew(subject, parent, read.found)
    folded = _fold(read, is_forward=starts_anew or read.found.has_forward)
    return Incoming(
        external_id=find_external_id(headers, root.body),
        author=read.sender.author,
        text=folded.text,
        sent_at=find_date(headers, received_at),
        kind=read.kind,
        references=references,
        in_reply_to=parent,
        thread_token=find_thread_token(headers, own_form(account.address), account.reply_key),
        starts_anew=starts_anew and read.kind in {MessageKind.MESSAGE, MessageKind.INVITE},
        is_ours=read.sender.is_ours,
        recipient=read.sender.recipient,
        subject=subject,
        quoted=folded.quoted,
        signature=folded.signature,
        html=read.written.html,
        bounced_id=read.nature.bounced_id,
        files=_settle_files(read.found.files, read.written.html),
        warnings=_collect_warnings(read),
    )


def _starts_anew(subject: str, parent: str, found: Gathered) -> bool:
    is_attached = found.has_forward and not parent and not is_reply_subject(subject)
    return is_attached or is_forward_subject(subject)


def _fold(read: _Read, *, is_forward: bool) -> Folded:
    text = read.written.text
    if read.kind is MessageKind.BOUNCE:
        return Folded(text.strip("\n") or read.nature.diagnostic)
    if not text.strip():
        invite = read.found.invite
        encrypted = ENCRYPTED if ENCRYPTED in read.found.warnings else ""
        return Folded(invite.text if invite else clean_text(read.nature.diagnostic) or encrypted)
    return fold(text, is_forward=is_forward)


def _find_kind(nature: Nature, found: Gathered, written: Written) -> MessageKind:
    if nature.kind is not MessageKind.MESSAGE or not found.invite:
        return nature.kind
    if found.invite.method != "REPLY":
        return MessageKind.INVITE
    has_words = bool(written.text.strip() or found.invite.comment)
    return MessageKind.MESSAGE if has_words else MessageKind.AUTO_REPLY


def _collect_warnings(read: _Read) -> tuple[str, ...]:
    warnings = [*read.sender.warnings, *read.found.warnings]
    if read.found.invite:
        warnings.extend(read.found.invite.warnings)
    if not read.written.is_whole:
        warnings.append(WILD_HTML)
    if read.nature.is_bulk and read.kind is MessageKind.MESSAGE:
        warnings.append(BULK)
    return tuple(dict.fromkeys(warnings))


def _settle_files(files: list[File], html: str) -> tuple[File, ...]:
    """Call inline only the files that the page really shows."""
    shown = {found.replace("&amp;", "&") for found in _CONTENT_ID.findall(html)} if html else set()
    return tuple(_settle_file(file, file.content_id in shown) for file in files)


def _settle_file(file: File, is_shown: bool) -> File:
    content_id = file.content_id if is_shown else ""
    if content_id == file.content_id and is_shown == file.is_inline:
        return file
    return File(
        name=file.name,
        content_type=file.content_type,
        data=file.data,
        content_id=content_id,
        is_inline=is_shown,
    )


def find_date(headers: Headers, received_at: datetime) -> datetime:
    """Give the Date of a mail, aware; when it is missing or absurd, when the mail came."""
    for raw in headers.get_all("date"):
        try:
            written = parsedate_to_datetime(raw[:200])
            if written.tzinfo is None:
                written = written.replace(tzinfo=UTC)
            written = written.astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
        if _EARLIEST <= written <= received_at + timedelta(days=1):
            return written
    return received_at


def _settle_lines(body: bytes) -> bytes:
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\x00\x1a")
    if b"\r" in body[:2_000] and b"\n" not in body:
        return body.replace(b"\r", b"\n")
    if b"\r\r\n" in body[:8_000]:
        return body.replace(b"\r\r\n", b"\r\n")
    return body
