"""Bulk changes: whether one can be done, what it would do, how far it is."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.models import Member, Role, Team
from allears.pipeline.conversations.errors import NoSuchPriority, NoSuchStatus, NoSuchVerb, ReasonNeeded
from allears.pipeline.conversations.models import (
    BulkChange,
    BulkState,
    Conversation,
    ConversationTag,
    Priority,
    Status,
    Tag,
)

__all__ = ["BulkChange", "BulkState"]

Conversations = QuerySet[Conversation]
_FINISHED = (Status.SOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """A verb and what it takes: an id ("" for nobody), a status, a priority, a tag's id, a reason."""

    verb: str
    value: str = ""

    @property
    def id(self) -> int | None:
        """The value as an id. Raise NotVisible for what is none."""
        if not self.value:
            return None
        if not (self.value.isascii() and self.value.isdecimal() and len(self.value) < 19):
            raise NotVisible
        return int(self.value)


@dataclass(frozen=True, slots=True)
class Preview:
    """How many conversations a change would change, and how many it would leave, by reason."""

    total: int
    left: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        return self.total - sum(self.left.values())


def check_order(member: Member, order: BulkOrder) -> None:
    """Raise NoSuchVerb, or what the single verb raises for a value that makes no sense."""
    checks = {
        "assign": _check_assignee,
        "team": _check_team,
        "status": _check_status,
        "priority": _check_priority,
        "tag": _check_tag,
        "untag": _check_tag,
        "no_reply": _check_reason,
        "spam": _check_nothing,
    }
    if order.verb not in checks:
        raise NoSuchVerb
    checks[order.verb](member, order)


def _check_assignee(member: Member, order: BulkOrder) -> None:
    able = Member.objects.filter(workspace=member.workspace_id, is_active=True).exclude(role=Role.OBSERVER)
    if order.id is not None and not able.filter(id=order.id).exists():
        raise NotVisible


def _check_team(member: Member, order: BulkOrder) -> None:
    if order.id is not None and not Team.objects.filter(workspace=member.workspace_id, id=order.id).exists():
        raise NotVisible


def _check_status(member: Member, order: BulkOrder) -> None:
    if order.value not in Status.values or order.value == Status.NEW:
        raise NoSuchStatus


def _check_priority(member: Member, order: BulkOrder) -> None:
    if order.value not in {str(value) for value in Priority.values}:
        raise NoSuchPriority


def _check_tag(member: Member, order: BulkOrder) -> None:
    if order.id is None or not Tag.objects.filter(workspace=member.workspace_id, id=order.id).exists():
        raise NotVisible


def _check_reason(member: Member, order: BulkOrder) -> None:
    if not order.value.strip():
        raise ReasonNeeded


def _check_nothing(member: Member, order: BulkOrder) -> None:
    """Spam takes nothing."""


def preview_bulk(order: BulkOrder, conversations: Conversations) -> Preview:
    """Count, in one statement, what a change would do to some conversations now."""
    reasons = {f"left_{name}": Count("id", filter=q) for name, q in _left_by(order).items()}
    counts = conversations.order_by().aggregate(total=Count("id"), **reasons)
    left = {name.removeprefix("left_"): counts[name] for name in reasons if counts[name]}
    return Preview(counts["total"], left)


def _left_by(order: BulkOrder) -> dict[str, Q]:
    """Say which conversations a change leaves, by reason; no conversation for two."""
    is_waiting = Q(waiting_since__isnull=False)
    if order.verb in {"tag", "untag"}:
        tagged = Q(Exists(ConversationTag.objects.filter(conversation=OuterRef("pk"), tag=order.id)))
        return {"already": tagged if order.verb == "tag" else ~tagged}
    if order.verb == "no_reply":
        return {"nothing_waits": ~is_waiting}
    if order.verb == "spam":
        return {"already": Q(is_spam=True, status=Status.SOLVED) & ~is_waiting}
    if order.verb == "status" and order.value in _FINISHED:
        return {"already": Q(status=order.value), "waits": ~Q(status=order.value) & is_waiting}
    names = {"assign": "assignee", "team": "team", "status": "status", "priority": "priority"}
    name = names[order.verb]
    if not order.value:
        return {"already": Q(**{f"{name}__isnull": True})}
    return {"already": Q(**{name: order.value})}


def get_visible_bulk(member: Member, bulk_id: int) -> BulkChange:
    """Return a bulk change of the member's own. Raise NotVisible for any other."""
    bulk = BulkChange.objects.filter(member=member, id=bulk_id).first()
    if bulk is None:
        raise NotVisible
    return bulk
