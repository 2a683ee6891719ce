"""Cut what X delivers, and the pages that polls get, into pieces that each stand alone.

A piece has the id of its post or message as its key, however it came; so what a webhook brought is not
taken in again when a poll sees it. Its newest id tells the versions of an edited post apart.
"""

from typing import Any

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Piece
from allears.connectors.meta.values import (
    Json,
    id_in,
    list_in,
    object_in,
    objects_in,
    parse_object,
    text_in,
    write_json,
)
from allears.connectors.x.direct import old_events_in, thread_of
from allears.connectors.x.old_posts import is_old_post
from allears.connectors.x.posts import references_of, root_of
from allears.connectors.x.words import NOT_FROM_X

GONE = "gone"
MESSAGE_EVENTS = {"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"}
OLD_LISTS = (
    "direct_message_events",
    "direct_message_mark_read_events",
    "direct_message_indicate_typing_events",
    "tweet_create_events",
    "tweet_delete_events",
    "user_event",
)
NOT_FOUND = "resource-not-found"


def cut_delivery(body: bytes) -> list[Piece]:
    """Cut a pushed delivery, or a line of the stream. Raise Unreadable if X sends no such thing."""
    told = parse_object(body)
    event = object_in(told, "data")
    if "payload" in event:
        return _cut_event(body, told, event)
    if any(name in told for name in OLD_LISTS):
        return _cut_old(told)
    if "text" in event and id_in(event, "id"):
        return [_piece_of(event, object_in(told, "includes"))]
    if id_in(told, "for_user_id") or id_in(event, "event_type"):
        return [Piece(body=body, account=id_in(told, "for_user_id"))]
    raise Unreadable(NOT_FROM_X)


def _cut_event(body: bytes, told: Json, event: Json) -> list[Piece]:
    payload = object_in(event, "payload")
    account = id_in(event, "filter", "user_id") or id_in(payload, "user_id")
    messages = old_events_in(payload)
    if len(messages) > 1:
        return [
            _replaced(told, event, {**payload, "direct_message_events": [one]}, account, one)
            for one in messages
        ]
    key, order = _names_of_event(text_in(event, "event_type"), payload, messages)
    return [
        Piece(body=body, key=key or f"event:{id_in(event, 'event_uuid')}", order_key=order, account=account)
    ]


def _replaced(told: Json, event: Json, payload: Json, account: str, one: Json) -> Piece:
    key, order = _names_of_event("", payload, [one])
    whole = {**told, "data": {**event, "payload": payload}}
    return Piece(body=write_json(whole), key=key, order_key=order, account=account)


def _names_of_event(kind: str, payload: Json, messages: list[Json]) -> tuple[str, str]:
    """Name a piece by what it is about, and the exchange in which order must be kept."""
    number = id_in(payload, "id")
    if messages:
        body = object_in(messages[0], "message_create")
        between = thread_of("", id_in(body, "sender_id"), id_in(body, "target", "recipient_id"))
        return f"dm:{id_in(messages[0], 'id')}", between
    if kind == "post.delete" and number:
        return f"gone:{number}", number
    if kind.startswith("post.") and number:
        return f"post:{number}", root_of(payload)
    if kind.startswith("dm.") and number and id_in(payload, "sender_id"):
        return f"dm:{number}", thread_of(id_in(payload, "dm_conversation_id"))
    return "", ""


def _cut_old(told: Json) -> list[Piece]:
    """Cut a delivery of the Account Activity API, one piece for each thing in it."""
    account = id_in(told, "for_user_id")
    shared: Json = {name: told[name] for name in ("for_user_id", "users") if name in told}
    pieces = []
    for name in OLD_LISTS:
        if name not in told:
            continue
        for one in list_in(told, name) or [told[name]]:
            body = write_json({**shared, name: [one] if isinstance(told[name], list) else one})
            key, order = _names_of_old(name, one if isinstance(one, dict) else {})
            pieces.append(Piece(body=body, key=key, order_key=order, account=account))
    return pieces


def _names_of_old(name: str, one: Json) -> tuple[str, str]:
    if name == "direct_message_events" and id_in(one, "id"):
        return _names_of_event("", {}, [one])
    if name == "tweet_create_events" and id_in(one, "id_str"):
        return f"post:{id_in(one, 'id_str')}", id_in(one, "in_reply_to_status_id_str") or id_in(one, "id_str")
    if name == "tweet_delete_events" and id_in(one, "status", "id"):
        return f"gone:{id_in(one, 'status', 'id')}", id_in(one, "status", "id")
    return "", ""


def cut_page(page: bytes) -> list[Piece]:
    """Cut an answer of API 2 into its posts and messages, newest last, and what is there no more."""
    told = _parse_any(page)
    includes = object_in(told, "includes")
    rows = [*objects_in(told, "data")] or [object_in(told, "data")]
    pieces = [_piece_of(row, includes) for row in rows if _is_item(row)]
    pieces += [_old_piece(row) for row in [*objects_in(told, "statuses"), told] if is_old_post(row)]
    pieces.reverse()
    pieces += [_gone(error) for error in objects_in(told, "errors") if is_gone(error)]
    return pieces or [Piece(body=write_json(told))]


def _parse_any(page: bytes) -> Json:
    """Parse a page; API 1.1 gives bare lists."""
    if page.lstrip()[:1] == b"[":
        return parse_object(b'{"statuses":' + page.strip() + b"}")
    return parse_object(page)


def _is_item(row: Json) -> bool:
    is_message = text_in(row, "event_type") in MESSAGE_EVENTS
    return bool(id_in(row, "id")) and ("text" in row or is_message)


def _piece_of(row: Json, includes: Json) -> Piece:
    """Put one post or message into a piece, with what came along for it and nothing else."""
    body = write_json({"data": row, "includes": _for_one(row, includes)})
    number = id_in(row, "id")
    if text_in(row, "event_type") in MESSAGE_EVENTS:
        return Piece(body=body, key=f"dm:{number}", order_key=thread_of(id_in(row, "dm_conversation_id")))
    return Piece(body=body, key=f"post:{number}", order_key=root_of(row))


def _old_piece(row: Json) -> Piece:
    key, order = _names_of_old("tweet_create_events", row)
    return Piece(body=write_json(row), key=key, order_key=order)


def _for_one(row: Json, includes: Json) -> Json:
    """Choose what came along for one row: the people and posts it names, its files, and those posts' authors."""
    posts = [
        object_in(one, "data") or one for name in ("tweets", "posts") for one in objects_in(includes, name)
    ]
    wanted = {*references_of(row).values(), id_in(row, "conversation_id")}
    near = [one for one in posts if id_in(one, "id") in wanted]
    people = {str(one) for one in list_in(row, "participant_ids")}
    people |= {
        id_in(one, name) for one in [row, *near] for name in ("author_id", "sender_id", "in_reply_to_user_id")
    }
    keys = {str(key) for one in [row, *near] for key in list_in(one, "attachments", "media_keys")}
    chosen: dict[str, list[Any]] = {
        "users": [
            one
            for one in objects_in(includes, "users")
            if id_in(object_in(one, "data") or one, "id") in people
        ],
        "tweets": near,
        "media": [one for one in objects_in(includes, "media") if id_in(one, "media_key") in keys],
    }
    return {name: rows for name, rows in chosen.items() if rows}


def is_gone(error: Json) -> bool:
    """Say whether a problem tells that a post that was asked for is there no more."""
    kind = text_in(error, "type").endswith(NOT_FOUND) and text_in(error, "resource_type") in {"tweet", "post"}
    return kind and text_in(error, "parameter") in {"ids", "id", ""} and bool(_id_gone(error))


def _id_gone(error: Json) -> str:
    return id_in(error, "resource_id") or id_in(error, "value")


def _gone(error: Json) -> Piece:
    number = _id_gone(error)
    return Piece(body=write_json({GONE: number}), key=f"gone:{number}", order_key=number)
