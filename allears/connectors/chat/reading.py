"""A visitor's line as it lies in its envelope: JSON that All Ears itself wrote when it took the line in.

    {"id", "visitor", "thread", "name", "handle", "address", "language", "time_zone", "text", "at",
     "page": {"url", "title"}, "is_unwanted", "files": [{"name", "content_type", "size", "digest"}]}

`visitor` is the visitor's public id, and `id` the one the widget made: both together name the line.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Author, File, Incoming
from allears.connectors.words import mark

TOLD = ("name", "handle", "address", "language", "time_zone")
NOT_A_LINE = mark("This is not a line of a chat.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a visitor. `files` are stored already, under their digests."""

    id: str
    visitor: str
    thread: str
    text: str
    at: str
    name: str = ""
    handle: str = ""
    address: str = ""
    language: str = ""
    time_zone: str = ""
    page: dict[str, str] = field(default_factory=dict)
    is_unwanted: bool = False
    files: list[dict[str, Any]] = field(default_factory=list)


def write_line(line: Line) -> bytes:
    """Write a line for its envelope."""
    return json.dumps(asdict(line), ensure_ascii=False).encode("utf-8", "replace")


def name_of_line(visitor: str, id_: str) -> str:
    """Return the name of a line in its channel: the id the widget gave it, within its visitor."""
    return f"{visitor}:{id_}"


def id_in_name(name: str) -> str:
    """Return the widget's own id of a line, from its name."""
    return name.partition(":")[2]


def read_line(body: bytes) -> Incoming:
    """Translate a line. Raise Unreadable when it is none."""
    try:
        value = json.loads(body)
        author = Author(id=value["visitor"], **{name: value[name] for name in TOLD})
        return Incoming(
            external_id=name_of_line(author.id, value["id"]),
            author=author,
            text=value["text"],
            sent_at=datetime.fromisoformat(value["at"]),
            thread=value["thread"],
            is_unwanted=value["is_unwanted"],
            files=tuple(_files(value["files"])),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(NOT_A_LINE, raw=type(error).__name__) from error


def _files(values: list[dict[str, Any]]) -> Iterator[File]:
    for value in values:
        yield File(
            name=value["name"],
            content_type=value["content_type"],
            data=b"",
            digest=value["digest"],
            size=value["size"],
        )
