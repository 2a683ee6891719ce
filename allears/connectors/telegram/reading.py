"""Read updates of Telegram: cut what arrived into them, and translate each."""

import json
from collections.abc import Callable
from datetime import datetime

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Deletion,
    Edit,
    Incoming,
    Nothing,
    Notice,
    Piece,
    Reaction,
    Record,
    Renaming,
)
from allears.connectors.meta.values import (
    Json,
    clean_text,
    id_in,
    list_in,
    moment_of,
    object_in,
    objects_in,
    parse_object,
    text_in,
    write_json,
)
from allears.connectors.telegram.contents import SERVICE, content_of, name_of
from allears.connectors.telegram.messages import facts_of, incoming_of, item_of, mentions_somebody, person_of
from allears.connectors.telegram.places import PRESS, Place, is_private, place_of
from allears.connectors.words import mark

NO_UPDATE = mark("This is no update of Telegram: it has no update_id.")
NO_PAGE = mark("This is no answer of Telegram with updates.")
NO_MESSAGE_ID = mark("The message has no number, or does not say in which chat it stands.")

NOTHING_SAID = mark("A message without words, of which Telegram tells no more.")
SERVICE_MESSAGE = mark("Telegram tells what happened in the chat; nobody said anything.")
OWN_POST = mark("A post of a channel of ours. It is shown beside the comments that it gets.")
OWN_WORDS = mark("Our bot's own words.")
NOT_ADDRESSED = mark("Said in a group, but not to us; the channel's settings keep such words away.")
COUNTED = mark("How often people reacted, without their names.")
BLOCKED = mark("The customer blocked the bot, or opened the chat again.")
ANONYMOUS_PRESS = mark("A button was pressed under a message that is not ours to see.")
NOT_FOR_DESK = mark("Telegram tells of something that no care desk answers.")
NOT_KNOWN = mark("Telegram tells of something that All Ears does not know yet.")
NO_REACTION = mark("A reaction by nobody, or to nothing.")

REMOVED = mark("The bot was removed from the group %(group)s.")
REMOVED_ADVICE = mark("What is said there is no longer heard. Add the bot again if that was not meant.")
ADDED = mark("The bot is now in the group %(group)s.")
BUSINESS_ON = mark("%(name)s connected the bot to their business account; their chats are heard here.")
BUSINESS_MUTE = mark("%(name)s connected the bot to their business account, but does not let it reply.")
BUSINESS_MUTE_ADVICE = mark("They can allow it in Telegram: Settings, Telegram Business, Chatbots.")
BUSINESS_OFF = mark("%(name)s disconnected the bot from their business account.")

MESSAGES = ("message", "business_message", "channel_post")
EDITS = ("edited_message", "edited_business_message", "edited_channel_post")
_OTHERS = """guest_message inline_query chosen_inline_result shipping_query pre_checkout_query purchased_paid_media poll
    poll_answer chat_member chat_join_request chat_boost removed_chat_boost managed_bot"""
OTHERS = frozenset(_OTHERS.split())
HEARD = (
    *MESSAGES,
    *EDITS,
    "business_connection",
    "deleted_business_messages",
    "message_reaction",
    "callback_query",
    "my_chat_member",
)
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
Records = list[Record] | Nothing


def cut_update(body: bytes) -> list[Piece]:
    """Take one update as it was delivered."""
    return [_piece(parse_object(body), body)]


def cut_updates(page: bytes) -> list[Piece]:
    """Cut an answer of `getUpdates` into updates."""
    answer = parse_object(page)
    if answer.get("ok") is not True or not isinstance(answer.get("result"), list):
        raise Unreadable(NO_PAGE)
    return [_piece(update, write_json(update)) for update in objects_in(answer, "result")]


def _piece(update: Json, body: bytes) -> Piece:
    """Name an update: by its number, and by the chat in which it must stay in order."""
    if not id_in(update, "update_id"):
        raise Unreadable(NO_UPDATE)
    told = next((object_in(update, name) for name in update if name != "update_id"), {})
    return Piece(body=body, key=id_in(update, "update_id"), order_key=id_in(told, "chat", "id"))


def read_update(body: bytes, us: str, groups: str, received_at: datetime) -> Records:
    """Translate one update. `groups` says what to hear there: "all", or what is "addressed" to us."""
    update = parse_object(body)
    if not id_in(update, "update_id"):
        raise Unreadable(NO_UPDATE)
    for name, read in _READERS.items():
        if isinstance(update.get(name), dict):
            return read(object_in(update, name), us, received_at)
    for name in (*MESSAGES, *EDITS):
        if isinstance(update.get(name), dict):
            return _read_message(object_in(update, name), name in EDITS, us, groups, received_at)
    return Nothing(NOT_FOR_DESK if update.keys() & OTHERS else NOT_KNOWN)


def _read_message(message: Json, is_edit: bool, us: str, groups: str, at: datetime) -> Records:
    if not id_in(message, "message_id") or not id_in(message, "chat", "id"):
        raise Unreadable(NO_MESSAGE_ID)
    if moved := _renaming(message, at):
        return [moved]
    if reason := _reason_to_pass(message, us, groups):
        return Nothing(reason)
    content = content_of(message)
    if content.is_empty:
        return Nothing(SERVICE_MESSAGE if message.keys() & SERVICE else NOTHING_SAID)
    incoming = incoming_of(message, content, us, at)
    if not is_edit:
        return [incoming]
    edited_at = incoming.edited_at or at
    return [Edit(external_id=incoming.external_id, text=incoming.text, edited_at=edited_at, whole=incoming)]


def _reason_to_pass(message: Json, us: str, groups: str) -> str:
    chat = object_in(message, "chat")
    if chat.get("type") == "channel" and chat.get("is_direct_messages") is not True:
        return OWN_POST
    if message.get("is_automatic_forward") is True:
        return OWN_POST
    is_heard = groups != "addressed" or is_private(chat) or _is_to_us(message, us)
    return "" if is_heard else NOT_ADDRESSED


def _is_to_us(message: Json, us: str) -> bool:
    """Say whether somebody in a group speaks to us: under a post of ours, in reply, by name or by a command."""
    return bool(item_of(message, us)) or mentions_somebody(message)


def _renaming(message: Json, at: datetime) -> Renaming | None:
    """A group that became a supergroup goes on under another number."""
    here = id_in(message, "chat", "id")
    new, old = id_in(message, "migrate_to_chat_id"), id_in(message, "migrate_from_chat_id")
    if not (new or old):
        return None
    sent_at = moment_of(message.get("date"), at)
    return Renaming(old_thread=old or here, thread=here if old else new, at=sent_at)


def _read_reaction(told: Json, us: str, at: datetime) -> Records:
    person = object_in(told, "user") or object_in(told, "actor_chat")
    external_id = Place(chat=id_in(told, "chat", "id")).id_of(id_in(told, "message_id"))
    if not id_in(person, "id") or not id_in(told, "chat", "id") or not id_in(told, "message_id"):
        return Nothing(NO_REACTION)
    old, new = _emoji_in(told, "old_reaction"), _emoji_in(told, "new_reaction")
    gone = [(emoji, True) for emoji in old if emoji not in new]
    changes = gone + [(emoji, False) for emoji in new if emoji not in old]
    records: list[Record] = [
        Reaction(
            external_id=external_id,
            author=person_of(person),
            emoji=emoji,
            at=moment_of(told.get("date"), at),
            is_removed=is_removed,
            is_ours=id_in(person, "id") == us,
        )
        for emoji, is_removed in changes
    ]
    return records or Nothing(NO_REACTION)


def _emoji_in(told: Json, name: str) -> list[str]:
    """List reactions: emoji as they are, those of a set of their own and paid ones by a word for them."""
    words = {"custom_emoji": ":emoji:", "paid": "⭐"}
    kinds = [
        clean_text(str(one.get("emoji") or words.get(str(one.get("type")), "")))
        for one in objects_in(told, name)
    ]
    return list(dict.fromkeys(kind[:32] for kind in kinds if kind))


def _read_counts(_told: Json, _us: str, _at: datetime) -> Records:
    return Nothing(COUNTED)


def _read_deletions(told: Json, _us: str, at: datetime) -> Records:
    place = Place(chat=id_in(told, "chat", "id"), business=id_in(told, "business_connection_id"))
    numbers = [number for number in map(str, list_in(told, "message_ids")) if number.isdigit()]
    if not place.chat or not place.business or not numbers:
        raise Unreadable(NO_MESSAGE_ID)
    return [Deletion(external_id=place.id_of(number), at=at) for number in numbers]


def _read_membership(told: Json, _us: str, at: datetime) -> Records:
    chat = object_in(told, "chat")
    if is_private(chat):
        return Nothing(BLOCKED)
    was, now = (text_in(told, side, "status") in PRESENT for side in ("old_chat_member", "new_chat_member"))
    if was == now:
        return Nothing(SERVICE_MESSAGE)
    facts, moment = {"group": name_of(chat) or id_in(chat, "id")}, moment_of(told.get("date"), at)
    if now:
        return [Notice(message=ADDED, at=moment, is_good=True, facts=facts)]
    return [Notice(message=REMOVED, at=moment, advice=REMOVED_ADVICE, facts=facts)]


def _read_connection(told: Json, _us: str, at: datetime) -> Records:
    facts, moment = {"name": name_of(object_in(told, "user")) or "?"}, moment_of(told.get("date"), at)
    if told.get("is_enabled") is not True:
        return [Notice(message=BUSINESS_OFF, at=moment, facts=facts)]
    may_reply = object_in(told, "rights").get("can_reply") is True or told.get("can_reply") is True
    if may_reply:
        return [Notice(message=BUSINESS_ON, at=moment, is_good=True, facts=facts)]
    return [Notice(message=BUSINESS_MUTE, at=moment, advice=BUSINESS_MUTE_ADVICE, facts=facts)]


def _read_press(told: Json, _us: str, at: datetime) -> Records:
    """A button under an older message of the bot: what stands on it is what the customer says."""
    message = object_in(told, "message")
    if not id_in(told, "id") or not id_in(message, "chat", "id") or not id_in(told, "from", "id"):
        return Nothing(ANONYMOUS_PRESS)
    place = place_of(message)
    under = id_in(message, "message_id")
    text = _label_of(message, text_in(told, "data")) or text_in(told, "data")
    incoming = Incoming(
        external_id=f"{PRESS}:{id_in(told, 'id')}",
        author=person_of(object_in(told, "from")),
        text=text or "▶",
        sent_at=at,
        visibility=incoming_of(message, content_of(message), "", at).visibility,
        item=item_of(message, ""),
        thread=place.thread,
        in_reply_to=place.id_of(under) if under else "",
        facts=facts_of(message, place),
    )
    return [incoming]


def _label_of(message: Json, data: str) -> str:
    rows = list_in(message, "reply_markup", "inline_keyboard")
    buttons = [button for row in rows if isinstance(row, list) for button in row if isinstance(button, dict)]
    return next((text_in(button, "text") for button in buttons if button.get("callback_data") == data), "")


_READERS: dict[str, Callable[[Json, str, datetime], Records]] = {
    "message_reaction": _read_reaction,
    "message_reaction_count": _read_counts,
    "deleted_business_messages": _read_deletions,
    "my_chat_member": _read_membership,
    "business_connection": _read_connection,
    "callback_query": _read_press,
}


def allowed_updates() -> str:
    """Name what is to be delivered, as Telegram wants it written."""
    return json.dumps(HEARD)
