"""Ask Meta now and then for what its webhooks may have lost, and make pieces of what it lists.

A polled piece is {"polled": what it is, "value": the node, "post" or "thread": what it stands in}; what it
becomes is known by its own id, so what a webhook brought already is found to be here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from allears.connectors.errors import Refused
from allears.connectors.interface import Account, Author, Heard, Incoming, ItemKind, Piece, Post
from allears.connectors.meta.attachments import UNSUPPORTED, Enclosed, enclosed_in_polled
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.sending import message_id
from allears.connectors.meta.values import (
    Json,
    id_in,
    moment_if_any,
    object_in,
    objects_in,
    text_in,
    write_json,
)

OVERLAP = timedelta(minutes=5)
LATE = timedelta(minutes=10)
USUAL_PAST = timedelta(days=1)
AT_ONCE = 100
MOST_CHATS = 40
MESSAGE_FIELDS = "id,created_time,from,to,message,attachments,shares,sticker"
Found = tuple[datetime, Piece]
Gather = Callable[[datetime], Iterable[Found]]


def poll_places(
    graph: Graph, account: Account, cursors: Mapping[str, str], places: Mapping[str, Gather]
) -> Iterator[Heard]:
    """Ask in every place for what is newer than its mark, and yield it oldest first.

    A place that is not allowed is passed by; if none is, the first objection is raised.
    """
    objections: list[Refused] = []
    for place, gather in places.items():
        since = moment_if_any(cursors.get(place, "")) or account.since or datetime.now(UTC) - USUAL_PAST
        asked_at = datetime.now(UTC)
        try:
            found = sorted(gather(since - OVERLAP), key=lambda one: one[0])
        except Refused as objection:
            objections.append(objection)
            continue
        yield from _heard(place, found, since, asked_at)
        graph.rest_if_tired()
    if len(objections) == len(places):
        raise objections[0]


def _heard(place: str, found: list[Found], since: datetime, asked_at: datetime) -> Iterator[Heard]:
    for start in range(0, len(found), AT_ONCE):
        batch = found[start : start + AT_ONCE]
        mark = max(since, batch[-1][0])
        yield Heard(pieces=tuple(piece for _, piece in batch), place=place, mark=mark.isoformat())
    quiet_until = max(since, asked_at - LATE, *(at for at, _ in found[-1:]))
    yield Heard(pieces=(), place=place, mark=quiet_until.isoformat())


def piece_of(what: str, value: Json, order_key: str, **around: Json) -> Piece:
    """Make a piece of a node that Meta listed."""
    name = message_id(value) or id_in(value, "open_graph_story", "id")
    body = write_json({"polled": what, "value": value, **around})
    return Piece(body=body, key=f"polled:{what}:{name}" if name else "", order_key=order_key)


def gather_chats(
    graph: Graph, path: str, since: datetime, listed: str = MESSAGE_FIELDS, **query: str
) -> Iterator[Found]:
    """Yield the messages of every chat that changed since then."""
    fields = f"id,updated_time,participants,messages.limit(20){{{listed}}}"
    for thread in graph.rows(path, MOST_CHATS, fields=fields, limit="25", **query):
        changed_at = moment_if_any(thread.get("updated_time"))
        if changed_at is not None and changed_at < since:
            return
        yield from _messages(graph, thread, since, listed)


def _messages(graph: Graph, thread: Json, since: datetime, listed: str) -> Iterator[Found]:
    edge = object_in(thread, "messages")
    rows = list(objects_in(edge, "data"))
    oldest = min((at for row in rows if (at := moment_if_any(row.get("created_time")))), default=since)
    if oldest > since and object_in(edge, "paging").get("next"):
        rows = _since(graph.rows(f"{id_in(thread, 'id')}/messages", 10, fields=listed, limit="50"), since)
    for row in rows:
        at = moment_if_any(row.get("created_time"))
        if at is not None and at >= since:
            yield at, message_piece(row, thread)


def _since(rows: Iterator[Json], since: datetime) -> list[Json]:
    """Take rows, newest first, until they are older than that."""
    taken: list[Json] = []
    for row in rows:
        at = moment_if_any(row.get("created_time"))
        if at is not None and at < since:
            break
        taken.append(row)
    return taken


def message_piece(row: Json, thread: Json) -> Piece:
    """Make a piece of one message of a chat."""
    names = ("id", "participants")
    around: Json = {name: thread[name] for name in names if name in thread}
    return piece_of("message", row, id_in(thread, "id"), thread=around)


@dataclass(frozen=True, slots=True, kw_only=True)
class Us:
    """How our own account may be called in what Meta lists."""

    id: str
    handle: str = ""

    def is_us(self, person: Json) -> bool:
        ids = {id_in(person, "id"), id_in(person, "user_id")} - {""}
        handle = text_in(person, "username")
        return self.id in ids or bool(self.handle and handle == self.handle)


def read_polled_message(value: Json, thread: Json, us: Us, at: datetime, nobody: str) -> Incoming | None:
    """Read a message of a chat as the Graph API lists it; None if it has no id."""
    name = message_id(value)
    if not name:
        return None
    sender = object_in(value, "from")
    is_ours = us.is_us(sender)
    others = [*objects_in(value, "to", "data"), *objects_in(thread, "participants", "data")]
    them = next((one for one in others if not us.is_us(one)), {}) if is_ours else sender
    person = person_of(them, nobody, name)
    enclosed = enclosed_in_polled(value)
    text = "\n".join(line for line in (text_in(value, "message"), *enclosed.lines) if line)
    incoming = Incoming(
        external_id=name,
        author=Author(id=us.id, name=text_in(sender, "name")) if is_ours else person,
        text=text,
        sent_at=moment_if_any(value.get("created_time")) or at,
        item=enclosed.item or ItemKind.DIRECT,
        thread=person.id,
        is_ours=is_ours,
        recipient=person if is_ours else None,
        files=tuple(enclosed.files),
        warnings=_warnings(enclosed, text),
    )
    story = id_in(value, "story", "reply_to", "id")
    return replace(incoming, post=Post(id=story, is_ours=True, kind="story")) if story else incoming


def _warnings(enclosed: Enclosed, text: str) -> tuple[str, ...]:
    """Say what Meta does not hand over; something has to be seen of every message."""
    is_blank = not (text or enclosed.files or enclosed.warnings)
    return (UNSUPPORTED,) if is_blank else tuple(dict.fromkeys(enclosed.warnings))


def person_of(person: Json, nobody: str, otherwise: str) -> Author:
    """Read who somebody is; one of whom nothing is told is known by the thing alone."""
    handle = text_in(person, "username")
    name = text_in(person, "name") or handle or nobody
    return Author(
        id=id_in(person, "id") or (f"@{handle}" if handle else f"nobody:{otherwise}"),
        name=name,
        handle=handle,
    )
