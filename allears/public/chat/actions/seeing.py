"""What a visitor has seen, and whether they are here."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection

from allears.foundation.clock import now
from allears.foundation.events.passing import tell_passing
from allears.foundation.rows import change_rows, moment_as_text
from allears.pipeline.conversations.models import Leg
from allears.public.chat.models import Visitor
from allears.public.chat.queries.visitors import Own

HERE_FOR = timedelta(seconds=90)
NOBODY = 0
# A notice of PostgreSQL holds 8,000 bytes.
MOST_TOLD = 500


def note_seen_until(visitor: Visitor, own: Own, message_id: int) -> None:
    """Remember up to which message a visitor has seen; members who look hear of it."""
    before = Visitor.objects.filter(id=visitor.id, seen_message_id__lt=message_id)
    if before.update(seen_message_id=message_id):
        tell_members(visitor.workspace_id, own.conversations, seen_until=message_id)


def tell_members(workspace_id: int, conversations: Collection[int], **facts: object) -> None:
    """Tell the open pages of members something passing about the visitor of some conversations."""
    if conversations:
        tell_passing(
            workspace_id, "visitor", {"conversations": list(conversations)[-MOST_TOLD:], **facts}, but=NOBODY
        )


def keep_visitors_here(visitor_ids: Collection[int], *, for_: timedelta = HERE_FOR) -> None:
    """Remember, in one statement, that visitors have a page open; a length of zero: that they left."""
    at = now()
    as_kept = moment_as_text if connection.vendor == "sqlite" else _unchanged
    change_rows(
        "UPDATE chat_visitor SET here_until = %s, last_seen_at = %s WHERE id {among}",
        as_kept(at + for_),
        as_kept(at),
        among=sorted(visitor_ids),
    )


def _unchanged(moment: datetime | None) -> datetime | None:
    return moment


def tell_who_is_here(visitor_ids: Collection[int], *, is_here: bool) -> None:
    """Tell members that visitors came or left, those who have a conversation."""
    if not visitor_ids:
        return
    mine = Visitor.objects.filter(id__in=visitor_ids).values_list("thread", "channel_id", "workspace_id")
    workspaces = {thread: workspace_id for thread, _, workspace_id in mine}
    legs = Leg.objects.filter(
        thread__external_id__in=list(workspaces),
        thread__channel__in={channel_id for _, channel_id, _ in mine},
    ).exclude(thread__external_id="")
    by_workspace: dict[int, list[int]] = {}
    for name, conversation in legs.values_list("thread__external_id", "conversation_id"):
        by_workspace.setdefault(workspaces[name], []).append(conversation)
    for workspace_id, conversations in by_workspace.items():
        tell_members(workspace_id, conversations, is_here=is_here)
