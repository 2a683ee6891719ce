"""Invitations: made, renewed, withdrawn, accepted."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.letters import can_send_letters, queue_letter
from allears.foundation.workspaces.actions.accounts import create_account
from allears.foundation.workspaces.errors import AlreadyMember, InvitationForSomeoneElse, InvitationNotOpen
from allears.foundation.workspaces.models import Account, Invitation, Member
from allears.foundation.workspaces.queries import get_invitation, normalise_email
from allears.foundation.workspaces.rules import check_may_give
from allears.foundation.workspaces.tokens import hash_of, invitation_link, make_token

HOLDS_FOR = timedelta(days=7)


@transaction.atomic
def invite_member(by: Member, role: str, email: str = "") -> tuple[Invitation, str]:
    """Invite someone, by letter if there is an address and a way to send; return the token for a link.

    An earlier invitation of the same address stops working. Raise RoleAboveYours or AlreadyMember.
    """
    check_may_give(by, role)
    email = normalise_email(email)
    if email and Member.objects.filter(workspace_id=by.workspace_id, account__email=email).exists():
        raise AlreadyMember
    _withdraw(Invitation.objects.filter(workspace_id=by.workspace_id, email=email).exclude(email=""))
    token, at = make_token(), now()
    invitation = Invitation.objects.create(
        workspace_id=by.workspace_id,
        email=email,
        role=role,
        token_hash=hash_of(token),
        invited_by=by,
        created_at=at,
        expires_at=at + HOLDS_FOR,
    )
    _send_invitation(by, invitation, token)
    record_event(
        "invitation.made", by.workspace_id, by, f"invitation:{invitation.id}", email=email, role=role
    )
    return invitation, token


@transaction.atomic
def renew_invitation(by: Member, invitation: Invitation) -> str:
    """Make a new link for an open invitation, and send it again; the old link stops working."""
    check_may_give(by, invitation.role)
    token = make_token()
    renewed = _open(invitation).update(token_hash=hash_of(token), expires_at=now() + HOLDS_FOR)
    if not renewed:
        raise InvitationNotOpen
    _send_invitation(by, invitation, token)
    record_event(
        "invitation.renewed", by.workspace_id, by, f"invitation:{invitation.id}", email=invitation.email
    )
    return token


@transaction.atomic
def withdraw_invitation(by: Member, invitation: Invitation) -> None:
    """Take an invitation back. Raise InvitationNotOpen when it was accepted meanwhile."""
    check_may_give(by, invitation.role)
    if not _withdraw(Invitation.objects.filter(id=invitation.id)):
        raise InvitationNotOpen
    record_event(
        "invitation.withdrawn", by.workspace_id, by, f"invitation:{invitation.id}", email=invitation.email
    )


@transaction.atomic
def accept_invitation(token: str, account: Account) -> Member:
    """Join with an account. Raise InvitationNotOpen, InvitationForSomeoneElse or AlreadyMember."""
    invitation = get_invitation(token)
    if invitation.email not in {"", account.email}:
        raise InvitationForSomeoneElse
    if not _open(invitation).filter(token_hash=hash_of(token)).update(accepted_at=now()):
        raise InvitationNotOpen
    try:
        with transaction.atomic():
            member = Member.objects.create(
                workspace=invitation.workspace,
                account=account,
                name=account.name,
                role=invitation.role,
                joined_at=now(),
            )
    except IntegrityError as error:
        raise AlreadyMember from error
    record_event("member.joined", invitation.workspace_id, member, f"member:{member.id}", role=member.role)
    return member


@transaction.atomic
def accept_invitation_as_new(token: str, name: str, email: str, password: str) -> Member:
    """Join with a new account; an invitation sent by mail settles its address. Raise AccountExists too."""
    invitation = get_invitation(token)
    return accept_invitation(token, create_account(name, invitation.email or email, password))


def _open(invitation: Invitation) -> QuerySet[Invitation]:
    mine = Invitation.objects.filter(id=invitation.id, accepted_at=None, withdrawn_at=None)
    return mine.filter(expires_at__gt=now())


def _withdraw(invitations: QuerySet[Invitation]) -> int:
    return invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now())


def _record(kind: str, by: Member, invitation: Invitation) -> None:
    facts = {"email": invitation.email, "role": invitation.role}
    record_event(kind, by.workspace_id, by, f"invitation:{invitation.id}", **facts)


def _send_invitation(by: Member, invitation: Invitation, token: str) -> None:
    if not invitation.email or not can_send_letters(by.workspace_id):
        return
    context = {"inviter": by.name, "workspace": by.workspace.name, "link": invitation_link(token)}
    queue_letter("invitation", by.workspace_id, invitation.email, by.workspace.language, context)
