"""Read what Instagram's webhooks tell of the public side: comments, live comments, mentions."""

from datetime import datetime

from allears.connectors.interface import (
    Author,
    Deletion,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Post,
    Record,
    Visibility,
)
from allears.connectors.meta.attachments import UNSUPPORTED
from allears.connectors.meta.door import Happening
from allears.connectors.meta.values import Json, id_in, moment_if_any, object_in, text_in
from allears.connectors.words import mark

NOBODY = "Instagram user"
NO_ID = mark("It has no id, so it can't be told from others.")
ONLY_FIGURES = mark("It tells how often a story was seen; there are no words in it.")
NOT_FOR_US = mark("It is something of Instagram's that holds no message.")
PUBLIC = frozenset({"comments", "live_comments"})
QUIET = {"story_insights": ONLY_FIGURES}
# What Instagram's own login delivers as a change instead of an event of a chat, and what it is there.
CHAT_FIELDS = {
    "messages": "message",
    "message_edit": "message_edit",
    "message_edits": "message_edit",
    "message_reactions": "reaction",
    "messaging_postbacks": "postback",
    "messaging_seen": "read",
    "messaging_referral": "referral",
    "messaging_optins": "optin",
    "messaging_handover": "pass_thread_control",
    "standby": "message",
}


def event_in(happening: Happening) -> Happening | None:
    """Return a change as the event of a chat that it is; None if it is none."""
    field = text_in(happening.value, "field")
    name = CHAT_FIELDS.get(field)
    if happening.place != "changes" or name is None:
        return None
    value = object_in(happening.value, "value")
    if "sender" not in value:
        sender = object_in(value, "from")
        value = {
            "sender": sender,
            "recipient": {"id": happening.account},
            "timestamp": value.get("timestamp"),
            name: value,
        }
    place = "standby" if field == "standby" else "messaging"
    return Happening(happening.account, place, value, happening.at)


def read_comment(happening: Happening) -> list[Record] | Nothing:
    """Read a comment, its end or its change; what is neither says why."""
    field, value = text_in(happening.value, "field"), object_in(happening.value, "value")
    if field not in PUBLIC:
        return Nothing(QUIET.get(field, NOT_FOR_US))
    name = id_in(value, "id") or id_in(value, "comment_id")
    if not name:
        return Nothing(NO_ID)
    verb = text_in(value, "verb")
    if verb in {"remove", "removed", "delete", "deleted"}:
        return [Deletion(external_id=name, at=happening.at)]
    whole = _comment(name, value, happening, is_live=field == "live_comments")
    if verb in {"edit", "edited"}:
        return [Edit(external_id=name, text=whole.text, edited_at=happening.at, whole=whole)]
    return [whole]


def _comment(name: str, value: Json, happening: Happening, *, is_live: bool) -> Incoming:
    author = author_in(object_in(value, "from"), name)
    media = object_in(value, "media")
    post = id_in(media, "original_media_id") or id_in(media, "id")
    parent = id_in(value, "parent_id")
    text = text_in(value, "text")
    told = moment_if_any(value.get("created_time")) or moment_if_any(value.get("timestamp"))
    facts = {"live": "1"} if is_live else {}
    kind = "ad" if id_in(media, "ad_id") else text_in(media, "media_product_type").lower()
    return Incoming(
        external_id=name,
        author=author,
        text=text,
        sent_at=told or happening.at,
        visibility=Visibility.PUBLIC,
        item=ItemKind.COMMENT,
        thread=post or parent or name,
        in_reply_to=parent,
        is_ours=author.id == happening.account or id_in(value, "from", "self_ig_scoped_id") == author.id,
        warnings=() if text else (UNSUPPORTED,),
        post=Post(id=post, is_ours=True, kind=kind[:40]) if post else None,
        facts=facts,
    )


def author_in(person: Json, otherwise: str) -> Author:
    """Read who wrote in public; where only the name of the account is told, that is who it is."""
    handle = text_in(person, "username")
    by_handle = f"@{handle}" if handle else ""
    known = id_in(person, "id") or by_handle or f"nobody:{otherwise}"
    return Author(
        id=known,
        name=text_in(person, "name") or handle or NOBODY,
        handle=handle,
        url=f"https://www.instagram.com/{handle}/" if handle else "",
        also=(by_handle,) if by_handle and known != by_handle else (),
    )


def name_change(happening: Happening) -> tuple[str, str]:
    """Name a change: a comment has one name, though an advertised post delivers it twice."""
    field, value = text_in(happening.value, "field"), object_in(happening.value, "value")
    order = (
        id_in(value, "media", "original_media_id") or id_in(value, "media", "id") or id_in(value, "media_id")
    )
    name = id_in(value, "id") or id_in(value, "comment_id")
    verb = text_in(value, "verb") or "add"
    if field in PUBLIC and name and verb in {"add", "removed", "remove"}:
        return f"comment:{verb}:{name}", order
    if field == "mentions" and (name or order):
        return f"mention:{name or order}", order
    return "", order


def mention_in(happening: Happening) -> tuple[str, str] | None:
    """Return the ids of the media and the comment in which we were mentioned ("" if in the media's own words)."""
    if text_in(happening.value, "field") != "mentions":
        return None
    value = object_in(happening.value, "value")
    return id_in(value, "media_id"), id_in(value, "comment_id")


def mention_message(node: Json, media: str, comment: str, at: datetime) -> Incoming | None:
    """Read the words in which we were mentioned, as the Graph API tells them; None if it tells none."""
    found = object_in(node, "mentioned_comment" if comment else "mentioned_media")
    name = comment or media
    if not found or not name:
        return None
    text = text_in(found, "text") or text_in(found, "caption")
    person = object_in(found, "from") or {"username": text_in(found, "username")}
    about = object_in(found, "media")
    post = Post(id=media, url=text_in(about, "permalink")) if comment and media else None
    return Incoming(
        external_id=name,
        author=author_in(person, name),
        text=text,
        sent_at=moment_if_any(found.get("timestamp")) or at,
        visibility=Visibility.PUBLIC,
        item=ItemKind.MENTION,
        thread=media or name,
        warnings=() if text else (UNSUPPORTED,),
        post=post,
        url=text_in(found, "permalink") or text_in(about, "permalink"),
        facts={"private": "no", "media": media, "comment": comment},
    )
