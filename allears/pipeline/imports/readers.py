"""Translate pieces of imported files. docs/importing.md describes the forms."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from allears.connectors.api.reading import read_message
from allears.connectors.email.reading import read_mail
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Account, Author, Delivery, Incoming, Nothing, Visibility
from allears.connectors.words import mark
from allears.pipeline.intake.reading import Reader

NO_RECIPIENT = mark('"to" must be an object with an "id".')
NO_SUCH_COLUMN = mark('The column "%(column)s" is missing or empty.')
_FIRST_MENTION = re.compile(r"@(\w+)")


def read_mbox_piece(delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
    """Translate one mail of an mbox file."""
    return read_mail(delivery.body, account, delivery.received_at)


def read_jsonl_piece(delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
    """Translate one line in the form of the API channel; "direction": "out" marks our own words.

    Outbound ones name their customer in "to", in the form of "author".
    """
    incoming = read_message(delivery.body, delivery.received_at)
    line: dict[str, Any] = json.loads(delivery.body)
    if line.get("direction", "in") not in ("out", "outbound"):
        return [incoming]
    return [replace(incoming, is_ours=True, recipient=_recipient(line))]


def _recipient(line: dict[str, Any]) -> Author | None:
    to = line.get("to")
    if to is None:
        return None
    if not isinstance(to, dict) or not to.get("id"):
        raise Unreadable(NO_RECIPIENT)
    return Author(id=_clean(str(to["id"])), name=_clean(str(to.get("name", ""))))


def _clean(text: str) -> str:
    """Drop NUL and half characters, which no database keeps."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def read_twcs_piece(delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
    """Translate one row of a customer-care tweet table, given as a JSON object of its columns."""
    row: dict[str, str] = {name: _clean(text) for name, text in json.loads(delivery.body).items()}
    is_ours = _need(row, "direction") == "outbound"
    author = _need(row, "author")
    text = row.get("text") or ""
    return [
        Incoming(
            external_id=_need(row, "message_id"),
            author=Author(id=author, name=_shown(author), handle=_handle(author)),
            recipient=_addressee(text, row) if is_ours else None,
            text=text,
            sent_at=_moment(row),
            visibility=Visibility.PUBLIC,
            thread=row.get("thread_id") or "",
            in_reply_to=row.get("in_reply_to") or "",
            references=tuple(filter(None, [row.get("in_reply_to") or ""])),
            is_ours=is_ours,
        )
    ]


def _need(row: Mapping[str, str], column: str) -> str:
    if not row.get(column):
        raise Unreadable(NO_SUCH_COLUMN, column=column)
    return row[column]


def _moment(row: Mapping[str, str]) -> datetime:
    try:
        at = datetime.fromisoformat(_need(row, "created_at"))
    except ValueError as error:
        raise Unreadable(NO_SUCH_COLUMN, column="created_at") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _addressee(text: str, row: Mapping[str, str]) -> Author:
    """Say whom the brand answers: the person its text mentions first, else one unknown in that thread."""
    mention = _FIRST_MENTION.search(text)
    person = f"u{mention[1]}" if mention and mention[1].isdigit() else mention[1] if mention else ""
    id_ = person or f"unknown:{row.get('thread_id') or row.get('message_id')}"
    return Author(id=id_, name=_shown(id_), handle=_handle(id_))


def _handle(author: str) -> str:
    bare = author.removeprefix("brand:")
    return f"@{bare[1:] if bare[:1] == 'u' and bare[1:].isdigit() else bare}"


def _shown(author: str) -> str:
    return _handle(author) if not author.startswith("unknown:") else "?"


READERS: dict[str, Reader] = {
    "mbox": read_mbox_piece,
    "jsonl": read_jsonl_piece,
    "twcs": read_twcs_piece,
}
