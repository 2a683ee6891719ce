"""What a MIME tree says: sections of writing, files, and what else it turned out to hold."""

from dataclasses import dataclass, field

from allears.connectors.email.attachments import make_file
from allears.connectors.email.charsets import clean_text, decode_text
from allears.connectors.email.flowed import unflow
from allears.connectors.email.forwards import tell_forwarded_head
from allears.connectors.email.html import declared_in_html, take_data_pictures
from allears.connectors.email.invites import Invite, read_invite
from allears.connectors.email.mime import Part, TreeReader
from allears.connectors.email.sealed import (
    ARMOUR,
    ENCRYPTED,
    is_encrypted,
    is_sealed,
    is_signature,
    open_signed,
)
from allears.connectors.email.sections import Section, choose_section
from allears.connectors.email.tnef import BrokenTnef, read_tnef
from allears.connectors.interface import File
from allears.connectors.words import mark

LONGEST_TEXT = 1_500_000
_WRITING = {"text/plain", "text/html", "text/markdown", "text/enriched"}
_CALENDARS = {"text/calendar", "application/ics"}

TOO_LONG = mark("This mail is very long. Its beginning is shown; the whole is kept as a file.")
LETTERS_LOST = mark("Some letters of this mail arrived damaged.")
WINMAIL_KEPT = mark("The file winmail.dat in this mail could not be opened. It is kept as it came.")


@dataclass(slots=True)
class Gathered:
    """Everything found on the way through the tree."""

    files: list[File] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    invite: Invite | None = None
    has_forward: bool = False
    has_writing: bool = False


class Gatherer:
    """Walks a tree and collects. A bounce keeps the returned mail as a file only."""

    def __init__(self, *, is_report: bool = False) -> None:
        self.found = Gathered()
        self._is_report = is_report

    def gather(self, part: Part) -> list[Section]:
        """Give the sections of a part and of those below it, in reading order."""
        if part.maintype == "multipart" and part.children:
            return self._gather_multipart(part)
        if part.content_type in {"message/rfc822", "message/global"} and part.children:
            return self._gather_forward(part)
        return self._gather_leaf(part, is_alternative=False)

    def warn(self, sentence: str) -> None:
        if sentence not in self.found.warnings:
            self.found.warnings.append(sentence)

    def _gather_multipart(self, part: Part) -> list[Section]:
        if is_encrypted(part):
            self.warn(ENCRYPTED)
        if part.content_type != "multipart/alternative":
            children = [child for child in part.children if not is_signature(child)]
            return [section for child in children for section in self.gather(child)]
        branches = []
        for child in part.children:
            is_leaf = not child.children
            branches.append(self._gather_leaf(child, is_alternative=True) if is_leaf else self.gather(child))
        return choose_section(branches)

    def _gather_forward(self, part: Part) -> list[Section]:
        inner = part.children[0]
        subject = inner.headers.text("subject")
        data = (
            part.decode()
            if part.headers.get("content-transfer-encoding")
            else part.body[part.start : part.end]
        )
        self.found.files.append(
            make_file(data, part.content_type, part.file_name or (subject and f"{subject}.eml"))
        )
        if self._is_report:
            return []
        self.found.has_forward = True
        gatherer = Gatherer()
        sections = gatherer.gather(inner)
        for warning in gatherer.found.warnings:
            self.warn(warning)
        return [Section(plain=tell_forwarded_head(inner.headers)), *sections]

    def _gather_leaf(self, part: Part, *, is_alternative: bool) -> list[Section]:
        if is_sealed(part):
            return self._gather_sealed(part)
        is_writing = part.content_type in _WRITING and part.disposition != "attachment"
        if is_writing and (is_alternative or not part.file_name or not self.found.has_writing):
            return self._gather_writing(part)
        name = part.file_name.lower()
        if part.content_type in {"application/ms-tnef", "application/vnd.ms-tnef"} or name == "winmail.dat":
            return self._gather_tnef(part)
        if part.content_type in _CALENDARS:
            self._take_invite(part, is_alternative=is_alternative)
        self._keep(part)
        return []

    def _keep(self, part: Part) -> None:
        content_id = decode_text(part.content_id.encode("utf-8", "surrogateescape"))
        file = make_file(part.decode(), part.content_type, part.file_name, clean_text(content_id)[:300])
        self.found.files.append(file)

    def _gather_writing(self, part: Part) -> list[Section]:
        data = part.decode()
        if len(data) > LONGEST_TEXT:
            self.warn(TOO_LONG)
            self.found.files.append(make_file(data, part.content_type, part.file_name))
            data = data[:LONGEST_TEXT]
        is_html = part.content_type == "text/html"
        charset = part.parameters.get("charset", "") or (declared_in_html(data) if is_html else "")
        text = decode_text(data, charset)
        if "\ufffd" in text and b"\xef\xbf\xbd" not in data:
            self.warn(LETTERS_LOST)
        text = clean_text(text)
        if text.lstrip().startswith(ARMOUR):
            self.warn(ENCRYPTED)
        self.found.has_writing = self.found.has_writing or bool(text.strip())
        if _looks_like_html(text) if not is_html else "<" in text:
            return [self._make_html_section(text)]
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        return [Section(plain=text)]

    def _make_html_section(self, html: str) -> Section:
        html, pictures = take_data_pictures(html)
        self.found.files.extend(pictures)
        return Section(html=html)

    def _take_invite(self, part: Part, *, is_alternative: bool) -> None:
        method = part.parameters.get("method", "")
        invite = read_invite(
            decode_text(part.decode()[:LONGEST_TEXT], part.parameters.get("charset", "utf-8")), method
        )
        if invite and (invite.method or is_alternative) and not self.found.invite:
            self.found.invite = invite

    def _gather_sealed(self, part: Part) -> list[Section]:
        signed = open_signed(part.decode())
        if signed:
            reader = TreeReader()
            sections = self.gather(reader.read(signed))
            for warning in reader.warnings:
                self.warn(warning)
            return sections
        self.warn(ENCRYPTED)
        self._keep(part)
        return []

    def _gather_tnef(self, part: Part) -> list[Section]:
        try:
            letter = read_tnef(part.decode())
        except BrokenTnef:
            self.warn(WINMAIL_KEPT)
            self._keep(part)
            return []
        for file in letter.files:
            self.found.files.append(make_file(file.data, file.content_type, file.name, file.content_id))
        if self.found.has_writing or not (letter.text.strip() or letter.html):
            return []
        self.found.has_writing = True
        return [Section(plain=letter.text, html=letter.html)]


def _looks_like_html(text: str) -> bool:
    return text[:200].lstrip()[:14].lower().startswith(("<!doctype html", "<html"))
