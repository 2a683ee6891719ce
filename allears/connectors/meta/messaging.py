"""Read what happens in Messenger and in Instagram's direct messages: both tell it alike.

Everything between our account and one person is one private thread, named by that person's id. What another
app holds (standby) is kept and shown, but can't be answered from here until it is passed to us.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from allears.connectors.interface import (
    Author,
    Deletion,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Post,
    Reaction,
    Receipt,
    ReceiptState,
    Record,
    Visibility,
)
from allears.connectors.meta.attachments import UNSUPPORTED, address_in, enclosed_in
from allears.connectors.meta.door import Happening
from allears.connectors.meta.marks import our_key
from allears.connectors.meta.values import Json, id_in, list_in, moment_of, object_in, text_in
from allears.connectors.words import mark

EMOJI = {
    "love": "❤️",
    "smile": "😆",
    "haha": "😆",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
    "like": "👍",
    "thumbs_up": "👍",
    "yes": "👍",
    "dislike": "👎",
    "no": "👎",
    "care": "🤗",
    "other": "❤️",
}

HANDED_OVER = mark("Another app handed this chat over to you. What was said before stands above.")
NO_ID = mark("It has no id, so it can't be told from others.")
OUR_REPLY = mark("It is part of a reply that was sent from here.")
PRESSED = mark("They pressed a button; these are its words.")
POLICY_BLOCKED = mark("Meta has blocked this account's messages because of its rules.")
POLICY_ADVICE = mark("Read Meta's reason on the page's quality tab, mend it and ask for a review there.")
POLICY_UNBLOCKED = mark("Meta lets this account's messages through again.")
QUIET = {
    "optin": mark("They allowed messages; there are no words in it."),
    "referral": mark("They opened the chat by a link or an ad; there are no words in it."),
    "account_linking": mark("They joined or parted their account with a login; there are no words in it."),
    "app_roles": mark("It says which app answers in chats."),
    "take_thread_control": mark("Another app took over a chat."),
    "request_thread_control": mark("Another app asks for a chat."),
    "payment": mark("It is a payment of an old kind, which All Ears does not keep."),
}
UNKNOWN_KIND = mark("It is something that All Ears does not know.")


@dataclass(frozen=True, slots=True)
class Chat:
    """What one event between our account and a person stands in."""

    us: str
    them: Author
    by_us: bool
    at: datetime
    is_standby: bool
    reply_key: bytes

    @property
    def sender(self) -> Author:
        return Author(id=self.us) if self.by_us else self.them

    @property
    def facts(self) -> dict[str, str]:
        return {"standby": "1"} if self.is_standby else {}


def read_messaging(happening: Happening, *, nobody: str, reply_key: bytes) -> list[Record] | Nothing:
    """Read one event of a chat. `nobody` names a person of whom the network tells no name."""
    event = happening.value
    chat = _chat(happening, nobody, reply_key)
    for name, read in READERS.items():
        found = event.get(name) or event.get(name.replace("_", "-"))
        if isinstance(found, dict):
            return _answer(read(found, chat))
    reason = next((words for name, words in QUIET.items() if event.get(name)), UNKNOWN_KIND)
    return Nothing(reason)


def _answer(found: Iterator[Record] | Nothing) -> list[Record] | Nothing:
    if isinstance(found, Nothing):
        return found
    records = list(found)
    return records or Nothing(UNKNOWN_KIND)


def _chat(happening: Happening, nobody: str, reply_key: bytes) -> Chat:
    event = happening.value
    at = moment_of(event.get("timestamp"), happening.at)
    sender, recipient = _person(event, "sender"), _person(event, "recipient")
    us = happening.account or recipient
    by_us = sender == us or bool(object_in(event, "message").get("is_echo"))
    them = next((one for one in (recipient, sender) if one and one != us), "") if by_us else sender
    origin = object_in(event, "sender" if not by_us else "recipient")
    name, handle = text_in(origin, "name"), text_in(origin, "username")
    author = Author(id=them or f"nobody:{us}", name=name or handle or nobody, handle=handle)
    is_standby = happening.place == "standby" or happening.value.get("field") == "standby"
    return Chat(us, author, by_us, at, is_standby, reply_key)


def _person(event: Json, who: str) -> str:
    reference = id_in(event, who, "user_ref")
    return id_in(event, who, "id") or (f"ref:{reference}" if reference else "")


def _message(message: Json, chat: Chat) -> Iterator[Record] | Nothing:
    mid = id_in(message, "mid")
    if not mid:
        return Nothing(NO_ID)
    if message.get("is_deleted"):
        return iter([Deletion(external_id=mid, at=chat.at)])
    if chat.by_us and (key := our_key(text_in(message, "metadata"), chat.reply_key)):
        name, part = key
        if part:
            return Nothing(OUR_REPLY)
        return iter([Receipt(state=ReceiptState.SENT, at=chat.at, external_id=mid, key=name)])
    return iter([_incoming(mid, message, chat)])


def _incoming(mid: str, message: Json, chat: Chat) -> Incoming:
    enclosed = enclosed_in(message)
    words = [text_in(message, "text"), *enclosed.lines]
    text = "\n".join(dict.fromkeys(line for line in words if line))
    warnings = list(dict.fromkeys(enclosed.warnings))
    if message.get("is_unsupported") or not (text or enclosed.files or warnings):
        warnings = [UNSUPPORTED]
    story = object_in(message, "reply_to", "story")
    incoming = Incoming(
        external_id=mid,
        author=chat.sender,
        text=text,
        sent_at=chat.at,
        visibility=Visibility.PRIVATE,
        item=ItemKind.STORY_REPLY if story else enclosed.item or ItemKind.DIRECT,
        thread=chat.them.id,
        in_reply_to=id_in(message, "reply_to", "mid"),
        is_ours=chat.by_us,
        recipient=chat.them if chat.by_us else None,
        files=tuple(enclosed.files),
        warnings=tuple(warnings),
        facts=chat.facts,
    )
    return replace(incoming, post=_story(story)) if story else incoming


def _story(story: Json) -> Post | None:
    name = id_in(story, "id")
    return Post(id=name, url=address_in(story, "url"), is_ours=True, kind="story") if name else None


def _postback(postback: Json, chat: Chat) -> Iterator[Record] | Nothing:
    words = text_in(postback, "title") or text_in(postback, "payload")
    if not words.strip():
        return Nothing(QUIET["referral"])
    name = id_in(postback, "mid") or f"postback:{chat.them.id}:{round(chat.at.timestamp() * 1000)}"
    incoming = Incoming(
        external_id=name,
        author=chat.them,
        text=words,
        sent_at=chat.at,
        item=ItemKind.DIRECT,
        thread=chat.them.id,
        warnings=(PRESSED,),
        facts=chat.facts,
    )
    return iter([incoming])


def _passed(_event: Json, chat: Chat) -> Iterator[Record]:
    """A chat passed to us waits for a person, though its customer says nothing new."""
    yield Incoming(
        external_id=f"handover:{chat.them.id}:{round(chat.at.timestamp() * 1000)}",
        author=chat.them,
        text="",
        sent_at=chat.at,
        item=ItemKind.DIRECT,
        thread=chat.them.id,
        warnings=(HANDED_OVER,),
    )


def _read(read: Json, chat: Chat) -> Iterator[Record] | Nothing:
    """A customer read ours: up to a moment (Messenger), or one message (Instagram)."""
    if chat.by_us:
        return Nothing(mark("We read what they wrote."))
    if mid := id_in(read, "mid"):
        return iter([Receipt(state=ReceiptState.READ, at=chat.at, external_id=mid)])
    until = moment_of(read.get("watermark"), chat.at)
    return iter([Receipt(state=ReceiptState.READ, at=chat.at, thread=chat.them.id, until=until)])


def _delivered(delivery: Json, chat: Chat) -> Iterator[Record]:
    """Ours arrived: named one by one, else all up to a moment."""
    at = moment_of(delivery.get("watermark"), chat.at)
    mids = [id_in({"mid": mid}, "mid") for mid in list_in(delivery, "mids")]
    for mid in filter(None, mids):
        yield Receipt(state=ReceiptState.DELIVERED, at=at, external_id=mid)
    if not any(mids):
        yield Receipt(state=ReceiptState.DELIVERED, at=at, thread=chat.them.id, until=at)


def _reaction(reaction: Json, chat: Chat) -> Iterator[Record] | Nothing:
    mid = id_in(reaction, "mid")
    if not mid:
        return Nothing(NO_ID)
    word = text_in(reaction, "reaction") or text_in(reaction, "emoji")
    emoji = text_in(reaction, "emoji") or EMOJI.get(word, word)
    is_removed = text_in(reaction, "action") == "unreact"
    return iter(
        [
            Reaction(
                external_id=mid,
                author=chat.sender,
                emoji=EMOJI.get(emoji, emoji) or ("" if is_removed else "❤️"),
                at=chat.at,
                is_removed=is_removed,
                is_ours=chat.by_us,
            )
        ]
    )


def _edit(edit: Json, chat: Chat) -> Iterator[Record] | Nothing:
    mid = id_in(edit, "mid")
    return (
        iter([Edit(external_id=mid, text=text_in(edit, "text"), edited_at=chat.at)])
        if mid
        else Nothing(NO_ID)
    )


def _policy(event: Json, chat: Chat) -> Iterator[Record]:
    is_good = text_in(event, "action") == "unblock"
    message, advice = (POLICY_UNBLOCKED, "") if is_good else (POLICY_BLOCKED, POLICY_ADVICE)
    yield Notice(message=message, at=chat.at, is_good=is_good, advice=advice)


READERS: dict[str, Callable[[Json, Chat], Iterator[Record] | Nothing]] = {
    "message": _message,
    "message_edit": _edit,
    "reaction": _reaction,
    "postback": _postback,
    "read": _read,
    "delivery": _delivered,
    "pass_thread_control": _passed,
    "policy_enforcement": _policy,
}


def name_messaging(event: Json, at: datetime) -> tuple[str, str]:
    """Name an event of a chat: the same whenever it is delivered again, and in order within its thread."""
    people = sorted({_person(event, "sender"), _person(event, "recipient")})
    order = ":".join(people)
    kind = next((name for name in READERS if object_in(event, name)), "other")
    mid = id_in(event, kind, "mid")
    if kind == "message" and mid:
        gone = "deleted" if object_in(event, kind).get("is_deleted") else "message"
        return f"{gone}:{mid}", order
    return "", order
