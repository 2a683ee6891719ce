"""Where a message of Telegram stands, and how we write that in one word.

Ids of messages are unique only within a chat, and those of a business account are numbered apart.
"""

from dataclasses import dataclass
from typing import Any

from allears.connectors.meta.values import id_in, object_in, text_in

BUSINESS = "business"
DIRECT = "direct"
PRESS = "press"
# Groups and channels have numbers below nothing.
GROUP = "-"
GROUPS = frozenset({"group", "supergroup", "channel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat; in it a topic of a forum (`topic`) or of a channel's direct messages (`direct`); or a chat of a
    business account, by the id of its connection (`business`)."""

    chat: str
    topic: str = ""
    business: str = ""
    direct: str = ""

    @property
    def thread(self) -> str:
        """Name the exchange: "77", "-100200:5", "direct:-100200:9", "business:Ab1:77"."""
        if self.business:
            return f"{BUSINESS}:{self.business}:{self.chat}"
        if self.direct:
            return f"{DIRECT}:{self.chat}:{self.direct}"
        return f"{self.chat}:{self.topic}" if self.topic else self.chat

    def id_of(self, message_id: str) -> str:
        """Name a message of this place so that no other in the channel is called the same."""
        prefix = f"{BUSINESS}:{self.business}:" if self.business else ""
        return f"{prefix}{self.chat}:{message_id}"


def place_of(message: dict[str, Any]) -> Place:
    """Say where a message stands."""
    is_topic = message.get("is_topic_message") is True
    return Place(
        chat=id_in(message, "chat", "id"),
        topic=id_in(message, "message_thread_id") if is_topic else "",
        business=id_in(message, "business_connection_id"),
        direct=id_in(message, "direct_messages_topic", "topic_id"),
    )


def place_named(thread: str) -> Place:
    """Understand the name of a thread."""
    kind, _, rest = thread.partition(":")
    if kind == BUSINESS:
        connection, _, chat = rest.rpartition(":")
        return Place(chat=chat, business=connection)
    if kind == DIRECT:
        chat, _, direct = rest.partition(":")
        return Place(chat=chat, direct=direct)
    return Place(chat=kind, topic=rest)


def number_of(external_id: str) -> int | None:
    """Return Telegram's own number of a message; None for what is no message (a pressed button)."""
    chat, _, number = external_id.rpartition(":")
    return (
        int(number) if chat and number.isascii() and number.isdigit() and not is_press(external_id) else None
    )


def is_press(external_id: str) -> bool:
    """Say whether it is a pressed button and no message."""
    return external_id.startswith(f"{PRESS}:")


def is_private(chat: object) -> bool:
    """Say whether nobody but one person reads a chat with us."""
    told = object_in(chat)
    return text_in(told, "type") not in GROUPS or told.get("is_direct_messages") is True


def url_of(chat: dict[str, Any], message_id: str) -> str:
    """Return the address of a message in a group or channel; "" where there is none."""
    name, number = chat.get("username"), id_in(chat, "id")
    if text_in(chat, "type") not in GROUPS:
        return ""
    if isinstance(name, str) and name:
        return f"https://t.me/{name}/{message_id}"
    return f"https://t.me/c/{number[4:]}/{message_id}" if number.startswith("-100") else ""
