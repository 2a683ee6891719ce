"""Read what the Graph API lists of an Instagram account: media, comments, where it is tagged, messages."""

from datetime import datetime

from allears.connectors.instagram.comments import NO_ID, NOBODY, NOT_FOR_US, author_in
from allears.connectors.interface import Author, Incoming, ItemKind, Nothing, Post, Record, Visibility
from allears.connectors.meta.attachments import UNSUPPORTED, address_in
from allears.connectors.meta.polling import Us, read_polled_message
from allears.connectors.meta.values import Json, count_in, id_in, moment_if_any, moment_of, object_in, text_in
from allears.connectors.words import mark

OWN_MEDIA = mark("It is a post of our own.")


def read_polled(polled: Json, us: Us, at: datetime) -> list[Record] | Nothing:
    """Read one polled piece."""
    value, what = object_in(polled, "value"), text_in(polled, "polled")
    if what == "message":
        found = read_polled_message(value, object_in(polled, "thread"), us, at, NOBODY)
        return [found] if found else Nothing(NO_ID)
    if what == "comment":
        return _comment(value, object_in(polled, "post"), us, at)
    if what == "tagged":
        return _tagged(value, us, at)
    return Nothing(OWN_MEDIA if what == "media" else NOT_FOR_US)


def _comment(value: Json, around: Json, us: Us, at: datetime) -> list[Record] | Nothing:
    name = id_in(value, "id")
    if not name:
        return Nothing(NO_ID)
    person = _person(value)
    is_ours = us.is_us(person)
    media = around or object_in(value, "media")
    post = post_of(media, us) if id_in(media, "id") else None
    text = text_in(value, "text")
    return [
        Incoming(
            external_id=name,
            author=_author(person, name, us) if is_ours else author_in(person, name),
            text=text,
            sent_at=moment_of(value.get("timestamp"), at),
            visibility=Visibility.PUBLIC,
            item=ItemKind.COMMENT,
            thread=post.id if post else id_in(value, "parent_id") or name,
            in_reply_to=id_in(value, "parent_id"),
            is_ours=is_ours,
            warnings=() if text else (UNSUPPORTED,),
            post=post,
            url=post.url if post else "",
        )
    ]


def _author(person: Json, name: str, us: Us) -> Author:
    """Name ourselves by our own id, however the answer called us."""
    told = author_in(person, name)
    return Author(id=us.id or told.id, name=told.name, handle=told.handle)


def _person(value: Json) -> Json:
    """Read who wrote, from whichever of its fields tells most."""
    told = object_in(value, "from") or object_in(value, "user")
    return {**told, "username": text_in(told, "username") or text_in(value, "username")}


def _tagged(value: Json, us: Us, at: datetime) -> list[Record] | Nothing:
    name = id_in(value, "id")
    if not name:
        return Nothing(NO_ID)
    person = _person(value)
    if us.is_us(person):
        return Nothing(OWN_MEDIA)
    text = text_in(value, "caption")
    return [
        Incoming(
            external_id=name,
            author=author_in(person, name),
            text=text,
            sent_at=moment_of(value.get("timestamp"), at),
            visibility=Visibility.PUBLIC,
            item=ItemKind.MENTION,
            thread=name,
            warnings=() if text else (UNSUPPORTED,),
            url=address_in(value, "permalink"),
            facts={"private": "no", "media": name, "comment": ""},
        )
    ]


def post_of(value: Json, us: Us) -> Post:
    """Read a post, with how many liked and commented it where that is told."""
    handle = text_in(value, "username")
    is_ours = not handle or not us.handle or handle == us.handle
    is_picture = text_in(value, "media_type") != "VIDEO"
    return Post(
        id=id_in(value, "id"),
        text=text_in(value, "caption"),
        author=author_in({"username": handle}, "") if handle else None,
        url=address_in(value, "permalink"),
        picture_url=address_in(value, "thumbnail_url")
        or (address_in(value, "media_url") if is_picture else ""),
        sent_at=moment_if_any(value.get("timestamp")),
        is_ours=is_ours,
        kind=(text_in(value, "media_product_type") or text_in(value, "media_type")).lower()[:40],
        likes=count_in(value, "like_count"),
        comments=count_in(value, "comments_count"),
        views=count_in(value, "view_count"),
    )
