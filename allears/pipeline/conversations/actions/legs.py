"""Find the conversation of each arrival by its leg, and join conversations that were one."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from allears.connectors.interface import Visibility
from allears.foundation.events.actions import record_event
from allears.foundation.rows import find_rows, new_row, select_rows
from allears.pipeline.conversations.actions.clocks import recount_conversation
from allears.pipeline.conversations.actions.threading import MOVED
from allears.pipeline.conversations.models import (
    Conversation,
    ConversationTag,
    Leg,
    Message,
    Note,
    Status,
    Thread,
    ThreadKey,
)

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

_Place = tuple[int, int]
_LEGS = "SELECT thread_id, party, conversation_id FROM conversations_leg WHERE thread_id {among}"
# Held against other writers; SQLite has one writer anyway.
_HELD = "id {among} ORDER BY id FOR UPDATE"


def find_conversations(arrivals: "Sequence[Arrival]") -> None:
    """Give every arrival its conversation; those that need a new one get it, unsaved."""
    legs = _legs_of({a.thread.pk for a in arrivals if a.thread})
    parents = _parents_of(arrivals)
    for arrival in arrivals:
        assert arrival.thread
        place = _place_of(arrival, legs, parents)
        conversation = legs.get(place)
        if conversation is None or (conversation.status == Status.CLOSED and not arrival.incoming.is_ours):
            conversation = _new_conversation(arrival)
            arrival.is_new_conversation = True
            legs[place] = conversation
            arrival.party = place[1]
        arrival.conversation = conversation


def _place_of(
    arrival: "Arrival", legs: dict[_Place, Conversation], parents: dict[tuple[int, str], _Place]
) -> _Place:
    """Say on which leg an arrival stands: in public, each identity has its own."""
    assert arrival.thread
    if arrival.incoming.visibility == Visibility.PRIVATE:
        return (arrival.thread.pk, 0)
    if arrival.incoming.is_ours:
        parent = parents.get((arrival.channel_id, arrival.incoming.in_reply_to))
        if parent:
            return parent
    place = (arrival.thread.pk, arrival.known.identity_id)
    parents[arrival.channel_id, arrival.incoming.external_id] = place
    return place


def _legs_of(thread_ids: set[int]) -> dict[_Place, Conversation]:
    legs = {
        (thread, party): conversation for thread, party, conversation in select_rows(_LEGS, among=thread_ids)
    }
    conversations = hold_conversations(set(legs.values()))
    return {place: conversations[id_] for place, id_ in legs.items()}


def hold_conversations(ids: set[int]) -> dict[int, Conversation]:
    """Find conversations by their ids and hold them against other writers until the transaction ends."""
    held = _HELD if connection.vendor == "postgresql" else "id {among}"
    return {conversation.id: conversation for conversation in find_rows(Conversation, held, among=ids)}


def _parents_of(arrivals: "Sequence[Arrival]") -> dict[tuple[int, str], _Place]:
    """Find on which leg the messages stand that our own words, heard on the network, answer."""
    wanted: dict[int, list[str]] = {}
    for arrival in arrivals:
        if arrival.incoming.is_ours and arrival.incoming.in_reply_to:
            wanted.setdefault(arrival.channel_id, []).append(arrival.incoming.in_reply_to)
    return {
        (channel_id, external_id): (thread_id, party)
        for channel_id, ids in wanted.items()
        for external_id, thread_id, party in Message.objects.filter(
            channel=channel_id, external_id__in=ids, conversation__legs__thread=F("thread")
        ).values_list("external_id", "thread_id", "conversation__legs__party")
    }


def _new_conversation(arrival: "Arrival") -> Conversation:
    return new_row(
        Conversation,
        workspace_id=arrival.workspace_id,
        channel_id=arrival.channel_id,
        customer_id=arrival.known.customer_id,
        customer_name=arrival.known.name[:200],
        team_id=arrival.team_id,
        subject=arrival.incoming.subject[:300],
        visibility=arrival.incoming.visibility,
        opened_at=arrival.sent_at,
        last_message_at=arrival.sent_at,
        queue_position=0,
    )


def join_threads(winner: Thread, loser: Thread) -> list[tuple[int, int]]:
    """Make two threads one; return (gone, kept) for conversations that became one by it."""
    kept_by_party = {leg.party: leg.conversation for leg in _legs_with_conversation(winner)}
    joined = []
    for leg in _legs_with_conversation(loser):
        kept = kept_by_party.get(leg.party)
        if kept is None:
            Leg.objects.filter(id=leg.id).update(thread=winner)
        elif kept.id != leg.conversation_id:
            move_everything(leg.conversation, kept)
            joined.append((leg.conversation_id, kept.id))
    Leg.objects.filter(thread=loser).delete()
    Message.objects.filter(thread=loser).update(thread=winner)
    ThreadKey.objects.filter(thread=loser).update(thread=winner)
    ThreadKey.objects.create(channel_id=loser.channel_id, key=f"{MOVED}{loser.pk}", thread=winner)
    Thread.objects.filter(id=loser.pk).delete()
    for _, kept_id in joined:
        recount_conversation(kept_id)
    return joined


def _legs_with_conversation(thread: Thread) -> list[Leg]:
    return list(Leg.objects.filter(thread=thread).select_related("conversation").order_by("id"))


def move_everything(gone: Conversation, kept: Conversation) -> None:
    """Move what hangs on a conversation here; `flow` moves what later stages hang on it."""
    Message.objects.filter(conversation=gone).update(conversation=kept)
    Note.objects.filter(conversation=gone).update(conversation=kept)
    Leg.objects.filter(conversation=gone).update(conversation=kept)
    tagged = ConversationTag.objects.filter(conversation=kept).values("tag")
    ConversationTag.objects.filter(conversation=gone).exclude(tag__in=tagged).update(conversation=kept)
    Conversation.objects.filter(id=gone.id).update(
        status=Status.CLOSED, solved_at=kept.last_message_at, waiting_since=None, message_count=0
    )
    if kept.is_finished and not gone.is_finished:
        kept.status, kept.solved_at = gone.status, None
    kept.assignee_id = kept.assignee_id or gone.assignee_id
    kept.team_id = kept.team_id or gone.team_id
    kept.priority = min(kept.priority, gone.priority)
    kept.opened_at = min(kept.opened_at, gone.opened_at)
    kept.first_answered_at = _first(kept.first_answered_at, gone.first_answered_at)
    kept.save()
    record_event("conversation.joined", kept.workspace_id, conversation=kept.id, joined=gone.id)


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def put_leg(conversation: Conversation, thread: Thread) -> Conversation | None:
    """Make a private thread a leg of a conversation; return the one whose leg it was, if another's."""
    leg = Leg.objects.filter(thread=thread, party=0).select_related("conversation").first()
    if leg is None:
        Leg.objects.create(thread=thread, party=0, conversation=conversation)
        return None
    if leg.conversation_id == conversation.id:
        return None
    Leg.objects.filter(id=leg.id).update(conversation=conversation)
    return leg.conversation


def forget_empty_conversation(conversation_id: int) -> None:
    """Let go of a conversation from which everything was moved."""
    Conversation.objects.filter(id=conversation_id, message_count=0).delete()
