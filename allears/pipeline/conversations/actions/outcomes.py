"""End inbound messages: each reaches exactly one outcome (FEATURES Z1)."""

from typing import Any

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import held_conversation, require_answering, waiting_since
from allears.pipeline.conversations.actions.noise import learn_noise, unlearn_noise
from allears.pipeline.conversations.errors import NothingToEnd, ReasonNeeded
from allears.pipeline.conversations.models import Conversation, Direction, Message, Outcome, Status


def end_unanswered(
    conversation: Conversation,
    outcome: Outcome,
    reason: str = "",
    by: Member | None = None,
    up_to: int | None = None,
) -> int:
    """Give every message that still waits (up to a message id) its outcome; return how many there were."""
    waiting = Message.objects.filter(
        conversation=conversation.id, direction=Direction.IN, outcome=Outcome.NONE
    )
    if up_to is not None:
        waiting = waiting.filter(id__lt=up_to)
    reason, by_id = reason.strip()[:200], by.id if by else None
    count = waiting.update(outcome=outcome, outcome_reason=reason, outcome_at=now(), outcome_by=by_id)
    if count:
        facts: dict[str, Any] = {"outcome": outcome, "reason": reason, "messages": count}
        workspace_id = conversation.workspace_id
        record_event("message.outcome_set", workspace_id, by, conversation=conversation.id, **facts)
    return count


def need_no_reply(conversation_id: int, reason: str, by: Member) -> None:
    """Say that what waits here needs no reply, and why; the conversation is solved by that."""
    require_answering(by)
    if not reason.strip():
        raise ReasonNeeded
    with held_conversation(conversation_id) as conversation:
        if not end_unanswered(conversation, Outcome.NO_REPLY_NEEDED, reason, by):
            raise NothingToEnd
        _solve(conversation, by)


def end_by_window(conversation_id: int, by: Member) -> None:
    """Say that the network's time to answer is over; the conversation is solved by that.

    Only a person says so: a customer who writes again opens a new window, so nothing ends by itself.
    """
    require_answering(by)
    with held_conversation(conversation_id) as conversation:
        if not end_unanswered(conversation, Outcome.WINDOW_EXPIRED, "", by):
            raise NothingToEnd
        _solve(conversation, by)


def call_it_spam(conversation_id: int, by: Member) -> None:
    """Say that a conversation is spam; it is solved by that, and can be opened again."""
    require_answering(by)
    with held_conversation(conversation_id) as conversation:
        end_unanswered(conversation, Outcome.SPAM, "", by)
        learn_noise(_called_spam(conversation), by)
        _solve(conversation, by)
        conversation.is_spam = True


def wait_again(conversation_id: int, by: Member) -> None:
    """Take back "no reply needed", "spam" and "window expired": what had no answer waits again."""
    require_answering(by)
    with held_conversation(conversation_id) as conversation:
        unlearn_noise(_called_spam(conversation))
        Message.objects.filter(
            conversation=conversation.id,
            direction=Direction.IN,
            kind__in=["message", "invite"],
            outcome__in=[Outcome.NO_REPLY_NEEDED, Outcome.SPAM, Outcome.WINDOW_EXPIRED],
        ).update(outcome=Outcome.NONE, outcome_reason="", outcome_at=None, outcome_by=None)
        conversation.waiting_since = waiting_since(conversation.id)
        conversation.status, conversation.solved_at, conversation.is_spam = Status.OPEN, None, False
        record_event("conversation.reopened", conversation.workspace_id, by, conversation=conversation.id)


def _called_spam(conversation: Conversation) -> list[int]:
    spam = Message.objects.filter(conversation=conversation.id, direction=Direction.IN, outcome=Outcome.SPAM)
    return list(spam.values_list("id", flat=True))


def _solve(conversation: Conversation, by: Member) -> None:
    conversation.waiting_since = None
    if conversation.status != Status.SOLVED:
        before, conversation.status = conversation.status, Status.SOLVED
        conversation.solved_at = conversation.solved_at or now()
        record_event(
            "conversation.status_changed",
            conversation.workspace_id,
            by,
            conversation=conversation.id,
            before=before,
            after=Status.SOLVED,
        )
