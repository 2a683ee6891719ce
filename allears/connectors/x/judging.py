"""Say what can be done with an item of X at this moment: a matter of the plan, of who was called, of the author.

Sources: X's changelog of 2026 (programs on self-serve plans answer only posts that mention or quote them; likes
by program ended there on 20 April 2026), and the manuals of posts, direct messages and hidden replies.
"""

from collections.abc import Mapping
from datetime import datetime

from allears.connectors.interface import (
    Abilities,
    Account,
    FileRules,
    Item,
    ItemKind,
    Limit,
    Offer,
    Unit,
    Visibility,
)
from allears.connectors.words import mark
from allears.connectors.x.describing import ENTERPRISE, LONG, SHORT

LONGEST_MESSAGE = 10_000
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
FILMS = ("video/mp4", "video/quicktime")
LARGEST_FILM = 512 * 1024 * 1024
LARGEST_PICTURE, LARGEST_GIF = 5 * 1024 * 1024, 15 * 1024 * 1024
PUBLIC_FILES = FileRules(most=4, largest=LARGEST_FILM, types=PICTURES + FILMS)
PRIVATE_FILES = FileRules(most=1, largest=LARGEST_FILM, types=PICTURES + FILMS)

NOT_CALLED = mark(
    "On your plan at X, programs can only answer posts that mention or quote your account, and this one does not. "
    "It can be answered in the X app."
)
GONE = mark("The author has deleted this post.")
ONLY_NAMED = mark("The author lets only people they mention answer this post.")
MAY_BE_LIMITED = mark("The author limits who can answer this post. X may refuse your reply.")
PROTECTED = mark("This account is protected: X takes your reply only if it lets you follow it.")
NO_MESSAGES = mark("This person does not take direct messages from your account.")
MAY_REFUSE = mark("X refuses this if the person takes no messages from accounts they do not follow.")
SEALED = mark("This message is encrypted end to end. It can only be read and answered in the X app.")
LINK_COSTS = mark("X charges %(with)s US dollars for a post with a link, instead of %(without)s.")
ONLY_ENTERPRISE = mark("X lets programs like posts only on its Enterprise plan.")
NO_LIKES = mark("Direct messages can't be liked from here.")
NOT_BELOW_OURS = mark("Only replies below your own posts can be hidden.")
NOT_OURS = mark("Only what your own account wrote can be deleted.")
STAYS_THERE = mark("X takes a direct message only out of your own view; the other side keeps it.")
PRIVATE_ALREADY = mark("This is a private message; there is nothing public to answer.")
PRICES_OF_POSTS = {"with": "0.20", "without": "0.015"}
HEART = "♥"


def judge(item: Item, account: Account, at: datetime) -> Abilities:
    """Say what can be done with an item."""
    if item.visibility is Visibility.PRIVATE:
        return _judge_message(item)
    settings = account.settings
    return Abilities(
        publicly=_reply(item, settings),
        privately=_message(item),
        like=_like(item, settings),
        hide=_hide(item),
        delete=_delete(item),
        emoji=(HEART,) if is_exempt(settings) else (),
    )


def is_exempt(settings: Mapping[str, str]) -> bool:
    """Say whether the plan lets programs do what people can."""
    return settings.get("tier") == ENTERPRISE


def limit_of(settings: Mapping[str, str]) -> Limit:
    """Say how long a post may be."""
    return Limit(most=int(LONG if settings.get("length") == LONG else SHORT), unit=Unit.WEIGHTED)


def _judge_message(item: Item) -> Abilities:
    sealed = item.facts.get("sealed") == "yes"
    privately = Offer(is_possible=False, reason=SEALED) if sealed else _message(item)
    return Abilities(
        publicly=Offer(is_possible=False, reason=PRIVATE_ALREADY),
        privately=privately,
        like=Offer(is_possible=False, reason=NO_LIKES),
        hide=Offer(is_possible=False, reason=NOT_BELOW_OURS),
        delete=Offer(is_possible=False, reason=STAYS_THERE),
    )


def _reply(item: Item, settings: Mapping[str, str]) -> Offer:
    reason = _why_no_reply(item, settings)
    if reason:
        return Offer(is_possible=False, reason=reason)
    return Offer(
        limits=(limit_of(settings),),
        files=PUBLIC_FILES,
        warning=_warning(item),
        link_warning="" if is_exempt(settings) else LINK_COSTS,
        facts=PRICES_OF_POSTS,
    )


def _why_no_reply(item: Item, settings: Mapping[str, str]) -> str:
    if item.is_deleted:
        return GONE
    if item.facts.get("replies") == "mentionedUsers" and item.facts.get("named") != "yes":
        return ONLY_NAMED
    if not is_exempt(settings) and not was_called(item):
        return NOT_CALLED
    return ""


def was_called(item: Item) -> bool:
    """Say whether an author called us, so that every plan may answer; of what nothing is known, X decides."""
    is_meant = item.kind in {ItemKind.MENTION, ItemKind.REPLY, ItemKind.QUOTE}
    return item.is_ours or is_meant or not item.facts or item.facts.get("called") == "yes"


def _warning(item: Item) -> str:
    if item.facts.get("protected") == "yes":
        return PROTECTED
    limited = item.facts.get("replies", "everyone") not in {"everyone", "mentionedUsers"}
    return MAY_BE_LIMITED if limited and item.facts.get("named") != "yes" else ""


def _message(item: Item) -> Offer:
    if item.facts.get("takes_dm") == "no" and not item.heard_privately_at:
        return Offer(is_possible=False, reason=NO_MESSAGES)
    is_known = (
        item.visibility is Visibility.PRIVATE
        or item.heard_privately_at
        or item.facts.get("takes_dm") == "yes"
    )
    return Offer(
        limits=(Limit(most=LONGEST_MESSAGE),),
        files=PRIVATE_FILES,
        warning="" if is_known else MAY_REFUSE,
    )


def _like(item: Item, settings: Mapping[str, str]) -> Offer:
    if not is_exempt(settings):
        return Offer(is_possible=False, reason=ONLY_ENTERPRISE)
    return Offer(is_possible=False, reason=GONE) if item.is_deleted else Offer()


def _hide(item: Item) -> Offer:
    if item.is_deleted:
        return Offer(is_possible=False, reason=GONE)
    if item.is_ours or item.facts.get("began") in {"author", "others"}:
        return Offer(is_possible=False, reason=NOT_BELOW_OURS)
    return Offer()


def _delete(item: Item) -> Offer:
    return Offer() if item.is_ours and not item.is_deleted else Offer(is_possible=False, reason=NOT_OURS)
