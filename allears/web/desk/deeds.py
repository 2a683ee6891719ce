"""What can be done to a message without words, and what was done, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from allears.connectors.interface import Abilities
from allears.pipeline.conversations.queries.names import Message
from allears.pipeline.replies.items import abilities_among, judges_items
from allears.pipeline.replies.names import ItemDeed
from allears.pipeline.replies.queries import deeds_of
from allears.pipeline.replies.saying import in_words
from allears.web.desk.words import DEED_REASONS, deed_reason_label

_FOR_HIDING = tuple(one for one in DEED_REASONS if one[0] != "mistake")
_FOR_DELETING = tuple(one for one in DEED_REASONS if one[0] in {"mistake", "personal_data", "legal", "other"})
_CAN_BE_UNDONE = {"hide", "like"}


@dataclass(frozen=True, slots=True)
class DrawnDeed:
    """One deed in words: who, when, why, what came of it; with the way back, if there is one."""

    id: int
    sentence: str
    reason: str
    trouble: str
    deed: ItemDeed
    can_be_undone: bool


@dataclass(slots=True, kw_only=True)
class DrawnDeeds:
    """The buttons under one message, the reasons against those that are not there, and what was done."""

    message: Message
    emoji: tuple[str, ...] = ()
    reacted: bool = False
    may_like: bool = False
    may_hide: bool = False
    may_delete: bool = False
    why_not: list[str] = field(default_factory=list)
    done: list[DrawnDeed] = field(default_factory=list)
    is_newest: bool = False
    hiding_reasons: tuple[tuple[str, str | Promise], ...] = _FOR_HIDING
    deleting_reasons: tuple[tuple[str, str | Promise], ...] = _FOR_DELETING

    @property
    def is_hidden_by_us(self) -> bool:
        return any(one.deed.kind == "hide" and one.can_be_undone for one in self.done)

    @property
    def version(self) -> str:
        """Name the state in which they are drawn."""
        return ",".join(f"{one.id}{one.deed.state}" for one in self.done)


def draw_deeds(messages: Sequence[Message], *, may_answer: bool) -> dict[int, DrawnDeeds]:
    """Draw what can be and was done to messages, by their ids; nothing where a network has no such thing."""
    judged = [one for one in messages if judges_items(one.channel)]
    if not judged:
        return {}
    done = deeds_of([one.id for one in judged])
    abilities = abilities_among(judged)
    newest = max((one.id for one in judged if one.is_inbound), default=0)
    found = {}
    for message in judged:
        drawn = _draw(message, abilities[message.id], done.get(message.id, []), may_answer=may_answer)
        drawn.is_newest = message.id == newest
        found[message.id] = drawn
    return found


def _draw(message: Message, abilities: Abilities, done: list[ItemDeed], *, may_answer: bool) -> DrawnDeeds:
    is_busy = any(one.state in {"waiting", "doing"} for one in done)
    may = may_answer and not is_busy
    refused = [abilities.hide, abilities.delete] if message.is_inbound else [abilities.delete]
    reasons = [in_words(one.reason, one.facts) for one in refused if not one.is_possible and one.reason]
    likes = [one for one in done if one.kind in {"like", "unlike"} and one.state == "done"]
    return DrawnDeeds(
        message=message,
        emoji=abilities.emoji,
        reacted=bool(likes) and likes[-1].kind == "like",
        may_like=may and abilities.like.is_possible,
        may_hide=may and abilities.hide.is_possible,
        may_delete=may and abilities.delete.is_possible,
        why_not=list(dict.fromkeys(reasons)) if may_answer else [],
        done=_draw_done(done, may_answer=may),
    )


def _draw_done(done: list[ItemDeed], *, may_answer: bool) -> list[DrawnDeed]:
    """Draw what stands: the newest deed of each sort, unless it only took back another."""
    newest = {_sort_of(one): one for one in done}
    return [
        DrawnDeed(
            id=one.id,
            sentence=_sentence(one),
            reason=one.words or deed_reason_label(one.reason),
            trouble=in_words(one.trouble, one.trouble_facts),
            deed=one,
            can_be_undone=may_answer and one.state == "done" and one.kind in _CAN_BE_UNDONE,
        )
        for one in newest.values()
        if not (one.state == "done" and one.kind in {"unlike", "unhide"})
    ]


def _sort_of(deed: ItemDeed) -> str:
    return deed.kind.removeprefix("un")


def _sentence(deed: ItemDeed) -> str:
    name = {"name": deed.member.name if deed.member else _("Someone"), "emoji": deed.emoji}
    if deed.state == "refused":
        return _("Not done: the network refused it")
    if deed.state != "done":
        return {
            "like": _("Being liked"),
            "unlike": _("The like is being taken back"),
            "hide": _("Being hidden"),
            "unhide": _("Being shown again"),
            "delete": _("Being deleted"),
        }[deed.kind]
    return {
        "like": _("%(name)s liked it %(emoji)s"),
        "hide": _("%(name)s hid it on the network"),
        "delete": _("%(name)s deleted it from the network"),
    }[deed.kind] % name
