"""Who may change whom: nobody gives, or touches, a role above their own."""

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.workspaces.errors import RoleAboveYours
from allears.foundation.workspaces.models import Member, Role

RANKS = {Role.OWNER: 4, Role.ADMIN: 3, Role.LEAD: 2, Role.AGENT: 1, Role.OBSERVER: 0}


def roles_to_give(member: Member) -> list[Role]:
    """List the roles a member may give, highest first; none unless they administer."""
    if not member.may_administer:
        return []
    return [role for role in RANKS if RANKS[role] <= RANKS[Role(member.role)]]


def check_may_give(by: Member, role: str) -> None:
    """Raise NotAllowed unless they administer, RoleAboveYours for a role above theirs."""
    if not by.may_administer:
        raise NotAllowed
    if role not in roles_to_give(by):
        raise RoleAboveYours


def check_may_change(by: Member, member: Member) -> None:
    """Raise NotVisible for another workspace's member, else as `check_may_give` of their present role."""
    if by.workspace_id != member.workspace_id:
        raise NotVisible
    check_may_give(by, member.role)
