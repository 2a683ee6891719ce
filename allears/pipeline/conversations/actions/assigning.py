"""Give conversations to members and teams."""

from django.db.models import QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.events.actions import Happening, record_event, record_events
from allears.foundation.workspaces.models import Member, Role, Team
from allears.foundation.workspaces.queries import hidden_team_ids
from allears.pipeline.conversations.actions.holding import held_conversation, require_answering
from allears.pipeline.conversations.models import Conversation, Status


def assign_conversation(conversation_id: int, assignee_id: int | None, by: Member) -> None:
    """Give a conversation to an active member who may answer, or to nobody."""
    require_answering(by)
    if assignee_id is not None and not _may_be_assigned(by.workspace_id, assignee_id):
        raise NotVisible
    with held_conversation(conversation_id) as conversation:
        put_assignee(conversation, assignee_id, by)


def put_assignee(conversation: Conversation, assignee_id: int | None, by: Member | None) -> None:
    """Set the assignee of a held conversation and record it, if it is another one."""
    before = conversation.assignee_id
    if before == assignee_id:
        return
    conversation.assignee_id = assignee_id
    if assignee_id and conversation.status == Status.NEW:
        conversation.status = Status.OPEN
    record_event(
        "conversation.assigned",
        conversation.workspace_id,
        by,
        conversation=conversation.id,
        before=before,
        after=assignee_id,
    )


def give_to_team(conversation_id: int, team_id: int | None, by: Member) -> None:
    """Move a conversation to a team's queue, or to none; an assignee outside a private team lets go."""
    require_answering(by)
    team = Team.objects.filter(workspace=by.workspace_id, id=team_id).first() if team_id else None
    if team_id and team is None:
        raise NotVisible
    with held_conversation(conversation_id) as conversation:
        before = conversation.team_id
        if before == team_id:
            return
        conversation.team = team
        record_event(
            "conversation.given_to_team",
            conversation.workspace_id,
            by,
            conversation=conversation.id,
            before=before,
            after=team_id,
        )
        if team and team.is_private and not team.members.filter(id=conversation.assignee_id).exists():
            put_assignee(conversation, None, by)


def release_conversations_of(member: Member, by: Member | None = None) -> int:
    """Put what a leaving member had in hand back into the queue; return how many conversations."""
    mine = Conversation.objects.filter(workspace=member.workspace_id, assignee=member)
    return _release(member, mine, by)


def release_hidden_conversations_of(member: Member) -> int:
    """Put back what a member has in hand but may not see any more, since they left a private team."""
    hidden = hidden_team_ids(member)
    return _release(member, Conversation.objects.filter(assignee=member, team__in=hidden))


def _release(member: Member, mine: QuerySet[Conversation], by: Member | None = None) -> int:
    mine = mine.exclude(status__in=[Status.SOLVED, Status.CLOSED])
    ids = list(mine.values_list("id", flat=True))
    Conversation.objects.filter(id__in=ids).update(assignee=None)
    record_events(
        Happening(
            kind="conversation.assigned",
            workspace_id=member.workspace_id,
            by=by.id if by else None,
            conversation=id_,
            facts={"before": member.id, "after": None},
        )
        for id_ in ids
    )
    return len(ids)


def _may_be_assigned(workspace_id: int, member_id: int) -> bool:
    members = Member.objects.filter(workspace=workspace_id, id=member_id, is_active=True)
    return members.exclude(role=Role.OBSERVER).exists()
