"""What can be done with each item of a page, and until when."""

from collections.abc import Mapping
from datetime import datetime

from allears.connectors.interface import Abilities, FileRules, Item, ItemKind, Limit, Offer, Visibility
from allears.connectors.meta.windows import DELETED, OWN, PrivateRules, has_human_agent, offer_private
from allears.connectors.words import mark

MESSAGE_LIMIT = Limit(most=2000)
COMMENT_LIMIT = Limit(most=8000)
FILES = FileRules(most=10, largest=25_000_000)
PICTURES = FileRules(most=1, largest=8_000_000, types=("image/",))

PRIVATE = mark("This is a private message; there is nothing public to answer.")
NO_LIKE = mark("Facebook lets a page like only comments and posts.")
NO_HIDING = mark("Only comments and posts on our own page can be hidden.")
ELSEWHERE = mark("It stands on somebody else's page.")
NOT_OURS = mark("Only our own words can be deleted here. Hide it instead.")
NOT_BACK = mark("Messenger takes no message back.")
NO_LONGER = mark("Facebook says that this can't be hidden.")
NO_COMMENT = mark("Facebook says that this can't be answered.")


def rules_of(settings: Mapping[str, str]) -> PrivateRules:
    """Return what Messenger takes."""
    return PrivateRules(limit=MESSAGE_LIMIT, files=FILES, has_human_agent=has_human_agent(settings))


def judge(item: Item, settings: Mapping[str, str], at: datetime) -> Abilities:
    """Say what can be done with an item of Facebook at this moment."""
    return Abilities(
        publicly=_publicly(item),
        privately=offer_private(item, rules_of(settings), at),
        like=_like(item),
        hide=_hide(item),
        delete=_delete(item),
        emoji=("👍",) if item.visibility is Visibility.PUBLIC else (),
    )


def _no(reason: str) -> Offer:
    return Offer(is_possible=False, reason=reason)


def _publicly(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return _no(PRIVATE)
    if item.is_deleted:
        return _no(DELETED)
    if item.facts.get("comment") == "no":
        return _no(NO_COMMENT)
    return Offer(limits=(COMMENT_LIMIT,), files=PICTURES)


def _like(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return _no(NO_LIKE)
    return _no(DELETED) if item.is_deleted else Offer()


def _hide(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE or item.kind is ItemKind.RATING:
        return _no(NO_HIDING)
    if item.kind is ItemKind.MENTION:
        return _no(ELSEWHERE)
    if item.is_ours:
        return _no(OWN)
    if item.is_deleted:
        return _no(DELETED)
    return _no(NO_LONGER) if item.facts.get("hide") == "no" else Offer()


def _delete(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return _no(NOT_BACK)
    if not item.is_ours:
        return _no(NOT_OURS)
    return _no(DELETED) if item.is_deleted else Offer()
