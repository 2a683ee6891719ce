"""The MIME tree of a mail, found by offsets, so that a large attachment is never copied to be looked at.

Broken mails are the rule here: a missing or wrong boundary, a nested bomb, a cut end all give a tree,
with a warning where something may be missing.
"""

import re
from dataclasses import dataclass, field

from allears.connectors.email.headers import Headers, read_headers, read_parameters
from allears.connectors.email.transfer import decode_transfer
from allears.connectors.words import mark

MOST_PARTS = 500
DEEPEST = 24
_LONGEST_LINE = 200
_CONTENT_TYPE = re.compile(r"[a-z0-9.+_-]+/[a-z0-9.+_-]+")
_ANY_BOUNDARY = re.compile(
    rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?:content-|mime-version)", re.IGNORECASE
)

TOO_MANY_PARTS = mark("This mail has more parts than All Ears reads. Some are kept together as one file.")
BROKEN_PARTS = mark("The parts of this mail are not marked as they should be. Some may be missing.")


@dataclass(slots=True)
class Part:
    """One node of the tree: its head, and where its content lies in `body`."""

    headers: Headers
    body: bytes
    head_start: int
    start: int
    end: int
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    file_name: str = ""
    children: list["Part"] = field(default_factory=list)

    @property
    def maintype(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def content_id(self) -> str:
        return self.headers.get("content-id").strip(" \t<>")

    def decode(self) -> bytes:
        """Undo the transfer encoding of the content."""
        encoding = self.headers.get("content-transfer-encoding")
        return decode_transfer(memoryview(self.body)[self.start : self.end], encoding)

    def raw(self) -> bytes:
        """Give head and content as they came."""
        return self.body[self.head_start : self.end]


class TreeReader:
    """Reads one mail into parts, within bounds. `warnings` says what the bounds or the mail cost."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self._left = MOST_PARTS

    def read(self, body: bytes, start: int = 0, end: int | None = None, depth: int = 0) -> Part:
        end = len(body) if end is None else end
        self._left -= 1
        headers, content_start = read_headers(body, start, end)
        part = Part(headers, body, start, content_start, end)
        _describe(part)
        if part.maintype == "multipart":
            self._read_children(part, depth)
        elif part.content_type in {"message/rfc822", "message/global"}:
            self._read_inner_mail(part, depth)
        return part

    def _read_children(self, part: Part, depth: int) -> None:
        if depth >= DEEPEST or self._left <= 0:
            self.warn(TOO_MANY_PARTS)
            return
        spans = self._find_spans(part)
        if not spans:
            part.content_type = "text/plain"
            return
        for start, end in spans:
            if self._left <= 0:
                self.warn(TOO_MANY_PARTS)
                rest = Part(Headers(), part.body, start, start, part.end, "application/octet-stream")
                part.children.append(rest)
                break
            part.children.append(self.read(part.body, start, end, depth + 1))

    def _find_spans(self, part: Part) -> list[tuple[int, int]]:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
        spans = find_spans(part, boundary, self._left + 1) if boundary else []
        if not spans:
            other = _ANY_BOUNDARY.search(part.body, max(0, part.start - 1), part.end)
            self.warn(BROKEN_PARTS)
            spans = find_spans(part, other[1], self._left + 1) if other else []
        return spans

    def _read_inner_mail(self, part: Part, depth: int) -> None:
        if depth >= DEEPEST or self._left <= 0:
            self.warn(TOO_MANY_PARTS)
            return
        encoding = part.headers.get("content-transfer-encoding").strip().lower()
        if encoding in {"base64", "quoted-printable"}:
            part.children.append(self.read(part.decode(), depth=depth + 1))
        else:
            part.children.append(self.read(part.body, part.start, part.end, depth + 1))

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def find_spans(part: Part, boundary: bytes, most: int) -> list[tuple[int, int]]:
    """Find where the parts between the boundary lines lie; a missing last line is the end."""
    body, end = part.body, part.end
    line = b"\n--" + boundary
    spans: list[tuple[int, int]] = []
    begin, place = -1, max(0, part.start - 1)
    while len(spans) < most and (found := body.find(line, place, end)) >= 0:
        place = found + len(line)
        line_end = body.find(b"\n", place, min(end, place + _LONGEST_LINE))
        tail = body[place : line_end if line_end >= 0 else min(end, place + _LONGEST_LINE)].strip()
        if tail not in {b"", b"--"}:
            continue
        if begin >= 0:
            spans.append((begin, max(begin, found - (body[found - 1] == 13))))
        begin = line_end + 1 if line_end >= 0 else end
        if tail == b"--":
            return spans
    if begin >= 0 and len(spans) < most:
        spans.append((begin, end))
    return spans


def _describe(part: Part) -> None:
    declared = part.headers.get("content-type")
    if declared:
        content_type, part.parameters = read_parameters(declared)
        is_known = _CONTENT_TYPE.fullmatch(content_type)
        part.content_type = content_type if is_known else _guess_type(content_type)
    disposition = part.headers.get("content-disposition")
    if disposition:
        part.disposition, parameters = read_parameters(disposition)
        part.file_name = parameters.get("filename", "")
    part.file_name = part.file_name or part.parameters.get("name", "")


def _guess_type(declared: str) -> str:
    return "text/html" if declared == "html" else "text/plain"
