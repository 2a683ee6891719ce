"""Change several things of a conversation at once, or none of them."""

from typing import TypedDict

from django.db import transaction

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.holding import held_conversation, require_answering
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.actions.tagging import tag_conversations, untag_conversations
from allears.pipeline.conversations.errors import ChangedMeanwhile
from allears.pipeline.conversations.queries.listing import version_of
from allears.pipeline.conversations.queries.tags import tags_of


class Changes(TypedDict, total=False):
    """What is to be different; what is not there stays as it is. `reason` goes with a status that solves."""

    status: str
    reason: str
    assignee: int | None
    team: int | None
    priority: int
    tags: list[int]


def change_conversation(
    conversation_id: int, changes: Changes, by: Member, version: int | None = None
) -> None:
    """Change a conversation, each thing by the rules of its own action, all of them or none.

    With a version (see `version_of`) raise ChangedMeanwhile when something has happened to it since.
    """
    require_answering(by)
    with transaction.atomic():
        with held_conversation(conversation_id):
            if version is not None and version != version_of(conversation_id):
                raise ChangedMeanwhile
        if "team" in changes:
            give_to_team(conversation_id, changes["team"], by)
        if "assignee" in changes:
            assign_conversation(conversation_id, changes["assignee"], by)
        if "priority" in changes:
            set_priority(conversation_id, changes["priority"], by)
        if "tags" in changes:
            _set_tags(conversation_id, changes["tags"], by)
        if "status" in changes:
            set_status(conversation_id, changes["status"], by, changes.get("reason", ""))


def _set_tags(conversation_id: int, wanted: list[int], by: Member) -> None:
    """Let a conversation have exactly these tags."""
    present = {tag.id for tag in tags_of([conversation_id]).get(conversation_id, [])}
    if gone := present - set(wanted):
        untag_conversations([conversation_id], gone, by)
    tag_conversations([conversation_id], set(wanted), by)
