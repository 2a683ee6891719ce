"""Let people in and out, and change what they are: one module for each subject."""

from allears.foundation.workspaces.actions.accounts import (
    change_password,
    change_profile,
    create_account,
    make_password_reset,
    request_password_reset,
    reset_password,
)
from allears.foundation.workspaces.actions.brands import (
    BrandFacts,
    change_brand,
    create_brand,
    delete_brand,
    make_default_brand,
)
from allears.foundation.workspaces.actions.inviting import (
    accept_invitation,
    accept_invitation_as_new,
    invite_member,
    renew_invitation,
    withdraw_invitation,
)
from allears.foundation.workspaces.actions.members import (
    change_member_role,
    deactivate_member,
    reactivate_member,
)
from allears.foundation.workspaces.actions.setting_up import (
    change_workspace,
    create_workspace,
    create_workspace_with_owner,
)
from allears.foundation.workspaces.actions.sign_ins import (
    end_sign_in,
    end_sign_ins_of,
    move_sign_in,
    note_seen,
    record_sign_in,
)
from allears.foundation.workspaces.actions.teams import (
    change_team,
    create_team,
    delete_team,
    set_team_members,
)

__all__ = [
    "BrandFacts",
    "accept_invitation",
    "accept_invitation_as_new",
    "change_brand",
    "change_member_role",
    "change_password",
    "change_profile",
    "change_team",
    "change_workspace",
    "create_account",
    "create_brand",
    "create_team",
    "create_workspace",
    "create_workspace_with_owner",
    "deactivate_member",
    "delete_brand",
    "delete_team",
    "end_sign_in",
    "end_sign_ins_of",
    "invite_member",
    "make_default_brand",
    "make_password_reset",
    "move_sign_in",
    "note_seen",
    "reactivate_member",
    "record_sign_in",
    "renew_invitation",
    "request_password_reset",
    "reset_password",
    "set_team_members",
    "withdraw_invitation",
]
