"""A visitor writes a line, and sends files with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allears.connectors.chat.reading import Line, name_of_line, write_line
from allears.connectors.interface import Piece
from allears.public.chat.actions.naming import code_of, name_of_visitor
from allears.public.chat.actions.visiting import Hello, note_visit
from allears.public.chat.errors import LineIsEmpty, LineIsTooLong, NoSuchFile
from allears.public.chat.models import Visitor, VisitorFile

LONGEST_LINE = 10_000
MOST_FILES = 10
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a visitor wrote: `id` was made by their widget, and the same id again is the same line."""

    id: str
    text: str
    files: Sequence[str] = ()
    page: Mapping[str, str] = field(default_factory=dict)


def prepare_line(visitor: Visitor, written: Written, at: datetime) -> Piece:
    """Make the piece that takes a line into the flow. Raise LineIsEmpty, LineIsTooLong or NoSuchFile."""
    text = written.text.replace("\x00", "").strip()
    if not _ID.fullmatch(written.id) or not (text or written.files):
        raise LineIsEmpty
    if len(text) > LONGEST_LINE or len(written.files) > MOST_FILES:
        raise LineIsTooLong
    files = _files_of(visitor, written.files)
    if written.page:
        note_visit(visitor, Hello(page=written.page))
    line = Line(
        id=written.id,
        visitor=visitor.public_id,
        thread=visitor.thread,
        text=text,
        at=at.isoformat(),
        name=name_of_visitor(visitor),
        handle=visitor.user_id or code_of(visitor),
        address=visitor.email,
        language=visitor.language,
        time_zone=visitor.time_zone,
        page={"url": visitor.page_url, "title": visitor.page_title},
        is_unwanted=visitor.blocked_at is not None,
        files=files,
    )
    name = name_of_line(visitor.public_id, written.id)
    return Piece(body=write_line(line), key=name, order_key=visitor.thread)


def _files_of(visitor: Visitor, ids: Sequence[str]) -> list[dict[str, object]]:
    if not ids:
        return []
    found = {file.public_id: file for file in VisitorFile.objects.filter(visitor=visitor, public_id__in=ids)}
    if len(found) < len(set(ids)):
        raise NoSuchFile
    return [
        {"name": file.name, "content_type": file.content_type, "size": file.size, "digest": file.digest}
        for file in (found[id_] for id_ in dict.fromkeys(ids))
    ]
