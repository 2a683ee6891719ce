"""Cut a program's delivery into messages, and translate each. docs/api.md describes the form."""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Author, File, Incoming, Piece, Visibility
from allears.connectors.words import mark

_decoder = json.JSONDecoder()
LONGEST_ID = 250

NOT_JSON = mark("This is not JSON in UTF-8: %(where)s.")
NOT_A_MESSAGE = mark("A message must be a JSON object.")
NO_SUCH_FIELD = mark('"%(field)s" is missing.')
NO_ID = mark('"%(field)s" must be a string of at most %(most)s characters.')
NO_TEXT = mark('"%(field)s" must be a string.')
NO_VISIBILITY = mark('"%(field)s" must be "public" or "private".')
NO_MOMENT = mark('"%(field)s" must be a moment as in ISO 8601.')
NO_LIST = mark('"%(field)s" must be a list.')
NO_OBJECT = mark('"%(field)s" must be an object.')
NO_BYTES = mark('"%(field)s" must be bytes in base64.')


def split_messages(body: bytes) -> list[Piece]:
    """Cut one message, or a list of them, into pieces of the very bytes that came."""
    try:
        text = body.decode("utf-8-sig")
        slices = list(_slices(text))
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_JSON, where=f"byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_JSON, where=str(error)) from error
    return [_piece(value, part) for value, part in slices]


def _slices(text: str) -> Iterator[tuple[Any, str]]:
    """Yield every message with the text it stood in."""
    start = _skip_space(text, 0)
    if text[start : start + 1] != "[":
        value, end = _decoder.raw_decode(text, start)
        _expect_end(text, end)
        yield value, text
        return
    start = _skip_space(text, start + 1)
    if text[start : start + 1] == "]":
        _expect_end(text, start + 1)
        return
    while True:
        value, end = _decoder.raw_decode(text, start)
        yield value, text[start:end]
        end = _skip_space(text, end)
        if text[end : end + 1] == "]":
            _expect_end(text, end + 1)
            return
        if text[end : end + 1] != ",":
            raise ValueError(f"character {end}")
        start = _skip_space(text, end + 1)


def _skip_space(text: str, at: int) -> int:
    while text[at : at + 1] in {" ", "\t", "\n", "\r"}:
        at += 1
    return at


def _expect_end(text: str, at: int) -> None:
    if _skip_space(text, at) != len(text):
        raise ValueError(f"character {at}")


def _piece(value: Any, part: str) -> Piece:
    problem, key, order_key = "", "", ""
    try:
        incoming = _translate(value, datetime.now(UTC))
        key, order_key = incoming.external_id, incoming.thread or incoming.in_reply_to
    except Unreadable as error:
        problem = str(error)
    return Piece(body=part.encode(), key=key, order_key=order_key, problem=problem)


def read_message(body: bytes, received_at: datetime) -> Incoming:
    """Translate one message. Raise Unreadable with the field that is wrong."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_JSON, where=str(error)) from error
    return _translate(value, received_at)


def _translate(value: Any, received_at: datetime) -> Incoming:
    if not isinstance(value, dict):
        raise Unreadable(NOT_A_MESSAGE)
    external_id = _identifier(value, "id")
    author = _author(value.get("author"))
    visibility = _visibility(value)
    in_reply_to = _identifier(value, "in_reply_to", is_required=False)
    thread = _identifier(value, "thread", is_required=False)
    if not thread and not in_reply_to:
        thread = f"with:{author.id}" if visibility is Visibility.PRIVATE else f"from:{external_id}"
    return Incoming(
        external_id=external_id,
        author=author,
        text=_text(value, "text", is_required="attachments" not in value),
        subject=_text(value, "subject", is_required=False),
        sent_at=_moment(value.get("sent_at"), received_at),
        visibility=visibility,
        thread=thread,
        in_reply_to=in_reply_to,
        references=(in_reply_to,) if in_reply_to else (),
        files=tuple(_files(value.get("attachments"))),
    )


def _author(value: Any) -> Author:
    if not isinstance(value, dict):
        raise Unreadable(NO_SUCH_FIELD, field="author")
    return Author(
        id=_identifier(value, "id", "author.id"),
        name=_text(value, "name", "author.name", is_required=False),
        handle=_text(value, "handle", "author.handle", is_required=False),
        address=_text(value, "address", "author.address", is_required=False),
    )


def _identifier(value: dict[str, Any], name: str, path: str = "", *, is_required: bool = True) -> str:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | None) or len(str(found)) > LONGEST_ID:
        raise Unreadable(NO_ID, field=path or name, most=str(LONGEST_ID))
    text = "" if found is None else _clean(str(found))
    if is_required and not text:
        raise Unreadable(NO_SUCH_FIELD, field=path or name)
    return text


def _text(value: dict[str, Any], name: str, path: str = "", *, is_required: bool) -> str:
    found = value.get(name)
    if found is None:
        if is_required:
            raise Unreadable(NO_SUCH_FIELD, field=path or name)
        return ""
    if not isinstance(found, str):
        raise Unreadable(NO_TEXT, field=path or name)
    return _clean(found)


def _clean(text: str) -> str:
    """Drop NUL and lone surrogates, which no database keeps."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _visibility(value: dict[str, Any]) -> Visibility:
    found = value.get("visibility", Visibility.PRIVATE)
    if not isinstance(found, str) or found not in {"public", "private"}:
        raise Unreadable(NO_VISIBILITY, field="visibility")
    return Visibility(found)


def _moment(value: Any, received_at: datetime) -> datetime:
    """Read ISO 8601 or seconds since 1970; a moment without a zone is UTC."""
    if value is None or value == "":
        return received_at
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable(NO_MOMENT, field="sent_at") from error


def _files(value: Any) -> Iterator[File]:
    if value is None:
        return
    if not isinstance(value, list):
        raise Unreadable(NO_LIST, field="attachments")
    for number, item in enumerate(value):
        path = f"attachments[{number}]"
        if not isinstance(item, dict):
            raise Unreadable(NO_OBJECT, field=path)
        yield File(
            name=_text(item, "name", f"{path}.name", is_required=True)[:255],
            content_type=_text(item, "content_type", is_required=False)[:127] or "application/octet-stream",
            data=_bytes(item.get("data"), path),
        )


def _bytes(value: Any, path: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise Unreadable(NO_BYTES, field=f"{path}.data") from error
