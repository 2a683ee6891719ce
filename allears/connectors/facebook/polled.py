"""Read what the Graph API lists of a page: the same messages as webhooks bring, in its other form."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from allears.connectors.facebook.feed import (
    DOES_NOT_RECOMMEND,
    FACTS,
    NO_ID,
    NOBODY,
    OWN_POST,
    RECOMMENDS,
    SITE,
)
from allears.connectors.interface import (
    Author,
    File,
    Incoming,
    ItemKind,
    Nothing,
    Post,
    Record,
    Visibility,
)
from allears.connectors.meta.attachments import UNSUPPORTED, address_in, remote_file
from allears.connectors.meta.polling import Us, person_of, read_polled_message
from allears.connectors.meta.values import (
    Json,
    count_in,
    id_in,
    moment_if_any,
    moment_of,
    object_in,
    text_in,
)
from allears.connectors.words import mark

NOT_A_MESSAGE = mark("It is something of Facebook's that holds no message.")


def read_polled(polled: Json, us: Us, at: datetime) -> list[Record] | Nothing:
    """Read one polled piece."""
    value = object_in(polled, "value")
    what = text_in(polled, "polled")
    if what == "message":
        found = read_polled_message(value, object_in(polled, "thread"), us, at, NOBODY)
        return [found] if found else Nothing(NO_ID)
    if what == "comment":
        return _comment(value, object_in(polled, "post"), us, at)
    if what == "rating":
        return _rating(value, us, at)
    if what in {"post", "mention"}:
        return _post(value, us, at, ItemKind.MENTION if what == "mention" else ItemKind.VISITOR_POST)
    return Nothing(NOT_A_MESSAGE)


def _comment(value: Json, around: Json, us: Us, at: datetime) -> list[Record] | Nothing:
    name = id_in(value, "id")
    if not name:
        return Nothing(NO_ID)
    post = post_of(around, us) if id_in(around, "id") else None
    parent = object_in(value, "parent")
    files, text = tuple(_attached(object_in(value, "attachment"))), text_in(value, "message")
    incoming = Incoming(
        external_id=name,
        author=person_of(object_in(value, "from"), NOBODY, name),
        text=text,
        sent_at=moment_of(value.get("created_time"), at),
        visibility=Visibility.PUBLIC,
        item=ItemKind.COMMENT,
        thread=post.id if post else id_in(parent, "id") or name,
        in_reply_to=id_in(parent, "id"),
        files=files,
        warnings=() if text or files else (UNSUPPORTED,),
        post=post,
        url=address_in(value, "permalink_url") or SITE + name,
        facts=_facts(value),
    )
    if not us.is_us(object_in(value, "from")):
        return [incoming]
    return [replace(incoming, is_ours=True, recipient=_answered(parent, name))]


def _answered(parent: Json, name: str) -> Author | None:
    """Return whom a comment of ours answers, if that is told."""
    person = object_in(parent, "from")
    return person_of(person, NOBODY, name) if id_in(person, "id") else None


def _facts(value: Json) -> dict[str, str]:
    """Keep what Facebook says can't be done."""
    names = {"can_hide": "hide", "can_comment": "comment", "can_reply_privately": "private"}
    return {ours: "no" for theirs, ours in names.items() if value.get(theirs) is False}


def _attached(attachment: Json) -> Iterator[File]:
    picture = address_in(attachment, "media", "image", "src")
    video = address_in(attachment, "media", "source")
    if video:
        yield remote_file(video, "video.mp4", "video/mp4")
    elif picture:
        yield remote_file(picture, "picture.jpg", "image/jpeg")


def _post(value: Json, us: Us, at: datetime, item: ItemKind) -> list[Record] | Nothing:
    name = id_in(value, "id")
    if not name:
        return Nothing(NO_ID)
    author = person_of(object_in(value, "from"), NOBODY, name)
    if author.id == us.id or (not object_in(value, "from") and item is ItemKind.VISITOR_POST):
        return Nothing(OWN_POST)
    picture = address_in(value, "full_picture")
    files = (remote_file(picture, "picture.jpg", "image/jpeg"),) if picture else ()
    text = text_in(value, "message")
    return [
        Incoming(
            external_id=name,
            author=author,
            text=text,
            sent_at=moment_of(value.get("created_time"), at),
            visibility=Visibility.PUBLIC,
            item=item,
            thread=name,
            files=files,
            warnings=() if text or files else (UNSUPPORTED,),
            url=address_in(value, "permalink_url") or SITE + name,
            facts=FACTS[item],
        )
    ]


def _rating(value: Json, us: Us, at: datetime) -> list[Record] | Nothing:
    name = id_in(value, "open_graph_story", "id")
    if not name:
        return Nothing(NO_ID)
    kind, stars = text_in(value, "recommendation_type"), count_in(value, "rating") or 0
    verdict = {"positive": RECOMMENDS, "negative": DOES_NOT_RECOMMEND}.get(kind, "★" * min(stars, 5))
    text = "\n".join(part for part in (verdict, text_in(value, "review_text")) if part)
    return [
        Incoming(
            external_id=name,
            author=person_of(object_in(value, "reviewer"), NOBODY, name),
            text=text,
            sent_at=moment_of(value.get("created_time"), at),
            visibility=Visibility.PUBLIC,
            item=ItemKind.RATING,
            thread=name,
            is_ours=us.is_us(object_in(value, "reviewer")),
            warnings=() if text else (UNSUPPORTED,),
            url=SITE + name,
            facts=FACTS[ItemKind.RATING],
        )
    ]


def post_of(value: Json, us: Us) -> Post:
    """Read a public post, with how many liked, shared and commented it where that is told."""
    name = id_in(value, "id")
    person = object_in(value, "from")
    is_ours = us.is_us(person) or (not person and name.startswith(f"{us.id}_"))
    author = Author(id=id_in(person, "id"), name=text_in(person, "name")) if id_in(person, "id") else None
    return Post(
        id=name,
        text=text_in(value, "message") or text_in(value, "story"),
        author=author,
        url=address_in(value, "permalink_url") or SITE + name,
        picture_url=address_in(value, "full_picture"),
        sent_at=moment_if_any(value.get("created_time")),
        is_ours=is_ours,
        kind="ad" if value.get("is_published") is False else text_in(value, "status_type")[:40],
        likes=count_in(value, "reactions", "summary", "total_count"),
        comments=count_in(value, "comments", "summary", "total_count"),
        shares=count_in(value, "shares", "count"),
    )
