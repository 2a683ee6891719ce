import pytest

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.workspaces.actions import (
    accept_invitation,
    change_member_role,
    deactivate_member,
    invite_member,
    reactivate_member,
    record_sign_in,
)
from allears.foundation.workspaces.conftest import join
from allears.foundation.workspaces.errors import LastOwner, NotYourself, RoleAboveYours
from allears.foundation.workspaces.models import Member, Role
from allears.foundation.workspaces.queries import (
    get_member,
    get_visible_member,
    member_by_name,
    members_of,
    sign_ins_of,
)
from allears.foundation.workspaces.rules import roles_to_give


def test_an_owner_makes_another_owner_and_steps_down(owner, admin):
    with pytest.raises(LastOwner):
        change_member_role(owner, owner, Role.ADMIN)
    change_member_role(owner, admin, Role.OWNER)
    change_member_role(owner, owner, Role.AGENT)
    assert dict(Member.objects.values_list("name", "role")) == {"Ada": "agent", "Bela": "owner"}


def test_an_administrator_can_not_touch_an_owner(owner, admin, agent):
    change_member_role(admin, agent, Role.LEAD)
    for attempt in (
        lambda: change_member_role(admin, owner, Role.AGENT),
        lambda: change_member_role(admin, agent, Role.OWNER),
        lambda: deactivate_member(admin, owner),
    ):
        with pytest.raises(RoleAboveYours):
            attempt()
    with pytest.raises(NotAllowed):
        change_member_role(agent, admin, Role.OBSERVER)


def test_a_deactivated_member_is_out_at_once_and_can_come_back(owner, agent):
    record_sign_in(agent.account, "a-session", "Firefox", "192.0.2.1")
    deactivate_member(owner, agent)
    assert get_member(agent.account, owner.workspace_id) is None
    assert not sign_ins_of(agent.account)
    assert Event.objects.get(kind="member.deactivated").subject == f"member:{agent.id}"
    reactivate_member(owner, agent)
    assert get_member(agent.account, owner.workspace_id) == agent


def test_who_belongs_elsewhere_too_stays_signed_in_there(owner, stranger):
    _invitation, token = invite_member(owner, Role.AGENT)
    here = accept_invitation(token, stranger.account)
    record_sign_in(stranger.account, "a-session", "Firefox", "192.0.2.1")
    deactivate_member(owner, here)
    assert sign_ins_of(stranger.account).count() == 1
    assert get_member(stranger.account, owner.workspace_id) is None


def test_nobody_deactivates_themselves_nor_the_last_owner(owner, admin):
    with pytest.raises(NotYourself):
        deactivate_member(admin, admin)
    with pytest.raises(NotYourself):
        deactivate_member(owner, owner)


def test_an_inactive_owner_does_not_count(owner, admin):
    change_member_role(owner, admin, Role.OWNER)
    admin.refresh_from_db()
    deactivate_member(owner, admin)
    with pytest.raises(LastOwner):
        change_member_role(owner, owner, Role.ADMIN)


def test_members_of_another_workspace_are_not_there(owner, agent, stranger):
    assert [one.name for one in members_of(owner)] == ["Ada", "Chi"]
    assert get_visible_member(owner, agent.id) == agent
    with pytest.raises(NotVisible):
        get_visible_member(stranger, agent.id)
    with pytest.raises(NotVisible):
        change_member_role(stranger, agent, Role.OBSERVER)


def test_a_member_is_found_by_name_in_any_case(owner):
    join(owner, Role.AGENT, "Đào")
    found = member_by_name(owner.workspace_id, "@ĐÀO")
    assert found is not None
    assert found.name == "Đào"
    assert member_by_name(owner.workspace_id, "@nobody") is None


def test_roles_to_give_end_at_ones_own(owner, admin, agent):
    assert [len(roles_to_give(one)) for one in (owner, admin, agent)] == [5, 4, 0]
