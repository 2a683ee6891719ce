"""What can fail to add up, each with the rows that are concerned."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    FileState,
    Leg,
    Message,
    Outcome,
    Status,
)
from allears.pipeline.replies.models import Dispatch, DispatchState

MOST_ROWS = 100
FILES_WAIT_FOR = timedelta(days=7)
UNDER_WAY = [
    DispatchState.HELD,
    DispatchState.WAITING,
    DispatchState.SENDING,
    DispatchState.UNKNOWN,
]


@dataclass(frozen=True, slots=True)
class Problem:
    """A marked sentence, its facts, and the rows concerned (at most 100 of them), as "kind:id"."""

    sentence: str
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.sentence % self.facts if self.facts else self.sentence


HOMELESS = mark("Messages that stand in no conversation.")
WITHOUT_LEG = mark("Conversations that no thread leads to.")
ENDED_UNANSWERED = mark("Finished conversations with messages that have no outcome.")
CLOCK_STOPPED = mark("Conversations whose customer waits, though their clock stands still.")
NOBODY_THERE = mark("Open conversations that belong to someone who can no longer answer.")
STUCK = mark("Replies that have been on their way for too long.")
FILES_LEFT = mark("Files that have waited for more than a week to be fetched from their network.")
WITHOUT_DISPATCH = mark("Replies by members that never entered the outbox.")


def message_problems(workspace_id: int | None) -> list[Problem]:
    """Find inbound messages outside of any conversation, and members' replies outside of the outbox."""
    messages = _of(Message.objects.all(), workspace_id)
    conversations = Conversation.objects.filter(id=OuterRef("conversation_id"))
    homeless = messages.filter(~Exists(conversations))
    replies = messages.filter(direction=Direction.OUT, member__isnull=False)
    unsent = replies.filter(~Exists(Dispatch.objects.filter(message=OuterRef("pk"))))
    return [*_problem(HOMELESS, "message", homeless), *_problem(WITHOUT_DISPATCH, "message", unsent)]


def conversation_problems(workspace_id: int | None) -> list[Problem]:
    """Find conversations that nobody would see, or whose end or clock is not true."""
    conversations = _of(Conversation.objects.all(), workspace_id)
    finished = Q(status__in=[Status.SOLVED, Status.CLOSED])
    unanswered = Message.objects.filter(
        conversation=OuterRef("pk"), direction=Direction.IN, outcome=Outcome.NONE
    )
    under_way = Dispatch.objects.filter(conversation=OuterRef("pk"), state__in=UNDER_WAY)
    with_unanswered = conversations.filter(id__in=_unanswered_conversations(workspace_id))
    ended = with_unanswered.filter(finished).filter(Exists(unanswered), ~Exists(under_way))
    stopped = with_unanswered.filter(~finished, waiting_since__isnull=True)
    gone = Q(assignee__is_active=False) | Q(assignee__role=Role.OBSERVER)
    left_alone = conversations.exclude(finished).filter(gone)
    without_leg = conversations.filter(~Exists(Leg.objects.filter(conversation=OuterRef("pk"))))
    return [
        *_problem(ENDED_UNANSWERED, "conversation", ended),
        *_problem(CLOCK_STOPPED, "conversation", stopped),
        *_problem(NOBODY_THERE, "conversation", left_alone),
        *_problem(WITHOUT_LEG, "conversation", without_leg.exclude(status=Status.CLOSED)),
    ]


def _unanswered_conversations(workspace_id: int | None) -> QuerySet[Any]:
    unanswered = Message.objects.filter(direction=Direction.IN, outcome=Outcome.NONE)
    return _of(unanswered, workspace_id).order_by().values("conversation_id").distinct()


def file_problems(workspace_id: int | None) -> list[Problem]:
    """Find files of messages that nobody fetches any more: each is asked for within hours, or given up in words."""
    waiting = Attachment.objects.filter(
        state=FileState.WAITING, message__received_at__lt=now() - FILES_WAIT_FOR
    )
    mine = waiting if workspace_id is None else waiting.filter(message__workspace=workspace_id)
    return _problem(FILES_LEFT, "file", mine)


def dispatch_problems(workspace_id: int | None) -> list[Problem]:
    """Find replies being sent for longer than any lease lasts."""
    sending = _of(Dispatch.objects.filter(state=DispatchState.SENDING), workspace_id)
    return _problem(STUCK, "dispatch", sending.filter(leased_until__lt=now()))


def _problem(sentence: str, kind: str, rows: QuerySet[Any]) -> list[Problem]:
    ids = list(rows.values_list("id", flat=True)[:MOST_ROWS])
    return [Problem(sentence, {}, [f"{kind}:{id_}" for id_ in ids])] if ids else []


def _of(rows: QuerySet[Any], workspace_id: int | None) -> QuerySet[Any]:
    return rows if workspace_id is None else rows.filter(workspace=workspace_id)
