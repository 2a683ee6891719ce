"""Members: their role, and whether they are still here."""

from django.db import transaction

from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.actions.sign_ins import end_sign_ins_of
from allears.foundation.workspaces.errors import LastOwner, NotYourself
from allears.foundation.workspaces.models import Member, Role, Workspace
from allears.foundation.workspaces.queries import memberships_of
from allears.foundation.workspaces.rules import check_may_change, check_may_give


@transaction.atomic
def change_member_role(by: Member, member: Member, role: str) -> None:
    """Give a member another role; an observer's conversations go back. Raise RoleAboveYours or LastOwner."""
    _hold(member)
    check_may_change(by, member)
    check_may_give(by, role)
    if role == member.role:
        return
    if role != Role.OWNER:
        _keep_an_owner(member)
    Member.objects.filter(id=member.id).update(role=role)
    if role == Role.OBSERVER:
        put_job("release_conversations", key=f"member:{member.id}", member_id=member.id)
    facts = {"name": member.name, "old": member.role, "new": role}
    record_event("member.role_changed", by.workspace_id, by, f"member:{member.id}", **facts)


@transaction.atomic
def deactivate_member(by: Member, member: Member) -> None:
    """Close the workspace to a member. A job puts what they had in hand back into the queue.

    Raise RoleAboveYours, NotYourself or LastOwner. Signs them out, unless another workspace keeps them.
    """
    if not by.may_administer:
        raise NotAllowed
    _hold(member)
    check_may_change(by, member)
    if by.id == member.id:
        raise NotYourself
    _keep_an_owner(member)
    if not Member.objects.filter(id=member.id, is_active=True).update(is_active=False):
        return
    if not memberships_of(member.account).exists():
        end_sign_ins_of(member.account)
    put_job("release_conversations", key=f"member:{member.id}", member_id=member.id)
    record_event("member.deactivated", by.workspace_id, by, f"member:{member.id}", name=member.name)


@transaction.atomic
def reactivate_member(by: Member, member: Member) -> None:
    """Open the workspace to a member again. Raise RoleAboveYours."""
    check_may_give(by, member.role)
    if Member.objects.filter(id=member.id, is_active=False).update(is_active=True):
        record_event("member.reactivated", by.workspace_id, by, f"member:{member.id}", name=member.name)


def _hold(member: Member) -> None:
    """See the member as they are now, and let no two changes of members happen at once."""
    Workspace.objects.select_for_update().get(id=member.workspace_id)
    member.refresh_from_db(fields=["role", "is_active"])


def _keep_an_owner(member: Member) -> None:
    """Raise LastOwner if nobody else owns the workspace."""
    owners = Member.objects.filter(workspace_id=member.workspace_id, role=Role.OWNER, is_active=True)
    if member.is_owner and not owners.exclude(id=member.id).exists():
        raise LastOwner
