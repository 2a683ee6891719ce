"""The queue: one page of conversations at a time, by keyset, and exact counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from allears.foundation.errors import NotVisible
from allears.foundation.events.queries import last_event_id_of
from allears.foundation.rows import find_rows, hang_on, moment_in, select_rows, spelled_out
from allears.foundation.workspaces.models import Member
from allears.foundation.workspaces.queries import hidden_team_ids
from allears.pipeline.conversations.models import CallIn, Conversation, Order, Priority, Status, Visibility
from allears.pipeline.conversations.queries.orders import cursor_of, in_order

OPEN = (Status.NEW, Status.OPEN)
VIEWS = ("mine", "unassigned", "open", "called", "praise", "pending", "on-hold", "solved", "all")
COUNTED_VIEWS = ("mine", "unassigned", "open", "called", "praise", "pending", "on-hold")
_PRAISE = "praise"
_BY_STATUS = {
    "pending": [Status.PENDING],
    "on-hold": [Status.ON_HOLD],
    "solved": [Status.SOLVED, Status.CLOSED],
}
COUNTS_SERVE_FOR = 1.0
UNCHANGED_COUNTS_SERVE_FOR = 10.0

_Groups = list[tuple[str, int | None, int | None, int]]
_counted: dict[int, tuple[float, int, _Groups]] = {}
# What saved views were counted at (saved_views.py): kept here, so that all counts are forgotten together.
counted_views: dict[tuple[int, tuple[int, ...], int, str], tuple[float, float, int, int]] = {}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One conversation as a queue shows it."""

    PERSONAL_TEXTS = ("subject", "preview")
    PERSONAL_NAMES = ("customer_name",)

    id: int
    customer_name: str
    network: str
    channel_name: str
    visibility: str
    status: str
    priority: int
    subject: str
    preview: str
    waiting_since: datetime | None
    last_message_at: datetime
    message_count: int
    assignee_id: int | None
    assignee_name: str
    team_name: str
    is_spam: bool
    position: int
    matter_position: int
    urgency: int
    intent: str
    sentiment: str
    is_praise: bool
    has_personal: bool

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def is_urgent(self) -> bool:
        return self.priority == Priority.URGENT

    @property
    def is_new(self) -> bool:
        return self.status == Status.NEW


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Rows of one view, and the cursor of the page after it ("" at the end)."""

    rows: list[QueueRow]
    next_cursor: str


_FIELDS = (
    "id",
    "customer_name",
    "channel__kind",
    "channel__name",
    "visibility",
    "status",
    "priority",
    "subject",
    "preview",
    "waiting_since",
    "last_message_at",
    "message_count",
    "assignee_id",
    "shown_assignee",
    "shown_team",
    "is_spam",
    "queue_position",
    "matter_position",
    "urgency",
    "intent",
    "sentiment",
    "is_praise",
    "has_personal",
)


_MOMENTS = [_FIELDS.index(name) for name in ("waiting_since", "last_message_at")]
_TRUTHS = [_FIELDS.index(name) for name in ("is_spam", "is_praise", "has_personal")]
# The same, as one statement that is compiled once.
_ROWS = (
    "SELECT c.id, c.customer_name, h.kind, h.name, c.visibility, c.status, c.priority, c.subject, c.preview,"
    " c.waiting_since, c.last_message_at, c.message_count, c.assignee_id, COALESCE(m.name, ''),"
    " COALESCE(t.name, ''), c.is_spam, c.queue_position, c.matter_position, c.urgency, c.intent, c.sentiment,"
    " c.is_praise, c.has_personal FROM conversations_conversation c"
    " JOIN channels_channel h ON h.id = c.channel_id LEFT JOIN workspaces_member m ON m.id = c.assignee_id"
    " LEFT JOIN workspaces_team t ON t.id = c.team_id WHERE c.id {among}"
)


def visible_conversations(member: Member) -> QuerySet[Conversation]:
    """Return the conversations a member may see: the workspace's, private teams of others left out."""
    found = Conversation.objects.filter(workspace=member.workspace_id)
    hidden = hidden_team_ids(member)
    return found.filter(Q(team__isnull=True) | ~Q(team__in=hidden)) if hidden else found


def visible_ids(member: Member, ids: Iterable[int]) -> set[int]:
    """Say which of these conversations a member may see."""
    return set(visible_conversations(member).filter(id__in=ids).values_list("id", flat=True))


def get_visible_conversation(member: Member, conversation_id: int) -> Conversation:
    """Return a conversation the member may see. Raise NotVisible for any other."""
    found = find_rows(
        Conversation, "workspace_id = %s AND id {among}", member.workspace_id, among=[conversation_id]
    )
    if not found or found[0].team_id in hidden_team_ids(member):
        raise NotVisible
    hang_on(found, "customer", "channel", "team", "assignee")
    return found[0]


def queue_page(member: Member, view: str, after: str = "", size: int = 50) -> QueuePage:
    """Return one page of a view (VIEWS): queues by who waits longest, the rest newest first."""
    return page_of(in_view(visible_conversations(member), member, view), order_of(view), after, size)


def order_of(view: str) -> Order:
    """Say in which order a view stands."""
    return Order.WAITING if view in {"mine", "unassigned", "open", _PRAISE} else Order.NEWEST


def page_of(found: QuerySet[Conversation], order: str, after: str = "", size: int = 50) -> QueuePage:
    """Return one page of some conversations in an order (of Order), by keyset."""
    found = in_order(found, order, after)
    # First the order, from one index; then what to show. Together, a planner may begin with the channels.
    ids = list(found.values_list("id", flat=True)[: size + 1])
    shown = {row.id: row for row in rows_by_id(ids[:size])}
    rows = [shown[id_] for id_ in ids if id_ in shown]
    return QueuePage(rows, cursor_of(order, rows[-1]) if len(ids) > size and rows else "")


def rows_in_view(member: Member, view: str, ids: Sequence[int]) -> list[QueueRow]:
    """Return those of some conversations that stand in a view now, in its order."""
    found = in_view(visible_conversations(member), member, view).filter(id__in=ids)
    return rows_of(found.order_by("queue_position", "id"))


def rows_of(conversations: QuerySet[Conversation]) -> list[QueueRow]:
    """Read conversations as rows, in one statement."""
    named = conversations.annotate(
        shown_assignee=Coalesce("assignee__name", Value("")), shown_team=Coalesce("team__name", Value(""))
    )
    return [QueueRow(*row) for row in named.values_list(*_FIELDS)]


def rows_by_id(ids: Sequence[int]) -> list[QueueRow]:
    """Read the conversations of these ids as rows, in no order: what every queue is drawn from."""
    return [_row(list(line)) for line in select_rows(_ROWS, among=ids)]


def _row(line: list[Any]) -> QueueRow:
    """Make a row of what the database tells; SQLite's moments bear no zone, and its truths are numbers."""
    if connection.vendor == "sqlite":
        for place in _MOMENTS:
            line[place] = moment_in(line[place])
        for place in _TRUTHS:
            line[place] = bool(line[place])
    return QueueRow(*line)


def in_view(found: QuerySet[Conversation], member: Member, view: str) -> QuerySet[Conversation]:
    """Keep of some conversations those that stand in a view (VIEWS). Raise NotVisible for any other name."""
    if view == "all":
        return found
    if view == "called":
        return found.filter(id__in=CallIn.objects.filter(member=member).values("note__conversation"))
    if view in _BY_STATUS:
        return found.filter(status__in=_BY_STATUS[view])
    if view not in VIEWS:
        raise NotVisible
    found = found.filter(spelled_out(Conversation, "status", OPEN))
    if view == "mine":
        return found.filter(assignee=member.id)
    if view == _PRAISE:
        return found.filter(is_praise=True)
    return found.filter(assignee__isnull=True) if view == "unassigned" else found


def queue_counts(member: Member) -> dict[str, int]:
    """Count the conversations in each counted view, exactly, as of a second ago at most."""
    hidden = set(hidden_team_ids(member))
    counts = dict.fromkeys(COUNTED_VIEWS, 0)
    for status, assignee, team, count in _groups(member.workspace_id):
        if team in hidden:
            continue
        for view in _views_of(status, assignee, member.id):
            counts[view] += count
    [(counts["called"],)] = select_rows(
        "SELECT COUNT(DISTINCT n.conversation_id) FROM conversations_callin c"
        " JOIN conversations_note n ON n.id = c.note_id WHERE c.seen_at IS NULL AND c.member_id {among}",
        among=[member.id],
    )
    return counts


def _views_of(status: str, assignee: int | None, member_id: int) -> Sequence[str]:
    if status == _PRAISE:
        return (_PRAISE,)
    if status == Status.PENDING:
        return ("pending",)
    if status == Status.ON_HOLD:
        return ("on-hold",)
    if assignee is None:
        return ("open", "unassigned")
    return ("open", "mine") if assignee == member_id else ("open",)


def _groups(workspace_id: int) -> _Groups:
    """Count by status, assignee and team in one pass; counted again only when something happened."""
    counted_at, event_id, groups = _counted.get(workspace_id, (0.0, -1, []))
    age = monotonic() - counted_at
    if age < COUNTS_SERVE_FOR:
        return groups
    newest = last_event_id_of(workspace_id)
    if newest == event_id and age < UNCHANGED_COUNTS_SERVE_FOR:
        return groups
    mine = Conversation.objects.filter(workspace=workspace_id).order_by()
    counted = mine.filter(status__in=[*OPEN, Status.PENDING, Status.ON_HOLD])
    groups = list(counted.values_list("status", "assignee_id", "team_id").annotate(count=Count("id")))
    praise = mine.filter(spelled_out(Conversation, "status", OPEN), is_praise=True)
    teams = praise.values_list("team_id").annotate(count=Count("id"))
    groups += [(_PRAISE, None, team, count) for team, count in teams]
    _counted[workspace_id] = (monotonic(), newest, groups)
    return groups


def forget_counts() -> None:
    """Have the counts counted again at once."""
    _counted.clear()
    counted_views.clear()


def longest_wait(member: Member) -> datetime | None:
    """Say since when the customer waits who waits longest in the whole queue."""
    is_open = spelled_out(Conversation, "status", OPEN)
    waiting = visible_conversations(member).filter(is_open, waiting_since__isnull=False)
    return waiting.order_by("queue_position").values_list("waiting_since", flat=True).first()
