"""What can be done with a message of Telegram, and until when. Source: the Bot API, sendMessage, deleteMessage and
setMessageReaction."""

from datetime import datetime, timedelta

from allears.connectors.interface import Abilities, FileRules, Item, Limit, Offer, Unit
from allears.connectors.telegram.places import GROUP, is_press, place_named
from allears.connectors.words import mark

LONGEST = Limit(most=4096, unit=Unit.UTF16)
LONGEST_CAPTION = 1024
FILES = FileRules(most=10, largest=50 * 1024 * 1024)
KEPT_FOR = timedelta(hours=48)

NO_PUBLIC = mark("A chat with a bot has no public side.")
NOT_STARTED = mark("A bot may write only to people who have opened a chat with it. This one has not yet.")
NOT_A_PERSON = mark("It was written in the name of a group or channel, which can't be written to.")
NO_BUSINESS_LIKE = mark("In chats of a business account a bot can't react.")
NO_HIDING = mark("Telegram can delete, but not hide.")
NO_MESSAGE = mark("A pressed button is no message.")
TOO_OLD = mark("Telegram lets a bot delete its messages for 48 hours only.")
GONE = mark("It is no longer there.")
NEEDS_ADMINISTRATOR = mark("This works only where the bot is an administrator who may delete messages.")
NEEDS_RIGHT = mark("This works only if the business account lets the bot delete messages.")

EMOJI = (
    "👍",
    "❤",
    "🔥",
    "👏",
    "🙏",
    "👌",
    "🎉",
    "😁",
    "🥰",
    "🤩",
    "💯",
    "🤔",
    "😢",
    "😱",
    "🤯",
    "👀",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "😇",
    "😍",
    "⚡",
    "🏆",
    "🕊",
    "😨",
    "🤣",
    "😭",
    "🤓",
    "😎",
    "🆒",
    "💔",
    "👎",
    "🤬",
    "😡",
    "🤷",
)


def abilities_of(item: Item, at: datetime) -> Abilities:
    """Say what can be done with a message at this moment."""
    is_group = _is_group(item)
    answer = Offer(limits=(LONGEST,), files=FILES)
    like = _like(item)
    return Abilities(
        publicly=answer if is_group else Offer(is_possible=False, reason=NO_PUBLIC),
        privately=_privately(item) if is_group else answer,
        like=like,
        hide=Offer(is_possible=False, reason=NO_HIDING),
        delete=_delete(item, at, is_group=is_group),
        emoji=EMOJI if like.is_possible else (),
    )


def _is_group(item: Item) -> bool:
    place = place_named(item.thread)
    return place.chat.startswith(GROUP) and not place.direct and not place.business


def _privately(item: Item) -> Offer:
    """Somebody from a group can be written to once they have written to the bot."""
    if item.author.id.startswith(GROUP):
        return Offer(is_possible=False, reason=NOT_A_PERSON)
    if item.heard_privately_at is None:
        return Offer(is_possible=False, reason=NOT_STARTED)
    return Offer(limits=(LONGEST,), files=FILES)


def _like(item: Item) -> Offer:
    if is_press(item.external_id):
        return Offer(is_possible=False, reason=NO_MESSAGE)
    if item.is_deleted:
        return Offer(is_possible=False, reason=GONE)
    if place_named(item.thread).business:
        return Offer(is_possible=False, reason=NO_BUSINESS_LIKE)
    return Offer()


def _delete(item: Item, at: datetime, *, is_group: bool) -> Offer:
    """Ours for 48 hours; what others wrote in a group only as its administrator."""
    if is_press(item.external_id):
        return Offer(is_possible=False, reason=NO_MESSAGE)
    if item.is_deleted:
        return Offer(is_possible=False, reason=GONE)
    if is_group and not item.is_ours:
        return Offer(warning=NEEDS_ADMINISTRATOR)
    until = item.sent_at + KEPT_FOR
    if at >= until:
        return Offer(is_possible=False, reason=TOO_OLD)
    return Offer(until=until, warning=NEEDS_RIGHT if place_named(item.thread).business else "")
