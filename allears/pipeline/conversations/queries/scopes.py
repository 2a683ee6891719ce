"""What a list shows: a view or a saved one, narrowed by a filter, in an order; its pages, rows and count."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Status
from allears.pipeline.conversations.queries.filters import (
    EVERYTHING,
    ME,
    NOBODY,
    ConversationFilter,
    narrowed,
)
from allears.pipeline.conversations.queries.queue import (
    OPEN,
    QueuePage,
    QueueRow,
    in_view,
    order_of,
    page_of,
    rows_of,
    visible_conversations,
)

_AS_FILTERS = {
    "mine": ConversationFilter(statuses=OPEN, assignees=(ME,)),
    "unassigned": ConversationFilter(statuses=OPEN, assignees=(NOBODY,)),
    "open": ConversationFilter(statuses=OPEN),
    "pending": ConversationFilter(statuses=(Status.PENDING,)),
    "on-hold": ConversationFilter(statuses=(Status.ON_HOLD,)),
    "solved": ConversationFilter(statuses=(Status.SOLVED, Status.CLOSED)),
    "all": EVERYTHING,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list shows: a view of the desk (or "all"), what a saved view asks besides, and a filter on top."""

    view: str
    saved: ConversationFilter = EVERYTHING
    asked: ConversationFilter = EVERYTHING
    order: str = ""

    @property
    def shown_order(self) -> str:
        return self.order or order_of(self.view)


def conversations_in(
    member: Member, scope: Scope, visible: QuerySet[Conversation] | None = None
) -> QuerySet[Conversation]:
    """Return the conversations a member sees in a scope, in no order; `visible` spares asking again."""
    found = in_view(visible_conversations(member) if visible is None else visible, member, scope.view)
    for wanted in (scope.saved, scope.asked):
        if wanted:
            found = narrowed(found, member, wanted)
    return found


def scope_page(member: Member, scope: Scope, after: str = "", size: int = 50) -> QueuePage:
    """Return one page of a scope."""
    return page_of(conversations_in(member, scope), scope.shown_order, after, size)


def rows_in_scope(member: Member, scope: Scope, ids: Sequence[int]) -> list[QueueRow]:
    """Return those of some conversations that stand in a scope now."""
    return rows_of(conversations_in(member, scope).filter(id__in=ids).order_by("queue_position", "id"))


def count_in_scope(member: Member, scope: Scope) -> int:
    """Count the conversations a member sees in a scope, exactly."""
    return conversations_in(member, scope).count()


def as_filter(view: str) -> ConversationFilter | None:
    """Say in the words of a filter what a view shows; None for one that no filter can say."""
    return _AS_FILTERS.get(view)
