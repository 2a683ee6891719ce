"""What each verb does to each conversation of a batch: the rules of the single verbs, without their statements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allears.foundation.events.actions import Happening
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.statuses import FINISHED, put_status
from allears.pipeline.conversations.models import Conversation, Outcome, Status

ALREADY, WAITS, NOTHING_WAITS, GONE = "already", "waits", "nothing_waits", "gone"


@dataclass(slots=True)
class Batch:
    """Conversations that are held, with what the rules have to know of them, and what is to be told.

    `unanswered` are the ids of the messages that wait, by conversation; `ended` collects those that got
    an outcome. `team_members` are those of a private team that gets the batch, else None.
    """

    by: Member
    bulk_id: int
    value: str
    at: datetime
    unanswered: Mapping[int, list[int]]
    team_members: set[int] | None = None
    ended: dict[int, list[int]] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    @property
    def id(self) -> int | None:
        """The value as an id; None for nobody, or no team."""
        return int(self.value) if self.value else None

    def tell(self, kind: str, conversation: Conversation, **facts: Any) -> None:
        """Have an event written for a conversation."""
        self.happenings.append(
            Happening(
                kind=kind,
                workspace_id=conversation.workspace_id,
                by=self.by.id,
                conversation=conversation.id,
                facts={**facts, "bulk": self.bulk_id},
            )
        )


Rule = Callable[[Batch, Conversation], str]


def _assign(batch: Batch, conversation: Conversation) -> str:
    return _put_assignee(batch, conversation, batch.id)


def _put_assignee(batch: Batch, conversation: Conversation, assignee: int | None) -> str:
    before = conversation.assignee_id
    if before == assignee:
        return ALREADY
    conversation.assignee_id = assignee
    if assignee and conversation.status == Status.NEW:
        conversation.status = Status.OPEN
    batch.tell("conversation.assigned", conversation, before=before, after=assignee)
    return ""


def _give_to_team(batch: Batch, conversation: Conversation) -> str:
    before = conversation.team_id
    if before == batch.id:
        return ALREADY
    conversation.team_id = batch.id
    batch.tell("conversation.given_to_team", conversation, before=before, after=batch.id)
    if batch.team_members is not None and conversation.assignee_id not in batch.team_members:
        _put_assignee(batch, conversation, None)
    return ""


def _set_status(batch: Batch, conversation: Conversation) -> str:
    if conversation.status == batch.value:
        return ALREADY
    if batch.value in FINISHED and conversation.id in batch.unanswered:
        return WAITS
    _put_status(batch, conversation, Status(batch.value))
    return ""


def _put_status(batch: Batch, conversation: Conversation, status: Status) -> None:
    before = conversation.status
    put_status(conversation, status, batch.at)
    batch.tell("conversation.status_changed", conversation, before=before, after=str(status))


def _set_priority(batch: Batch, conversation: Conversation) -> str:
    before, after = conversation.priority, int(batch.value)
    if before == after:
        return ALREADY
    conversation.priority = after
    batch.tell("conversation.priority_changed", conversation, before=before, after=after)
    return ""


def _need_no_reply(batch: Batch, conversation: Conversation) -> str:
    if conversation.id not in batch.unanswered:
        return NOTHING_WAITS
    _end(batch, conversation, Outcome.NO_REPLY_NEEDED, batch.value)
    _solve(batch, conversation)
    return ""


def _call_spam(batch: Batch, conversation: Conversation) -> str:
    is_waiting = conversation.id in batch.unanswered
    if conversation.is_spam and conversation.status == Status.SOLVED and not is_waiting:
        return ALREADY
    if is_waiting:
        _end(batch, conversation, Outcome.SPAM, "")
    _solve(batch, conversation)
    conversation.is_spam = True
    return ""


def _end(batch: Batch, conversation: Conversation, outcome: Outcome, reason: str) -> None:
    messages = batch.unanswered[conversation.id]
    batch.ended[conversation.id] = messages
    facts = {"outcome": str(outcome), "reason": reason, "messages": len(messages)}
    batch.tell("message.outcome_set", conversation, **facts)


def _solve(batch: Batch, conversation: Conversation) -> None:
    conversation.waiting_since = None
    if conversation.status != Status.SOLVED:
        _put_status(batch, conversation, Status.SOLVED)


RULES: dict[str, Rule] = {
    "assign": _assign,
    "team": _give_to_team,
    "status": _set_status,
    "priority": _set_priority,
    "no_reply": _need_no_reply,
    "spam": _call_spam,
}
OUTCOMES = {"no_reply": Outcome.NO_REPLY_NEEDED, "spam": Outcome.SPAM}
TAGGING = ("tag", "untag")
VERBS = (*RULES, *TAGGING)
