"""What became of a message after it was written, in words: changed, gone, hidden, reacted to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allears.connectors.interface import ItemKind, Who
from allears.pipeline.conversations.queries.names import Message, Reaction

ITEMS = {
    ItemKind.POST: gettext_lazy("Post"),
    ItemKind.COMMENT: gettext_lazy("Comment"),
    ItemKind.MENTION: gettext_lazy("Mention"),
    ItemKind.REPLY: gettext_lazy("Reply in public"),
    ItemKind.QUOTE: gettext_lazy("Quote"),
    ItemKind.STORY_REPLY: gettext_lazy("Reply to a story"),
    ItemKind.STORY_MENTION: gettext_lazy("Mention in a story"),
    ItemKind.VISITOR_POST: gettext_lazy("Visitor's post"),
    ItemKind.RATING: gettext_lazy("Rating"),
    ItemKind.FOUND: gettext_lazy("Found by search"),
}
DELETED_BY = {
    Who.AUTHOR: gettext_lazy("Its author deleted it on the network. This is our copy."),
    Who.US: gettext_lazy("We deleted it on the network. This is our copy."),
    Who.NETWORK: gettext_lazy("The network removed it. This is our copy."),
}


@dataclass(slots=True)
class DrawnReaction:
    """One emoji under a message: how many gave it, who, and whether we are among them."""

    PERSONAL_NAMES = ("names",)

    emoji: str
    count: int = 0
    names: list[str] = field(default_factory=list)
    is_ours: bool = False

    @property
    def who(self) -> str:
        """Everyone who gave it, in one line."""
        return ", ".join(self.names)


def item_label(message: Message) -> str:
    """Say what a message is on its network; "" where there is nothing to tell apart."""
    return str(ITEMS.get(message.item, "")) if message.item else ""  # type: ignore[call-overload]


def deletion_of(message: Message) -> str:
    """Say that a message is gone from the network, and by whose hand; "" if it is not."""
    if not message.deleted_at:
        return ""
    return str(DELETED_BY.get(message.deleted_by, DELETED_BY[Who.AUTHOR]))  # type: ignore[call-overload]


def draw_reactions(reactions: Iterable[Reaction]) -> list[DrawnReaction]:
    """Gather reactions by emoji, those given first coming first."""
    drawn: dict[str, DrawnReaction] = {}
    for reaction in reactions:
        one = drawn.setdefault(reaction.emoji, DrawnReaction(reaction.emoji))
        one.count += 1
        one.is_ours = one.is_ours or reaction.is_ours
        one.names.append(_("We") if reaction.is_ours else reaction.name or _("Someone"))
    return list(drawn.values())
