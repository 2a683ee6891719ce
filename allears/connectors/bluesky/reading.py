"""Cut what the server says into pieces, and read each piece.

A piece is {"heard": what, "item": as the server gave it}. `view` is the post as it stood when it was heard,
`above` the posts it stands under, `people` the profiles of those in it. One post has one key, however heard.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from allears.connectors.bluesky.facets import text_with_links
from allears.connectors.bluesky.places import POST as POST_COLLECTION
from allears.connectors.bluesky.places import place_of, url_of
from allears.connectors.bluesky.posts import CONVO, author_of, message_of, record_of
from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Author,
    Deletion,
    Delivery,
    Incoming,
    ItemKind,
    Nothing,
    Piece,
    Post,
    Reaction,
    Record,
    Visibility,
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
from allears.connectors.words import mark

NOTIFICATION, POST, LOG, DELETED = "notification", "post", "log", "deleted"

NOT_OF_BLUESKY = mark("This is nothing that a server of Bluesky says.")
NO_MESSAGE = mark("The direct message lacks what every message has (%(field)s).")
FOLLOWED = mark("Somebody follows us now. That needs no answer.")
OTHER_REASON = mark("Bluesky tells of something that needs no answer.")
OWN_POST = mark("Our own post, to nobody in particular.")
NOT_ABOUT_US = mark("Somebody reacted to a post that is not ours.")
OWN_COPY = mark("A direct message was removed from our own view only.")
CHAT_NEWS = mark("News about a direct conversation, without words.")
SHARED_POST = mark("They sent a post along.")
_HEARS_POST = {"mention", "reply", "quote"}
_REACTIONS = {"like": "❤️", "repost": "🔁"}


def piece_of_post(
    item: Json, view: Json, above: Iterable[Json] = (), known: Json | None = None, *, heard: str = POST
) -> Piece:
    """Wrap a post, or the notification about it."""
    value: Json = {"heard": heard, "item": item, "view": view, "above": list(above), "known": known or {}}
    uri = text_in(item, "uri")
    root = text_in(object_in(object_in(record_of(view) or record_of(item), "reply"), "root"), "uri")
    kept = {name: part for name, part in value.items() if part}
    return Piece(body=write(kept), key=f"p:{uri}" if uri else "", order_key=root or uri, source=uri)


def piece_of_notification(item: Json) -> Piece:
    """Wrap a notification as it is."""
    if text_in(item, "reason") in _HEARS_POST:
        return piece_of_post(item, {}, heard=NOTIFICATION)
    uri = text_in(item, "uri")
    subject = text_in(item, "reasonSubject")
    body = write({"heard": NOTIFICATION, "item": item})
    return Piece(body=body, key=f"n:{uri}" if uri else "", order_key=subject or uri, source=uri)


def piece_of_deletion(uri: str, at: datetime) -> Piece:
    """Wrap the news that a post is gone."""
    return Piece(
        body=write({"heard": DELETED, "item": {"uri": uri}, "at": at.isoformat()}), key=f"d:{uri}", source=uri
    )


def piece_of_log(item: Json, people: Sequence[Json] = ()) -> Piece:
    """Wrap an event of the direct messages, with the profiles of those in the conversation."""
    convo, message = id_in(item, "convoId"), object_in(item, "message")
    kind = text_in(item, "$type").rsplit("#", 1)[-1]
    key = (
        f"m:{id_in(message, 'id')}"
        if kind == "logCreateMessage"
        else f"l:{convo}:{kind}:{id_in(item, 'rev')}"
    )
    value: Json = {"heard": LOG, "item": item}
    if people:
        value["people"] = list(people)
    return Piece(body=write(value), key=key if message else "", order_key=convo, source=id_in(message, "id"))


def cut_page(page: bytes) -> list[Piece]:
    """Cut an answer of the server; a recording of request and response is taken for its answer."""
    value = parse(page)
    if isinstance(value, dict) and isinstance(value.get("response"), dict):
        value = object_in(object_in(value, "response"), "body")
    if not isinstance(value, dict):
        raise Unreadable(NOT_OF_BLUESKY)
    lists = {name: objects_in(value, name) for name in ("notifications", "posts", "feed", "logs", "messages")}
    if not any(isinstance(value.get(name), list) for name in lists) and not _single(value):
        raise Unreadable(NOT_OF_BLUESKY)
    pieces = [piece_of_notification(one) for one in lists["notifications"]]
    pieces += [piece_of_post(one, one) for one in lists["posts"]]
    pieces += [_piece_of_feed(one) for one in lists["feed"]]
    pieces += [piece_of_log(one, objects_in(one, "relatedProfiles")) for one in lists["logs"]]
    pieces += [piece_of_log({"$type": "#logCreateMessage", "message": one}) for one in lists["messages"]]
    return pieces + list(_single(value))


def _piece_of_feed(entry: Json) -> Piece:
    """Wrap an entry of a feed: a post, and what it replies to."""
    reply = object_in(entry, "reply")
    above = [one for name in ("root", "parent") if (one := object_in(reply, name))]
    return piece_of_post(object_in(entry, "post"), object_in(entry, "post"), above)


def _single(value: Json) -> list[Piece]:
    if "heard" in value:
        return [Piece(body=write(value))]
    if isinstance(value.get("thread"), dict):
        return list(_pieces_of_thread(object_in(value, "thread")))
    if text_in(value, "reason") and text_in(value, "uri"):
        return [piece_of_notification(value)]
    place = place_of(text_in(value, "uri"))
    if place and place.collection == POST_COLLECTION and record_of(value):
        return [piece_of_post(value, value)]
    return []


def _pieces_of_thread(thread: Json) -> Iterator[Piece]:
    """Cut a thread; what is blocked or gone in it has no post."""
    waiting = [thread]
    while waiting:
        one = waiting.pop()
        if post := object_in(one, "post"):
            yield piece_of_post(post, post)
        waiting += objects_in(one, "replies")


def read_piece(delivery: Delivery, us: str) -> list[Record] | Nothing:
    """Read one piece, or a bare item as the server gives it."""
    value = parse(delivery.body)
    if not isinstance(value, dict):
        raise Unreadable(NOT_OF_BLUESKY)
    if "heard" not in value:
        pieces = _single(value)
        if len(pieces) != 1:
            raise Unreadable(NOT_OF_BLUESKY)
        value = parse(pieces[0].body)
    heard, item = text_in(value, "heard"), object_in(value, "item")
    if heard == LOG:
        return _read_log(item, objects_in(value, "people"), us)
    if heard == DELETED and text_in(item, "uri"):
        return [Deletion(external_id=text_in(item, "uri"), at=moment_in(value, "at") or delivery.received_at)]
    if heard == NOTIFICATION:
        return _read_notification(value, item, delivery.received_at, us)
    if heard == POST:
        return _read_post(value, item, us)
    raise Unreadable(NOT_OF_BLUESKY)


def _read_notification(value: Json, item: Json, received_at: datetime, us: str) -> list[Record] | Nothing:
    reason = text_in(item, "reason")
    if reason in _HEARS_POST:
        return _read_post(value, item, us)
    if reason in _REACTIONS:
        author, subject = author_of(object_in(item, "author")), text_in(item, "reasonSubject")
        if not author.id or not subject:
            raise Unreadable(NOT_OF_BLUESKY)
        if us and not subject.startswith(f"at://{us}/"):
            return Nothing(NOT_ABOUT_US)
        at = moment_in(item, "indexedAt") or received_at
        return [Reaction(external_id=subject, author=author, emoji=_REACTIONS[reason], at=at)]
    if not reason:
        raise Unreadable(NOT_OF_BLUESKY)
    return Nothing(FOLLOWED if reason == "follow" else OTHER_REASON)


def _read_post(value: Json, item: Json, us: str) -> list[Record] | Nothing:
    above = {text_in(one, "uri"): one for one in objects_in(value, "above")}
    view, known = object_in(value, "view"), object_in(value, "known")
    incoming = message_of(item, view, above, known or None, us, text_in(item, "reason"))
    if incoming.is_ours and incoming.recipient is None:
        return Nothing(OWN_POST)
    return [incoming]


def _read_log(item: Json, people: Sequence[Json], us: str) -> list[Record] | Nothing:
    kind, message = text_in(item, "$type").rsplit("#", 1)[-1], object_in(item, "message")
    profiles = {id_in(one, "did"): one for one in (*objects_in(item, "relatedProfiles"), *people)}
    if kind == "logCreateMessage":
        is_gone = text_in(message, "$type").endswith("#deletedMessageView")
        return Nothing(OWN_COPY) if is_gone else _read_message(item, message, profiles, us)
    if kind in {"logAddReaction", "logRemoveReaction"}:
        return _read_reaction(item, message, profiles, us, is_removed=kind == "logRemoveReaction")
    if not kind:
        raise Unreadable(NOT_OF_BLUESKY)
    return Nothing(OWN_COPY if kind == "logDeleteMessage" else CHAT_NEWS)


def _person(did: str, profiles: dict[str, Json]) -> Author:
    return author_of({"did": did, **profiles.get(did, {})})


def _read_message(item: Json, message: Json, profiles: dict[str, Json], us: str) -> list[Record] | Nothing:
    id_, sender, sent_at = _basics_of(message)
    convo, is_ours = id_in(item, "convoId"), bool(us) and sender == us
    others = [did for did in profiles if did not in {"", us}]
    if is_ours and not others:
        return Nothing(CHAT_NEWS)
    post = _post_sent_along(message)
    return [
        Incoming(
            external_id=id_,
            author=_person(sender, profiles),
            text="\n\n".join(filter(None, (text_with_links(message).strip(), post.url if post else ""))),
            sent_at=sent_at,
            visibility=Visibility.PRIVATE,
            item=ItemKind.DIRECT,
            thread=f"convo:{convo}" if convo else f"with:{sender}",
            in_reply_to=id_in(object_in(message, "replyTo"), "id"),
            is_ours=is_ours,
            recipient=_person(others[0], profiles) if is_ours else None,
            warnings=(SHARED_POST,) if post else (),
            facts={CONVO: convo} if convo else {},
        )
    ]


def _basics_of(message: Json) -> tuple[str, str, datetime]:
    """Give a direct message's id, its sender and its moment. Raise Unreadable where one is missing."""
    id_, sender = id_in(message, "id"), id_in(object_in(message, "sender"), "did")
    sent_at = moment_in(message, "sentAt")
    for name, found in (("id", id_), ("sender", sender), ("sentAt", sent_at)):
        if not found:
            raise Unreadable(NO_MESSAGE, field=name)
    assert sent_at
    return id_, sender, sent_at


def _post_sent_along(message: Json) -> Post | None:
    embed = object_in(message, "embed")
    record = object_in(embed, "record")
    uri = text_in(record, "uri")
    handle = text_in(object_in(record, "author"), "handle")
    return Post(id=uri, url=url_of(uri, handle)) if url_of(uri, handle) else None


def _read_reaction(
    item: Json, message: Json, profiles: dict[str, Json], us: str, *, is_removed: bool
) -> list[Record] | Nothing:
    reaction = object_in(item, "reaction")
    id_, sender = id_in(message, "id"), id_in(object_in(reaction, "sender"), "did")
    at = moment_in(reaction, "createdAt") or moment_in(message, "sentAt")
    if not id_ or not sender or at is None:
        raise Unreadable(NO_MESSAGE, field="reaction")
    emoji = text_in(reaction, "value")
    author = _person(sender, profiles)
    is_ours = bool(us) and sender == us
    return [
        Reaction(external_id=id_, author=author, emoji=emoji, at=at, is_removed=is_removed, is_ours=is_ours)
    ]
