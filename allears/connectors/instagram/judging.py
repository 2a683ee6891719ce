"""What can be done with each item of Instagram, and until when."""

from collections.abc import Mapping
from datetime import datetime

from allears.connectors.interface import Abilities, FileRules, Item, ItemKind, Limit, Offer, Unit, Visibility
from allears.connectors.meta.windows import (
    DELETED,
    OWN,
    STANDBY,
    PrivateRules,
    has_human_agent,
    offer_private,
)
from allears.connectors.words import mark

MESSAGE_LIMIT = Limit(most=1000, unit=Unit.BYTES)
COMMENT_LIMIT = Limit(most=300)
FILES = FileRules(most=10, largest=25_000_000, types=("image/", "video/", "audio/"))
LARGEST_PICTURE = 8_000_000
HEART = "❤️"

PRIVATE = mark("This is a private message; there is nothing public to answer.")
LIVE = mark("Instagram takes no public answer to a comment on a live video. Answer privately while it runs.")
NO_LIKE = mark("Instagram lets no program like a comment.")
NO_HIDING = mark("Only comments on our own posts can be hidden.")
LIVE_HIDING = mark("Instagram hides no comments on a live video.")
NOT_OURS = mark("Only our own words can be deleted here. Hide it instead.")
NOT_BACK = mark("Instagram takes no private message back for a program.")
ONE_LINK = mark("Instagram takes one link, four hashtags and not only capital letters in a comment.")


def rules_of(settings: Mapping[str, str]) -> PrivateRules:
    """Return what Instagram's direct messages take."""
    return PrivateRules(limit=MESSAGE_LIMIT, files=FILES, has_human_agent=has_human_agent(settings))


def judge(item: Item, settings: Mapping[str, str], at: datetime) -> Abilities:
    """Say what can be done with an item of Instagram at this moment."""
    is_private = item.visibility is Visibility.PRIVATE
    return Abilities(
        publicly=_publicly(item),
        privately=offer_private(item, rules_of(settings), at),
        like=_like(item) if is_private else _no(NO_LIKE),
        hide=_hide(item),
        delete=_delete(item),
        emoji=(HEART,) if is_private else (),
    )


def _no(reason: str) -> Offer:
    return Offer(is_possible=False, reason=reason)


def _publicly(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return _no(PRIVATE)
    if item.is_deleted:
        return _no(DELETED)
    return _no(LIVE) if item.facts.get("live") else Offer(limits=(COMMENT_LIMIT,), link_warning=ONE_LINK)


def _like(item: Item) -> Offer:
    if item.facts.get("standby"):
        return _no(STANDBY)
    if item.is_ours:
        return _no(OWN)
    return _no(DELETED) if item.is_deleted else Offer()


def _hide(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE or item.kind is ItemKind.MENTION:
        return _no(NO_HIDING)
    if item.is_ours:
        return _no(OWN)
    if item.is_deleted:
        return _no(DELETED)
    return _no(LIVE_HIDING) if item.facts.get("live") else Offer()


def _delete(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return _no(NOT_BACK)
    if not item.is_ours:
        return _no(NOT_OURS)
    return _no(DELETED) if item.is_deleted else Offer()
