"""Take a bulk change back, but for conversations that somebody changed since."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import Happening, record_event, record_events
from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.bulk_rows import (
    hold_visible,
    let_messages_wait,
    picture_of,
    put_back,
    write_conversations,
    write_items,
)
from allears.pipeline.conversations.actions.bulk_rules import TAGGING
from allears.pipeline.conversations.actions.tagging import tag_conversations, untag_conversations
from allears.pipeline.conversations.errors import TooLateToUndo
from allears.pipeline.conversations.models import BulkChange, BulkItem, BulkState, Conversation, ItemState

# A click made in time may arrive a little later.
_GRACE = timedelta(seconds=3)
_CHANGES = (
    Q(kind__startswith="conversation.")
    | Q(kind__startswith="message.")
    | Q(kind__startswith="reply.")
    | Q(kind__startswith="dispatch.")
)
_KINDS = {
    "status": "conversation.status_changed",
    "assignee": "conversation.assigned",
    "team": "conversation.given_to_team",
    "priority": "conversation.priority_changed",
}


def turn_round(by: Member, bulk: BulkChange) -> None:
    """Turn a bulk change round, while there is time; what carries it on then undoes it. Raise TooLateToUndo."""
    if bulk.member_id != by.id:
        raise NotAllowed
    with transaction.atomic():
        in_time = Q(undo_until__gte=now() - _GRACE, state=BulkState.DONE) | Q(state=BulkState.RUNNING)
        if not BulkChange.objects.filter(in_time, id=bulk.id).update(state=BulkState.UNDOING):
            raise TooLateToUndo
        record_event(
            "bulk.turned", bulk.workspace_id, by, f"bulk:{bulk.id}", verb=bulk.verb, value=bulk.value
        )


def undo_batch(bulk: BulkChange, items: list[BulkItem]) -> None:
    """Put a batch back as it was; what somebody changed since is left."""
    held = {one.id: one for one in hold_visible(bulk.member, [item.conversation for item in items])}
    touched = _touched_since(items)
    mine = [item for item in items if item.conversation in held and item.conversation not in touched]
    if bulk.verb in TAGGING:
        change = untag_conversations if bulk.verb == "tag" else tag_conversations
        change([item.conversation for item in mine], [int(bulk.value)], bulk.member, bulk.id)
    else:
        _restore(bulk, mine, held)
    undone = {item.id for item in mine}
    for item in items:
        item.state = ItemState.UNDONE if item.id in undone else ItemState.KEPT
    write_items(items)
    bulk.undone += len(mine)
    bulk.kept += len(items) - len(mine)
    bulk.save(update_fields=["undone", "kept"])


def _touched_since(items: Collection[BulkItem]) -> set[int]:
    """Find the conversations of which something was told after they were changed."""
    after = {item.conversation: item.event for item in items}
    found = Event.objects.filter(
        _CHANGES, conversation__in=list(after), id__gt=min(after.values(), default=0)
    )
    return {one for one, event in found.values_list("conversation", "id") if one and event > after[one]}


def _restore(bulk: BulkChange, items: Collection[BulkItem], held: Mapping[int, Conversation]) -> None:
    happenings: list[Happening] = []
    messages = [message for item in items for message in item.before["messages"]]
    if messages:
        let_messages_wait(messages)
    for item in items:
        conversation = held[item.conversation]
        now_is = picture_of(conversation)
        put_back(conversation, item.before)
        happenings += _told(bulk, conversation, now_is, item.before)
    write_conversations(held[item.conversation] for item in items)
    record_events(happenings)


def _told(
    bulk: BulkChange, conversation: Conversation, was: Mapping[str, Any], is_: Mapping[str, Any]
) -> list[Happening]:
    """Tell what an undo changed, as the single verbs would."""
    facts: list[tuple[str, dict[str, Any]]] = [
        (kind, {"before": was[name], "after": is_[name]})
        for name, kind in _KINDS.items()
        if was[name] != is_[name]
    ]
    if is_["messages"] or was["is_spam"] != is_["is_spam"]:
        facts = [("conversation.reopened", {})]
    return [
        Happening(
            kind=kind,
            workspace_id=bulk.workspace_id,
            by=bulk.member_id,
            conversation=conversation.id,
            facts={**told, "bulk": bulk.id, "is_undo": True},
        )
        for kind, told in facts
    ]
