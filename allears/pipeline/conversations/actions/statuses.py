"""Move a conversation through its statuses, and set how soon it matters."""

from datetime import datetime

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import (
    held_conversation,
    require_answering,
    waiting_since,
)
from allears.pipeline.conversations.actions.outcomes import end_unanswered
from allears.pipeline.conversations.errors import NoSuchPriority, NoSuchStatus, StillUnanswered
from allears.pipeline.conversations.models import Conversation, Outcome, Priority, Status

FINISHED = {Status.SOLVED, Status.CLOSED}


def set_status(conversation_id: int, status: str, by: Member, reason: str = "") -> None:
    """Set a status. Solving while the customer waits needs the reason why no reply is needed."""
    require_answering(by)
    if status not in Status.values:
        raise NoSuchStatus
    with held_conversation(conversation_id) as conversation:
        if status in FINISHED and waiting_since(conversation_id):
            if not reason.strip():
                raise StillUnanswered
            end_unanswered(conversation, Outcome.NO_REPLY_NEEDED, reason, by)
            conversation.waiting_since = None
        change_status(conversation, Status(status), by)


def change_status(conversation: Conversation, status: Status, by: Member | None = None) -> None:
    """Change the status of a held conversation and record it, if it is another one."""
    before = conversation.status
    if before == status:
        return
    put_status(conversation, status, now())
    record_event(
        "conversation.status_changed",
        conversation.workspace_id,
        by,
        conversation=conversation.id,
        before=before,
        after=status,
    )


def put_status(conversation: Conversation, status: Status, at: datetime) -> None:
    """Set the status of a held conversation, and when it was solved."""
    conversation.status = status
    conversation.solved_at = (conversation.solved_at or at) if status in FINISHED else None
    if status not in FINISHED:
        conversation.is_spam = False


def reopen_conversation(conversation_id: int) -> None:
    """Bring a conversation back into the queue because something in it went wrong."""
    with held_conversation(conversation_id) as conversation:
        conversation.waiting_since = waiting_since(conversation_id)
        if not conversation.is_open:
            change_status(conversation, Status.OPEN)


def set_priority(conversation_id: int, priority: int, by: Member) -> None:
    """Set how soon a conversation matters."""
    require_answering(by)
    if priority not in Priority.values:
        raise NoSuchPriority
    with held_conversation(conversation_id) as conversation:
        before, conversation.priority = conversation.priority, priority
        if before != priority:
            record_event(
                "conversation.priority_changed",
                conversation.workspace_id,
                by,
                conversation=conversation.id,
                before=before,
                after=priority,
            )
