"""Cut files into pieces, one message each, without ever holding the whole file."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from allears.connectors.interface import Piece
from allears.foundation.errors import NotValid

LARGEST_PIECE = 64 * 1024 * 1024
_MBOX_START = re.compile(rb"From \S*.*\d{2}:\d{2}|From \S+$|From ")


class NotThatForm(NotValid):
    """The file is not in that form."""


def open_import(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip when it begins like one."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzip else path.open("rb")  # type: ignore[return-value]


def split_mbox(file: IO[bytes]) -> Iterator[Piece]:
    """Yield every mail of an mbox file, with its "From " quoting undone (mboxrd)."""
    lines: list[bytes] = []
    is_blank_before, has_started = True, False
    for line in file:
        if is_blank_before and line.startswith(b"From ") and _MBOX_START.match(line):
            if has_started:
                yield _mail(lines)
            lines, has_started = [], True
        elif not has_started:
            raise NotThatForm
        else:
            lines.append(line[1:] if re.match(rb">+From ", line) else line)
        is_blank_before = not line.strip()
    if has_started:
        yield _mail(lines)


def _mail(lines: list[bytes]) -> Piece:
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
    except ValueError:
        return ""
    found = value.get(name) if isinstance(value, dict) else None
    return str(found) if isinstance(found, str | int) else ""


def split_twcs(file: IO[bytes]) -> Iterator[Piece]:
    """Yield every row of a comma-separated table as a JSON object of its columns."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.DictReader(text)
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
