"""Read direct messages: API 2's events, the older shape that webhooks deliver, and encrypted ones.

Between two, X names the exchange by both users' ids, the smaller first ("17-204"); a group has an id of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    File,
    Incoming,
    ItemKind,
    Nothing,
    Receipt,
    ReceiptState,
    Record,
    Visibility,
)
from allears.connectors.meta.values import Json, id_in, list_in, moment_of, object_in, objects_in, text_in
from allears.connectors.x.files import file_of, files_of, media_in
from allears.connectors.x.moments import moment_in_id, written_at
from allears.connectors.x.people import person, users_in
from allears.connectors.x.texts import words_of
from allears.connectors.x.words import ENCRYPTED, MEMBERS, NO_AUTHOR, NO_ID, OUR_POST, WE_READ

SEALED = "🔒"


def thread_between(one: str, other: str) -> str:
    """Name the exchange of two users as X does."""
    return "-".join(sorted((one, other), key=lambda number: (len(number), number)))


def thread_of(told: str, one: str = "", other: str = "") -> str:
    """Name an exchange as X told it ("17-204", "204:17", "g99"), else by who takes part."""
    if not told:
        return thread_between(one, other) if one and other else ""
    parts = told.replace(":", "-").split("-")
    return thread_between(*parts) if len(parts) == 2 and all(part.isdecimal() for part in parts) else told


def other_than(us: str, thread: str) -> str:
    """Find who the other one is in an exchange between two; "" in a group."""
    parts = thread.split("-")
    return next((part for part in parts if part != us), "") if len(parts) == 2 and us in parts else ""


def read_event(event: Json, includes: Json, us: str, received_at: datetime) -> Sequence[Record] | Nothing:
    """Translate one event of `dm_events`."""
    if text_in(event, "event_type") not in {"", "MessageCreate"}:
        return Nothing(MEMBERS)
    number, sender = id_in(event, "id"), id_in(event, "sender_id")
    if not number:
        raise Unreadable(NO_ID)
    if not sender:
        raise Unreadable(NO_AUTHOR)
    everyone = [str(one) for one in list_in(event, "participant_ids")]
    other = next((one for one in everyone if one != sender), "")
    thread = thread_of(id_in(event, "dm_conversation_id"), sender, other)
    to = other_than(us, thread) or next((one for one in everyone if one != us), "")
    told = _Told(event, number, sender, to, thread, files_of(event, media_in(includes)))
    return _message(told, users_in(includes), us, received_at)


def read_old_event(
    event: Json, users: dict[str, Json], us: str, received_at: datetime
) -> Sequence[Record] | Nothing:
    """Translate one `message_create` of the older shape."""
    body = object_in(event, "message_create")
    number, sender = id_in(event, "id"), id_in(body, "sender_id")
    if not number:
        raise Unreadable(NO_ID)
    if not sender:
        raise Unreadable(NO_AUTHOR)
    data, to = object_in(body, "message_data"), id_in(body, "target", "recipient_id")
    thread = thread_of(id_in(body, "conversation_id") or id_in(event, "conversation_id"), sender, to)
    medium = file_of(object_in(data, "attachment", "media"))
    words = {**data, "created_timestamp": event.get("created_timestamp")}
    told = _Told(words, number, sender, to, thread, (medium,) if medium else ())
    return _message(told, users, us, received_at)


@dataclass(frozen=True, slots=True)
class _Told:
    """One message, in whichever shape it came: who wrote it, to whom, in which exchange, with which files."""

    body: Json
    number: str
    sender: str
    to: str
    thread: str
    files: tuple[File, ...]


def _message(
    told: _Told, users: dict[str, Json], us: str, received_at: datetime
) -> Sequence[Record] | Nothing:
    is_ours = bool(us) and told.sender == us
    if is_ours and not told.to:
        return Nothing(OUR_POST)
    message = Incoming(
        external_id=told.number,
        author=person(users, told.sender),
        text=words_of(told.body),
        sent_at=written_at(told.body, told.number, received_at),
        visibility=Visibility.PRIVATE,
        item=ItemKind.DIRECT,
        thread=told.thread,
        is_ours=is_ours,
        recipient=person(users, told.to) if is_ours else None,
        files=told.files,
        url=f"https://x.com/messages/{told.thread}" if told.thread else "",
    )
    return [message]


def read_sealed(payload: Json, us: str, received_at: datetime) -> Sequence[Record] | Nothing:
    """Show that an encrypted message came: what it says only the X app can open."""
    number, sender = id_in(payload, "id"), id_in(payload, "sender_id")
    if not number:
        raise Unreadable(NO_ID)
    if not sender:
        raise Unreadable(NO_AUTHOR)
    thread = thread_of(id_in(payload, "conversation_id"))
    if sender == us:
        return Nothing(ENCRYPTED)
    return [
        Incoming(
            external_id=number,
            author=person({}, sender),
            text=SEALED,
            sent_at=written_at(payload, "", received_at),
            visibility=Visibility.PRIVATE,
            item=ItemKind.DIRECT,
            thread=thread,
            warnings=(ENCRYPTED,),
            url="https://x.com/messages",
            facts={"sealed": "yes"},
        )
    ]


def read_receipt(event: Json, us: str, received_at: datetime) -> Sequence[Record] | Nothing:
    """Translate that somebody read what we wrote, up to a message of ours."""
    reader, other = id_in(event, "sender_id"), id_in(event, "target", "recipient_id")
    if not reader or reader == us:
        return Nothing(WE_READ)
    at = moment_of(event.get("created_timestamp"), received_at)
    last = moment_in_id(id_in(event, "last_read_event_id"))
    until = last + timedelta(milliseconds=1) if last else at
    return [Receipt(state=ReceiptState.READ, at=at, thread=thread_between(reader, other or us), until=until)]


def old_events_in(payload: Json) -> list[Json]:
    """List the messages of a delivery of the older shape."""
    return [one for one in objects_in(payload, "direct_message_events") if object_in(one, "message_create")]
