"""Translate one message of Telegram."""

from datetime import datetime

from allears.connectors.interface import Author, Incoming, ItemKind, MessageKind, Post, Visibility
from allears.connectors.meta.values import Json, id_in, moment_if_any, object_in, objects_in, text_in
from allears.connectors.telegram.contents import Content, content_of, name_of
from allears.connectors.telegram.places import Place, is_private, place_of, url_of

# Behind these stand people: whoever writes in a group's or a channel's name.
SHARED_BOTS = frozenset({"1087968824", "136817688"})


def incoming_of(message: Json, content: Content, us: str, received_at: datetime) -> Incoming:
    """Translate a message that says something. `us` is our bot's id."""
    place, chat = place_of(message), object_in(message, "chat")
    number = id_in(message, "message_id")
    is_ours = _is_ours(message, place, us)
    return Incoming(
        external_id=place.id_of(number),
        author=author_of(message),
        text=content.text,
        sent_at=moment_if_any(message.get("date")) or received_at,
        visibility=Visibility.PRIVATE if is_private(chat) else Visibility.PUBLIC,
        kind=_kind_of(message, content),
        item=item_of(message, us),
        thread=place.thread,
        in_reply_to=_answered(message, place),
        is_ours=is_ours,
        recipient=person_of(chat) if is_ours and place.business else None,
        quoted=text_in(message, "quote", "text"),
        files=content.files,
        warnings=content.warnings,
        post=post_of(message),
        url=url_of(chat, number),
        edited_at=moment_if_any(message.get("edit_date")),
        facts=facts_of(message, place),
    )


def _answered(message: Json, place: Place) -> str:
    number = id_in(message, "reply_to_message", "message_id")
    return place.id_of(number) if number else ""


def _is_ours(message: Json, place: Place, us: str) -> bool:
    """In a business account's chat, whoever is not the customer is us, by hand or by a bot."""
    writer = id_in(message, "from", "id")
    return writer == us or (bool(place.business) and bool(writer) and writer != place.chat)


def author_of(message: Json) -> Author:
    """Say who wrote it: a person, or the chat in whose name it was written."""
    chat, person = object_in(message, "sender_chat"), object_in(message, "from")
    if chat and (not person or id_in(person, "id") in SHARED_BOTS):
        return person_of(chat)
    return person_of(person or object_in(message, "chat"))


def person_of(person: Json) -> Author:
    """Translate a user, or a chat that acts like one."""
    handle = text_in(person, "username")
    return Author(
        id=id_in(person, "id"),
        name=name_of(person) or handle,
        handle=handle,
        language=text_in(person, "language_code")[:16],
        url=f"https://t.me/{handle}" if handle else "",
    )


def _kind_of(message: Json, content: Content) -> MessageKind:
    """What a machine wrote waits for nobody; nor does the press of the button that opens a chat with a bot."""
    person = object_in(message, "from")
    is_bot = person.get("is_bot") is True and id_in(person, "id") not in SHARED_BOTS
    is_start = is_private(object_in(message, "chat")) and content.text.partition(" ")[0] == "/start"
    is_away = message.get("is_from_offline") is True
    return MessageKind.AUTO_REPLY if is_bot or is_start or is_away else MessageKind.MESSAGE


def item_of(message: Json, us: str) -> ItemKind:
    """Say what it is beside the place it stands in."""
    if is_private(object_in(message, "chat")):
        return ItemKind.STORY_REPLY if "reply_to_story" in message else ItemKind.DIRECT
    answered = object_in(message, "reply_to_message")
    if answered.get("is_automatic_forward") is True:
        return ItemKind.COMMENT
    if us and id_in(answered, "from", "id") == us:
        return ItemKind.REPLY
    return ItemKind.MENTION if mentions_somebody(message) else ItemKind.NONE


def mentions_somebody(message: Json) -> bool:
    """Say whether a message in a group turns to somebody by name, or gives a bot a command."""
    entities = [*objects_in(message, "entities"), *objects_in(message, "caption_entities")]
    return any(text_in(entity, "type") in {"mention", "text_mention", "bot_command"} for entity in entities)


def post_of(message: Json) -> Post | None:
    """Return the post of a channel that a comment in its linked group stands under."""
    post = object_in(message, "reply_to_message")
    if post.get("is_automatic_forward") is not True:
        return None
    channel = object_in(post, "forward_origin", "chat") or object_in(post, "sender_chat")
    number = id_in(post, "forward_origin", "message_id") or id_in(post, "forward_from_message_id")
    return Post(
        id=f"{id_in(channel, 'id')}:{number}" if number else place_of(post).id_of(id_in(post, "message_id")),
        text=content_of(post).text,
        author=person_of(channel),
        url=url_of(channel, number) if number else "",
        sent_at=moment_if_any(object_in(post, "forward_origin").get("date"))
        or moment_if_any(post.get("date")),
        is_ours=True,
        kind="channel post",
    )


def facts_of(message: Json, place: Place) -> dict[str, str]:
    """What decides later what can be done with it."""
    origin = object_in(message, "forward_origin")
    whose = name_of(
        object_in(origin, "sender_user") or object_in(origin, "chat") or object_in(origin, "sender_chat")
    )
    found = {
        "chat": place.chat,
        "chat_type": text_in(message, "chat", "type"),
        "chat_title": text_in(message, "chat", "title"),
        "business": place.business,
        "album": id_in(message, "media_group_id"),
        "forwarded_from": whose or text_in(origin, "sender_user_name"),
        "writer": "chat" if author_of(message).id.startswith("-") else "",
    }
    return {name: value[:120] for name, value in found.items() if value}
