"""What can be done with a message of WhatsApp, and until when: free words for 24 hours after the customer last
wrote, then only templates."""

from datetime import datetime, timedelta

from allears.connectors.interface import Abilities, FileRules, Item, Limit, Offer, Unit
from allears.connectors.whatsapp.people import GROUP
from allears.connectors.words import mark

WINDOW = timedelta(hours=24)
REACTIONS_FOR = timedelta(days=30)
LONGEST = Limit(most=4096, unit=Unit.UTF16)
LONGEST_CAPTION = 1024
FILES = FileRules(most=10, largest=100 * 1024 * 1024)

NO_PUBLIC = mark("A chat has no public side.")
DAY_OVER = mark(
    "More than 24 hours have passed since the customer last wrote: until they write again, WhatsApp takes only "
    "templates that it has approved."
)
NEVER_WROTE = mark(
    "The customer has not written here yet, so WhatsApp takes only templates that it has approved."
)
NO_HIDING = mark("Nothing can be hidden in a chat.")
NO_DELETING = mark("WhatsApp lets nobody delete a message through its interface for businesses.")
OWN = mark("These are our own words.")
GONE = mark("It is no longer there.")
TOO_OLD = mark("WhatsApp takes reactions for 30 days only.")
GROUP_TEMPLATES = mark("A group takes free words for 24 hours after somebody last wrote.")

EMOJI = ("👍", "❤️", "🙏", "😂", "😮", "😢", "👏", "🎉", "🔥", "✅", "👌", "💯", "🤝", "😊", "🤔", "👀")


def abilities_of(item: Item, at: datetime) -> Abilities:
    """Say what can be done with a message at this moment."""
    like = _like(item, at)
    return Abilities(
        publicly=Offer(is_possible=False, reason=NO_PUBLIC),
        privately=_answer(item, at),
        like=like,
        hide=Offer(is_possible=False, reason=NO_HIDING),
        delete=Offer(is_possible=False, reason=NO_DELETING),
        emoji=EMOJI if like.is_possible else (),
    )


def heard_at(item: Item) -> datetime | None:
    """Say when the customer last wrote, as far as we know."""
    own = item.sent_at if not item.is_ours else None
    return max(filter(None, (item.heard_privately_at, own)), default=None)


def _answer(item: Item, at: datetime) -> Offer:
    heard = heard_at(item)
    if heard is not None and at < heard + WINDOW:
        return Offer(until=heard + WINDOW, limits=(LONGEST,), files=FILES)
    if item.thread.endswith(GROUP):
        return Offer(is_possible=False, reason=GROUP_TEMPLATES)
    reason = NEVER_WROTE if heard is None else DAY_OVER
    return Offer(only_templates=True, reason=reason, warning=reason, limits=(LONGEST,))


def _like(item: Item, at: datetime) -> Offer:
    if item.is_ours:
        return Offer(is_possible=False, reason=OWN)
    if item.is_deleted:
        return Offer(is_possible=False, reason=GONE)
    heard = heard_at(item)
    if heard is None or at >= heard + WINDOW:
        return Offer(is_possible=False, reason=DAY_OVER)
    if at >= item.sent_at + REACTIONS_FOR:
        return Offer(is_possible=False, reason=TOO_OLD)
    return Offer(until=min(heard + WINDOW, item.sent_at + REACTIONS_FOR))
