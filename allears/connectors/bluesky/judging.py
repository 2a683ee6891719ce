"""What can be done with a post or a direct message, and within which limits."""

from allears.connectors.bluesky.places import place_of
from allears.connectors.bluesky.posts import CID, CONVO, ROOT
from allears.connectors.interface import Abilities, FileRules, Item, ItemKind, Limit, Offer, Unit, Visibility
from allears.connectors.words import mark

POST_LIMITS = (Limit(most=300, unit=Unit.GRAPHEMES), Limit(most=3000, unit=Unit.BYTES))
MESSAGE_LIMITS = (Limit(most=1000, unit=Unit.GRAPHEMES), Limit(most=10_000, unit=Unit.BYTES))
# The lexicon allows 2 MB; servers that have not been renewed still take only 1 MB.
PICTURES = FileRules(most=4, largest=1_000_000, types=("image/jpeg", "image/png", "image/webp", "image/gif"))
LIKE, HEART = "❤️", "❤️"

IS_DELETED = mark("Its author has deleted this post.")
ONLY_DIRECT = mark("This was written to us alone. It can only be answered directly.")
IS_OURS = mark("This is our own post.")
NOT_OUR_THREAD = mark("On Bluesky a reply can only be hidden under a post of our own.")
NOTHING_TO_HIDE = mark("A direct message can't be hidden.")
NOT_OURS = mark("Only our own posts can be deleted.")
NO_TAKING_BACK = mark("On Bluesky a direct message can't be taken back from the other side.")
UNKNOWN_VERSION = mark("All Ears does not know enough of this post to do that.")
MAY_BE_CLOSED = mark(
    "Many people take direct messages only from those they follow. Messages are not end-to-end encrypted."
)
NOT_ENCRYPTED = mark("Direct messages on Bluesky are not end-to-end encrypted.")
NOT_ASKED = mark("The author did not mention us. They will be told of our answer all the same.")


def judge(item: Item, us: str) -> Abilities:
    """Say what can be done with an item."""
    is_direct = item.visibility is Visibility.PRIVATE
    return Abilities(
        publicly=_publicly(item),
        privately=_privately(item, is_direct=is_direct),
        like=_like(item),
        hide=_hide(item, us, is_direct=is_direct),
        delete=_delete(item, is_direct=is_direct),
        emoji=(HEART, "👍", "🙏", "😂") if is_direct else (LIKE,),
    )


def _no(reason: str) -> Offer:
    return Offer(is_possible=False, reason=reason)


def _publicly(item: Item) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return _no(ONLY_DIRECT)
    if item.is_deleted:
        return _no(IS_DELETED)
    if not item.facts.get(CID):
        return _no(UNKNOWN_VERSION)
    warning = NOT_ASKED if item.kind is ItemKind.FOUND else ""
    return Offer(limits=POST_LIMITS, files=PICTURES, warning=warning)


def _privately(item: Item, *, is_direct: bool) -> Offer:
    return Offer(limits=MESSAGE_LIMITS, warning=NOT_ENCRYPTED if is_direct else MAY_BE_CLOSED)


def _like(item: Item) -> Offer:
    if item.is_ours:
        return _no(IS_OURS)
    if item.is_deleted:
        return _no(IS_DELETED)
    is_known = item.facts.get(CID) or item.facts.get(CONVO)
    return Offer() if is_known else _no(UNKNOWN_VERSION)


def _hide(item: Item, us: str, *, is_direct: bool) -> Offer:
    if is_direct:
        return _no(NOTHING_TO_HIDE)
    root = place_of(item.facts.get(ROOT, ""))
    is_ours = root is not None and root.repo == us and root.uri != item.external_id
    return Offer() if is_ours and not item.is_ours and not item.is_deleted else _no(NOT_OUR_THREAD)


def _delete(item: Item, *, is_direct: bool) -> Offer:
    if is_direct:
        return _no(NO_TAKING_BACK)
    return Offer() if item.is_ours and not item.is_deleted else _no(NOT_OURS)


def rules_for(visibility: Visibility) -> tuple[tuple[Limit, ...], FileRules | None]:
    """Give the limits of an answer, and the files it may carry."""
    is_direct = visibility is Visibility.PRIVATE
    return (MESSAGE_LIMITS, None) if is_direct else (POST_LIMITS, PICTURES)
