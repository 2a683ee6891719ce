"""Cut files into pieces, one message each, without ever holding the whole file."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from allears.connectors.interface import Piece
from allears.foundation.errors import NotValid

LARGEST_PIECE = 64 * 1024 * 1024
_DATED = re.compile(rb"From \S+ +\w{3} +\w{3} +\d{1,2} +\d\d:\d\d")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_QUOTED = re.compile(rb">+From ")
# What a file may raise that is damaged, or ends in the middle.
BROKEN = (NotValid, OSError, EOFError, UnicodeError, zlib.error, csv.Error)


class NotThatForm(NotValid):
    """The file is not in that form."""


def open_import(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip when it begins like one."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzip else path.open("rb")  # type: ignore[return-value]


def split_mbox(file: IO[bytes]) -> Iterator[Piece]:
    """Yield every mail of an mbox file, with its "From " quoting undone (mboxrd).

    Some programs do not quote: a "From " line begins a mail only if it holds a date or a header follows.
    """
    lines: list[bytes] = []
    may_begin, is_blank_before, has_started = b"", True, False
    for line in file:
        if may_begin and (_DATED.match(may_begin) or _HEADER.match(line)):
            if has_started:
                yield _mail(lines)
            lines, has_started = [], True
        elif may_begin:
            lines.append(may_begin)
        may_begin = line if is_blank_before and line.startswith(b"From ") else b""
        is_blank_before = not line.strip()
        if not may_begin and not has_started and not is_blank_before:
            raise NotThatForm
        if not may_begin:
            lines.append(line[1:] if _QUOTED.match(line) else line)
    if has_started:
        yield _mail([*lines, may_begin])


def _mail(lines: list[bytes]) -> Piece:
    lines = [line for line in lines if line]
    if lines and not lines[-1].strip():
        lines = lines[:-1]
    return Piece(body=b"".join(lines), is_silent=True)


def split_jsonl(file: IO[bytes]) -> Iterator[Piece]:
    """Yield every line that is not empty."""
    for line in file:
        body = line.strip()
        if body:
            yield Piece(body=body, key=_field(body, "id"), order_key=_field(body, "thread"), is_silent=True)


def _field(body: bytes, name: str) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = value.get(name) if isinstance(value, dict) else None
    return str(found) if isinstance(found, str | int) else ""


def split_twcs(file: IO[bytes]) -> Iterator[Piece]:
    """Yield every row of a comma-separated table as a JSON object of its columns."""
    csv.field_size_limit(LARGEST_PIECE)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    try:
        yield from _rows(csv.DictReader(text))
    finally:
        text.detach()


def _rows(rows: "csv.DictReader[str]") -> Iterator[Piece]:
    if not {"message_id", "direction", "author", "created_at", "text"} <= set(rows.fieldnames or ()):
        raise NotThatForm
    for row in rows:
        kept = {name: value for name, value in row.items() if name and isinstance(value, str)}
        body = json.dumps(kept, ensure_ascii=False).encode()
        key = kept.get("message_id", "")
        yield Piece(body=body, key=key, order_key=kept.get("thread_id", ""), is_silent=True)


SPLITTERS: dict[str, Callable[[IO[bytes]], Iterator[Piece]]] = {
    "mbox": split_mbox,
    "jsonl": split_jsonl,
    "twcs": split_twcs,
}
