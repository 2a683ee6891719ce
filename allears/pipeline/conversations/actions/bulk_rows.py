"""The statements of a bulk change: hold a batch, write it, put it back. A fixed number, whatever the size."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.noise import learn_noise, unlearn_noise
from allears.pipeline.conversations.models import BulkItem, Conversation, Direction, Message, Outcome
from allears.pipeline.conversations.positions import place_in_queues
from allears.pipeline.conversations.queries.queue import visible_conversations

_UPDATE = """
UPDATE conversations_conversation SET status = %s, solved_at = %s, is_spam = %s, waiting_since = %s,
  assignee_id = %s, team_id = %s, priority = %s, queue_position = %s, matter_position = %s
WHERE id = %s
"""
_UPDATE_ITEM = "UPDATE conversations_bulkitem SET state = %s, before = %s, event = %s WHERE id = %s"


def hold_visible(member: Member, ids: Collection[int]) -> list[Conversation]:
    """Hold, in one order, those of some conversations that a member may see."""
    rows = visible_conversations(member).filter(id__in=ids).order_by("id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    return list(rows)


def unanswered_in(ids: Collection[int]) -> dict[int, list[int]]:
    """List the messages that wait for an answer, by conversation."""
    waiting = Message.objects.filter(conversation__in=ids, direction=Direction.IN, outcome=Outcome.NONE)
    found: dict[int, list[int]] = {}
    for conversation, message in waiting.order_by("id").values_list("conversation_id", "id"):
        found.setdefault(conversation, []).append(message)
    return found


def end_messages(ids: Collection[int], outcome: Outcome, reason: str, by: Member, at: datetime) -> None:
    """Give messages their outcome."""
    messages = Message.objects.filter(id__in=ids)
    messages.update(outcome=outcome, outcome_reason=reason, outcome_at=at, outcome_by=by.id)
    if outcome == Outcome.SPAM:
        learn_noise(ids, by)


def let_messages_wait(ids: Collection[int]) -> None:
    """Take the outcome of messages back."""
    unlearn_noise(ids)
    messages = Message.objects.filter(id__in=ids)
    messages.update(outcome=Outcome.NONE, outcome_reason="", outcome_at=None, outcome_by=None)


def write_conversations(conversations: Iterable[Conversation]) -> None:
    """Write what a bulk change may change, and where each stands in the queue by that."""
    adapt = connection.ops.adapt_datetimefield_value
    rows = []
    for one in conversations:
        place_in_queues(one)
        rows.append(
            [
                one.status,
                adapt(one.solved_at),
                one.is_spam,
                adapt(one.waiting_since),
                one.assignee_id,
                one.team_id,
                one.priority,
                one.queue_position,
                one.matter_position,
                one.id,
            ]
        )
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, rows)


def write_items(items: Iterable[BulkItem]) -> None:
    """Write what became of items."""
    rows: list[list[Any]] = [[item.state, json.dumps(item.before), item.event, item.id] for item in items]
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE_ITEM, rows)


def picture_of(conversation: Conversation) -> dict[str, Any]:
    """Return what a bulk change may change, fit to be kept."""
    return {
        "status": conversation.status,
        "solved_at": conversation.solved_at.isoformat() if conversation.solved_at else None,
        "is_spam": conversation.is_spam,
        "waiting_since": conversation.waiting_since.isoformat() if conversation.waiting_since else None,
        "assignee": conversation.assignee_id,
        "team": conversation.team_id,
        "priority": conversation.priority,
    }


def put_back(conversation: Conversation, before: Mapping[str, Any]) -> None:
    """Make a held conversation what it was."""
    conversation.status, conversation.is_spam = before["status"], before["is_spam"]
    conversation.solved_at = parse_datetime(before["solved_at"]) if before["solved_at"] else None
    conversation.waiting_since = parse_datetime(before["waiting_since"]) if before["waiting_since"] else None
    conversation.assignee_id, conversation.team_id = before["assignee"], before["team"]
    conversation.priority = before["priority"]
