"""Translate one envelope: an event of the Activity API, one post or message of API 2, or the older shape."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Account, Deletion, Delivery, Nothing, Notice, Record, Who
from allears.connectors.meta.values import (
    Json,
    id_in,
    moment_of,
    object_in,
    objects_in,
    parse_object,
    text_in,
)
from allears.connectors.x.cutting import GONE, MESSAGE_EVENTS, OLD_LISTS
from allears.connectors.x.direct import old_events_in, read_event, read_old_event, read_receipt, read_sealed
from allears.connectors.x.old_posts import as_post, is_old_post
from allears.connectors.x.people import users_in
from allears.connectors.x.posts import read_post
from allears.connectors.x.words import (
    NO_ID,
    NO_MATTER,
    NO_RECORD,
    OUR_POST,
    REVOKED,
    REVOKED_ADVICE,
    TYPING,
)

POSTS = {"post.create", "post.mention.create", "post.reply.create", "post.quote.create"}


def read_delivery(delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
    """Translate one piece. Raise Unreadable when it can't be."""
    body, at = parse_object(delivery.body), delivery.received_at
    us, data = account.settings.get("account_id", ""), object_in(body, "data")
    if "payload" in data:
        return _read_activity(data, us or id_in(data, "filter", "user_id"), at)
    if any(name in body for name in OLD_LISTS):
        return _read_old(body, us or id_in(body, "for_user_id"), at)
    return _read_row(body, data, us, at)


def _read_row(body: Json, data: Json, us: str, at: datetime) -> Sequence[Record] | Nothing:
    """Translate one row of a page: a message, a post, or that a post is gone."""
    if GONE in body:
        return [Deletion(external_id=id_in(body, GONE), at=at, by=Who.AUTHOR)]
    if id_in(data, "id") and (text_in(data, "event_type") in MESSAGE_EVENTS or "dm_conversation_id" in data):
        return read_event(data, object_in(body, "includes"), us, at)
    if is_old_post(body):
        return read_post(*as_post(body), us, at)
    if id_in(data, "id") and "text" in data:
        return read_post(data, object_in(body, "includes"), us, at)
    return Nothing(NO_RECORD)


def _read_activity(event: Json, us: str, at: datetime) -> Sequence[Record] | Nothing:
    kind, payload = text_in(event, "event_type"), object_in(event, "payload")
    if kind in POSTS:
        return read_post(payload, object_in(event, "includes"), us, at)
    if kind == "post.delete":
        return _gone(payload, us, at)
    if kind in {"dm.received", "dm.sent", "dm.read", "dm.indicate_typing"}:
        return _read_message(kind, payload, object_in(event, "includes"), us, at)
    if kind == "chat.received":
        return read_sealed(payload, us, at)
    if kind == "oauth.revoke":
        return _revoked(payload, us, at)
    return Nothing(NO_MATTER)


def _read_message(
    kind: str, payload: Json, includes: Json, us: str, at: datetime
) -> Sequence[Record] | Nothing:
    if kind == "dm.indicate_typing":
        return Nothing(TYPING)
    if kind == "dm.read":
        reads = [*objects_in(payload, "direct_message_mark_read_events")] or [payload]
        return _all(read_receipt(one, us, at) for one in reads)
    users = {**users_in(includes), **users_in(payload)}
    old = old_events_in(payload)
    if old:
        return _all(read_old_event(one, users, us, at) for one in old)
    return read_event(payload, {**includes, "users": list(users.values())}, us, at)


def _read_old(body: Json, us: str, at: datetime) -> Sequence[Record] | Nothing:
    users = users_in(body)
    read: list[Sequence[Record] | Nothing] = []
    read += [read_old_event(one, users, us, at) for one in old_events_in(body)]
    read += [read_receipt(one, us, at) for one in objects_in(body, "direct_message_mark_read_events")]
    read += [read_post(*as_post(one), us, at) for one in objects_in(body, "tweet_create_events")]
    for one in objects_in(body, "tweet_delete_events"):
        read.append(_gone({**object_in(one, "status"), "author_id": id_in(one, "status", "user_id")}, us, at))
    revoked = object_in(body, "user_event", "revoke")
    if revoked:
        read.append(_revoked({"user_id": id_in(revoked, "source", "user_id"), **revoked}, us, at))
    return (
        _all(read)
        if read
        else Nothing(TYPING if "direct_message_indicate_typing_events" in body else NO_MATTER)
    )


def _all(read: Iterable[Sequence[Record] | Nothing]) -> Sequence[Record] | Nothing:
    """Put together what several events say; if none says anything, why the last does not."""
    answers = list(read)
    records = [record for answer in answers if not isinstance(answer, Nothing) for record in answer]
    reasons = [answer for answer in answers if isinstance(answer, Nothing)]
    return records or (reasons[-1] if reasons else Nothing(NO_RECORD))


def _gone(payload: Json, us: str, at: datetime) -> Sequence[Record] | Nothing:
    number = id_in(payload, "id")
    if not number:
        raise Unreadable(NO_ID)
    by = Who.US if us and id_in(payload, "author_id") == us else Who.AUTHOR
    return [Deletion(external_id=number, at=moment_of(payload.get("deleted_at"), at), by=by)]


def _revoked(payload: Json, us: str, at: datetime) -> Sequence[Record] | Nothing:
    if us and id_in(payload, "user_id") not in {us, ""}:
        return Nothing(OUR_POST)
    told = moment_of(payload.get("date_time"), at)
    return [Notice(message=REVOKED, at=told, advice=REVOKED_ADVICE, disconnects=True)]
