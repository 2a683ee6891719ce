"""When Meta lets us write privately to somebody, and how: the same rules for Messenger and Instagram.

24 hours after their last message anything may be answered; up to 7 days only in words of a person, and only
with Meta's Human Agent permission. To a public comment goes one private reply within 7 days, which opens no
window: only their answer does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from allears.connectors.interface import FileRules, Item, Limit, Offer, Visibility
from allears.connectors.words import mark

WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
COMMENT_WINDOW = timedelta(days=7)
LONGEST_LIVE = timedelta(hours=4)

NEVER_WROTE = mark("They have not written a private message yet, and Meta lets only customers begin.")
DAY_OVER = mark(
    "More than 24 hours have passed since they last wrote; Meta lets nobody answer until they write again."
)
DAY_OVER_HUMAN = mark(
    "More than 24 hours have passed since they last wrote. With Meta's Human Agent permission a person could answer"
    " for 7 days: ask Meta for it, then switch it on in the channel's settings."
)
WEEK_OVER = mark(
    "More than 7 days have passed since they last wrote; Meta lets nobody answer until they write again."
)
STANDBY = mark("Another app holds this chat. It can be answered from here once that app hands it over.")
ANSWERED_ONCE = mark("This was already answered privately. Meta allows it once; now they must write first.")
TOO_OLD = mark("It is older than 7 days, so it can't be answered privately any more.")
ONLY_ONCE = mark("Meta allows one private reply to a comment. After it you must wait until they write.")
ONLY_LIVE = mark("Meta takes a private reply to a live comment only while the live video runs.")
OWN = mark("These are our own words.")
DELETED = mark("It was deleted.")
NO_PRIVATE = mark("Facebook says that this can't be answered privately.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateRules:
    """What a network takes as a private message, and whether Meta gave the Human Agent permission."""

    limit: Limit
    files: FileRules
    has_human_agent: bool


def has_human_agent(settings: Mapping[str, str]) -> bool:
    """Say whether the account's settings tell of Meta's Human Agent permission."""
    return settings.get("human_agent") == "yes"


def offer_private(item: Item, rules: PrivateRules, at: datetime) -> Offer:
    """Say whether a private message can be sent in answer to this item, at this moment."""
    if item.visibility is Visibility.PRIVATE:
        return offer_chat(item, rules, at)
    if item.is_ours:
        return Offer(is_possible=False, reason=OWN)
    in_chat = offer_chat(item, rules, at)
    by_comment = offer_private_reply(item, rules, at)
    return by_comment if by_comment.is_possible or not in_chat.is_possible else in_chat


def offer_chat(item: Item, rules: PrivateRules, at: datetime) -> Offer:
    """Say whether an ordinary private message can be sent to the author."""
    is_private = item.visibility is Visibility.PRIVATE
    own_moment = item.sent_at if is_private and not item.is_ours else None
    heard = max(filter(None, (item.heard_privately_at, own_moment)), default=None)
    if is_private and item.facts.get("standby"):
        return Offer(is_possible=False, reason=STANDBY)
    if heard is None:
        return Offer(is_possible=False, reason=NEVER_WROTE)
    longest = HUMAN_WINDOW if rules.has_human_agent else WINDOW
    offer = Offer(until=heard + longest, limits=(rules.limit,), files=rules.files)
    if at < heard + WINDOW:
        return offer
    if at < heard + HUMAN_WINDOW:
        if rules.has_human_agent:
            return replace(offer, must_be_by_person=True)
        return Offer(is_possible=False, reason=DAY_OVER_HUMAN)
    return Offer(is_possible=False, reason=WEEK_OVER if rules.has_human_agent else DAY_OVER)


def offer_private_reply(item: Item, rules: PrivateRules, at: datetime) -> Offer:
    """Say whether the one private reply to a public item is still to be had."""
    if item.is_deleted:
        return Offer(is_possible=False, reason=DELETED)
    if item.private_replies:
        return Offer(is_possible=False, reason=ANSWERED_ONCE)
    if item.facts.get("private") == "no":
        return Offer(is_possible=False, reason=NO_PRIVATE)
    is_live = bool(item.facts.get("live"))
    until = item.sent_at + (LONGEST_LIVE if is_live else COMMENT_WINDOW)
    if at >= until:
        return Offer(is_possible=False, reason=ONLY_LIVE if is_live else TOO_OLD)
    return Offer(until=until, limits=(rules.limit,), warning=ONLY_LIVE if is_live else ONLY_ONCE)


def needs_human_agent(item: Item | None, at: datetime) -> bool:
    """Say whether the 24 hours are over, as far as we know."""
    if item is None:
        return False
    own_moment = item.sent_at if item.visibility is Visibility.PRIVATE and not item.is_ours else None
    heard = max(filter(None, (item.heard_privately_at, own_moment)), default=None)
    return heard is not None and at >= heard + WINDOW
