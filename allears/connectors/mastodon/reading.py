"""Cut what the instance says into pieces, and read each piece.

A piece is {"heard": what, "item": as the instance gave it}; `above` are the statuses above it, the root first,
`at` is when it was noticed. Pieces of one status have one key, however often and by whichever way it was heard.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Deletion,
    Delivery,
    Edit,
    Incoming,
    Nothing,
    Notice,
    Piece,
    Reaction,
    Record,
)
from allears.connectors.json_values import (
    Json,
    id_in,
    moment_in,
    object_in,
    objects_in,
    parse,
    text_in,
    write,
)
from allears.connectors.mastodon.statuses import (
    author_of,
    concerns,
    message_of,
    name_direct_thread,
    participants_of,
)
from allears.connectors.words import mark

STATUS, FOUND, NOTIFICATION, DELETED = "status", "found", "notification", "deleted"

NOT_OF_MASTODON = mark("This is nothing that a Mastodon server says.")
IGNORED = {
    "follow": mark("Somebody follows us now. That needs no answer."),
    "follow_request": mark("Somebody asks to follow us. Decide that on Mastodon."),
    "poll": mark("A poll has ended. That needs no answer."),
    "severed_relationships": mark("Followers were lost by a decision about another server."),
    "admin.sign_up": mark("This is for moderators of the server, not for the care desk."),
    "admin.report": mark("This is for moderators of the server, not for the care desk."),
    "added_to_collection": mark("We were added to a collection. That needs no answer."),
    "collection_update": mark("A collection that we are in was changed. That needs no answer."),
}
OTHER_KIND = mark("Mastodon says something of a kind that All Ears does not know.")
EMPTY_NOTICE = mark("The post that this notification is about is no longer there.")
NOT_ABOUT_US = mark("Somebody reacted to a post that is not ours.")
PASSED_ON = mark("Somebody passed a post on, with no words of their own.")
OWN_POST = mark("Our own post, to nobody in particular.")
EVENT_IGNORED = mark("Mastodon tells this to every app. There is nothing to answer.")
WARNED = mark("The moderators of the Mastodon server have warned this account.")
WARNED_ADVICE = mark("Sign in on the server and read what they ask for.")
_HEARS_STATUS = {"mention", "status", "quote", "update", "quoted_update"}
_REACTIONS = {"favourite": "⭐", "reblog": "🔁"}


def piece_of_status(status: Json, above: Sequence[Json] = (), *, heard: str = STATUS) -> Piece:
    """Wrap a status; its id and its version are its key."""
    value: Json = {"heard": heard, "item": status}
    if above:
        value["above"] = list(above)
    order = id_in(above[0], "id") if above else id_in(status, "in_reply_to_id") or id_in(status, "id")
    if text_in(status, "visibility") == "direct":
        order = name_direct_thread([id_in(one, "id") for one in participants_of(status, "")])
    version = text_in(status, "edited_at")
    return Piece(
        body=write(value),
        key=f"s:{id_in(status, 'id')}:{version}" if id_in(status, "id") else "",
        order_key=order,
        source=id_in(status, "id"),
    )


def piece_of_notification(notification: Json, above: Sequence[Json] = ()) -> Piece:
    """Wrap a notification, or the status that it is only the bell for."""
    status = object_in(notification, "status")
    if status and text_in(notification, "type") in _HEARS_STATUS:
        return piece_of_status(status, above)
    key = id_in(notification, "id")
    return Piece(
        body=write({"heard": NOTIFICATION, "item": notification}),
        key=f"n:{key}" if key else "",
        order_key=id_in(status, "id"),
        source=id_in(status, "id"),
    )


def piece_of_deletion(id_: str, at: datetime) -> Piece:
    """Wrap the news that a status is gone."""
    return Piece(
        body=write({"heard": DELETED, "item": {"id": id_}, "at": at.isoformat()}), key=f"d:{id_}", source=id_
    )


def cut_page(page: bytes) -> list[Piece]:
    """Cut an answer of the instance: a list or one of notifications, statuses or conversations, or a stream."""
    if page.startswith((b"event:", b":", b"data:")):
        return list(_cut_stream(page))
    value = parse(page)
    if isinstance(value, dict) and isinstance(value.get("statuses"), list):
        above = {id_in(one, "id"): one for one in objects_in(value, "statuses")}
        groups = objects_in(value, "notification_groups")
        if groups:
            return [_piece_of_group(one, above) for one in groups]
        return [piece_of_status(one, heard=FOUND) for one in above.values()]
    if isinstance(value, dict) and isinstance(value.get("ancestors"), list):
        return [
            piece_of_status(one)
            for one in (*objects_in(value, "ancestors"), *objects_in(value, "descendants"))
        ]
    items = value if isinstance(value, list) else [value]
    pieces = [_piece_of(one) for one in items if isinstance(one, dict)]
    if len(pieces) < len(items):
        raise Unreadable(NOT_OF_MASTODON)
    return pieces


def _piece_of_group(group: Json, statuses: dict[str, Json]) -> Piece:
    status = statuses.get(id_in(group, "status_id"))
    item = {
        "id": id_in(group, "most_recent_notification_id"),
        "type": text_in(group, "type"),
        "status": status,
    }
    return piece_of_notification(item)


def _piece_of(item: Json) -> Piece:
    if "heard" in item:
        return Piece(body=write(item))
    if isinstance(item.get("type"), str) and isinstance(item.get("account"), dict):
        return piece_of_notification(item)
    if "last_status" in item and "accounts" in item:
        return piece_of_status(object_in(item, "last_status"))
    if isinstance(item.get("content"), str) and isinstance(item.get("account"), dict):
        return piece_of_status(item)
    raise Unreadable(NOT_OF_MASTODON)


def _cut_stream(page: bytes) -> Iterator[Piece]:
    event = ""
    for line in page.splitlines():
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if name == "event":
            event = value.strip()
        elif name == "data" and event:
            yield piece_of_event(event, value.strip())


def piece_of_event(event: str, data: str) -> Piece:
    """Wrap one event of the stream. Raise Unreadable when its data can't be read."""
    if event == "delete":
        return Piece(body=write({"heard": DELETED, "item": {"id": data}}), key=f"d:{data}", source=data)
    value = parse(data.encode()) if data.startswith("{") else {}
    if event == "notification" and isinstance(value, dict):
        return piece_of_notification(value)
    if event in {"update", "status.update"} and isinstance(value, dict):
        return piece_of_status(value)
    if event == "conversation" and isinstance(value, dict):
        return piece_of_status(object_in(value, "last_status"))
    return Piece(body=write({"heard": event, "item": {}}))


def read_piece(delivery: Delivery, us: str) -> list[Record] | Nothing:
    """Read one piece, or a bare item as the instance gives it."""
    value = parse(delivery.body)
    if not isinstance(value, dict):
        raise Unreadable(NOT_OF_MASTODON)
    if "heard" not in value:
        value = parse(_piece_of(value).body)
    heard, item = text_in(value, "heard"), object_in(value, "item")
    if heard in {STATUS, FOUND}:
        return _read_status(item, objects_in(value, "above"), us, is_found=heard == FOUND)
    if heard == NOTIFICATION:
        return _read_notification(item, delivery.received_at, us)
    if heard == DELETED and id_in(item, "id"):
        at = moment_in(value, "at") or delivery.received_at
        return [Deletion(external_id=id_in(item, "id"), at=at)]
    return Nothing(EVENT_IGNORED) if heard else _refuse()


def _refuse() -> Nothing:
    raise Unreadable(NOT_OF_MASTODON)


def _read_status(status: Json, above: Sequence[Json], us: str, *, is_found: bool) -> list[Record] | Nothing:
    if not status:
        return Nothing(EMPTY_NOTICE)
    if object_in(status, "reblog"):
        return Nothing(PASSED_ON)
    is_found = is_found or bool(us and not concerns(status, us))
    incoming = message_of(status, above, us, found=is_found and not concerns(status, us))
    if incoming.is_ours and incoming.recipient is None:
        return Nothing(OWN_POST)
    return [_as_edit(incoming)] if incoming.edited_at else [incoming]


def _as_edit(incoming: Incoming) -> Edit:
    assert incoming.edited_at
    return Edit(
        external_id=incoming.external_id, text=incoming.text, edited_at=incoming.edited_at, whole=incoming
    )


def _read_notification(notification: Json, received_at: datetime, us: str) -> list[Record] | Nothing:
    kind, status = text_in(notification, "type"), object_in(notification, "status")
    at = moment_in(notification, "created_at") or received_at
    if kind in _REACTIONS:
        return _read_reaction(notification, status, at, us)
    if kind == "moderation_warning":
        return [Notice(message=WARNED, advice=WARNED_ADVICE, at=at)]
    if kind in IGNORED:
        return Nothing(IGNORED[kind])
    if kind in _HEARS_STATUS:
        return _read_status(status, (), us, is_found=False) if status else Nothing(EMPTY_NOTICE)
    return Nothing(OTHER_KIND) if kind else _refuse()


def _read_reaction(notification: Json, status: Json, at: datetime, us: str) -> list[Record] | Nothing:
    author = author_of(object_in(notification, "account"))
    if not id_in(status, "id") or not author.id:
        return Nothing(EMPTY_NOTICE)
    if us and id_in(object_in(status, "account"), "id") != us:
        return Nothing(NOT_ABOUT_US)
    emoji = _REACTIONS[text_in(notification, "type")]
    return [
        Reaction(external_id=id_in(status, "id"), author=author, emoji=emoji, at=at, is_ours=author.id == us)
    ]
