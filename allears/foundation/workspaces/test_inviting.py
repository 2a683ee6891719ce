from datetime import timedelta

import pytest

from allears.foundation.clock import now, stopped_clock
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.letters import send_letter
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import (
    accept_invitation,
    accept_invitation_as_new,
    create_account,
    create_workspace_with_owner,
    invite_member,
    renew_invitation,
    withdraw_invitation,
)
from allears.foundation.workspaces.conftest import PASSWORD
from allears.foundation.workspaces.errors import (
    AccountExists,
    AlreadyMember,
    AlreadySetUp,
    InvitationForSomeoneElse,
    InvitationNotOpen,
    RoleAboveYours,
)
from allears.foundation.workspaces.models import Invitation, Role
from allears.foundation.workspaces.queries import get_visible_invitation, open_invitations_of


def test_set_up_makes_one_workspace_with_its_owner(owner):
    assert (owner.role, owner.workspace.name, owner.account.email) == (
        "owner",
        "Lantern",
        "ada@lantern.example",
    )
    with pytest.raises(AlreadySetUp):
        create_workspace_with_owner(workspace_name="B", name="B", email="b@b.example", password=PASSWORD)


def test_someone_joins_by_a_link_and_the_link_works_once(owner):
    invitation, token = invite_member(owner, Role.AGENT)
    member = accept_invitation_as_new(token, "Dao", "Dao@Lantern.example", PASSWORD)
    assert (member.role, member.account.email) == ("agent", "dao@lantern.example")
    assert token not in str(Invitation.objects.values().get(id=invitation.id))
    assert Event.objects.filter(kind="member.joined", subject=f"member:{member.id}").count() == 1
    with pytest.raises(InvitationNotOpen):
        accept_invitation_as_new(token, "Eve", "eve@lantern.example", PASSWORD)


def test_an_invitation_expires_after_seven_days(owner):
    _invitation, token = invite_member(owner, Role.AGENT)
    with stopped_clock(now() + timedelta(days=7, seconds=1)), pytest.raises(InvitationNotOpen):
        accept_invitation_as_new(token, "Dao", "dao@lantern.example", PASSWORD)


def test_a_renewed_invitation_has_only_the_new_link(owner):
    invitation, old = invite_member(owner, Role.AGENT)
    new = renew_invitation(owner, invitation)
    with pytest.raises(InvitationNotOpen):
        accept_invitation_as_new(old, "Dao", "dao@lantern.example", PASSWORD)
    assert accept_invitation_as_new(new, "Dao", "dao@lantern.example", PASSWORD).name == "Dao"


def test_a_withdrawn_invitation_is_closed(owner):
    invitation, token = invite_member(owner, Role.AGENT)
    assert list(open_invitations_of(owner)) == [invitation]
    withdraw_invitation(owner, invitation)
    assert list(open_invitations_of(owner)) == []
    with pytest.raises(InvitationNotOpen):
        accept_invitation_as_new(token, "Dao", "dao@lantern.example", PASSWORD)


def test_inviting_the_same_address_again_closes_the_first(owner):
    _first, old = invite_member(owner, Role.AGENT, "dao@lantern.example")
    second, _token = invite_member(owner, Role.LEAD, "DAO@lantern.example")
    assert list(open_invitations_of(owner)) == [second]
    with pytest.raises(InvitationNotOpen):
        accept_invitation_as_new(old, "Dao", "dao@lantern.example", PASSWORD)


def test_an_invitation_by_mail_is_for_that_address(owner):
    _invitation, token = invite_member(owner, Role.AGENT, "dao@lantern.example")
    other = create_account("Eve", "eve@lantern.example", PASSWORD)
    with pytest.raises(InvitationForSomeoneElse):
        accept_invitation(token, other)
    assert accept_invitation_as_new(token, "Dao", "else@x.example", PASSWORD).account.email == (
        "dao@lantern.example"
    )


def test_an_account_joins_a_second_workspace_but_not_the_same_twice(owner, stranger):
    _invitation, token = invite_member(owner, Role.LEAD)
    assert accept_invitation(token, stranger.account).workspace == owner.workspace
    _invitation, token = invite_member(owner, Role.LEAD)
    with pytest.raises(AlreadyMember):
        accept_invitation(token, stranger.account)
    with pytest.raises(AlreadyMember):
        invite_member(owner, Role.LEAD, stranger.account.email)
    with pytest.raises(AccountExists):
        accept_invitation_as_new(token, "Sten", stranger.account.email, PASSWORD)
    assert list(open_invitations_of(owner).values_list("accepted_at", flat=True)) == [None]


def test_nobody_invites_above_their_role(owner, admin, agent):
    assert invite_member(admin, Role.ADMIN)[0].role == "admin"
    with pytest.raises(RoleAboveYours):
        invite_member(admin, Role.OWNER)
    with pytest.raises(NotAllowed):
        invite_member(agent, Role.OBSERVER)


def test_another_workspace_does_not_see_the_invitation(owner, stranger):
    invitation, _token = invite_member(owner, Role.AGENT)
    assert get_visible_invitation(owner, invitation.id) == invitation
    with pytest.raises(NotVisible):
        get_visible_invitation(stranger, invitation.id)


def test_the_letter_waits_sealed_and_says_the_link(owner, settings, mailoutbox):
    settings.EMAIL_HOST = "relay.example"
    owner.workspace.language = "en"
    _invitation, token = invite_member(owner, Role.AGENT, "dao@lantern.example")
    job = Job.objects.get(name="send_letter")
    assert token not in str(job.arguments)
    assert "dao@" not in str(job.arguments)
    send_letter(**job.arguments)
    assert mailoutbox[0].to == ["dao@lantern.example"]
    assert f"/invitations/{token}/" in mailoutbox[0].body
    assert mailoutbox[0].subject == "Ada invites you to Lantern on All Ears"


def test_without_a_way_to_send_no_letter_is_queued(owner):
    invite_member(owner, Role.AGENT, "dao@lantern.example")
    assert not Job.objects.exists()
