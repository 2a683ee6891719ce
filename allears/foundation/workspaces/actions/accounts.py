"""Accounts: making them, their profile, their password."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.letters import can_send_letters, queue_letter
from allears.foundation.workspaces.actions.sign_ins import end_sign_ins_of
from allears.foundation.workspaces.errors import (
    AccountExists,
    BelongsElsewhereToo,
    ResetNotOpen,
    WrongPassword,
)
from allears.foundation.workspaces.models import Account, Member, PasswordReset
from allears.foundation.workspaces.queries import (
    get_account,
    get_password_reset,
    memberships_of,
    normalise_email,
)
from allears.foundation.workspaces.recording import record_for_account
from allears.foundation.workspaces.rules import check_may_change
from allears.foundation.workspaces.tokens import hash_of, make_token, reset_link

RESET_HOLDS_FOR = timedelta(hours=1)


def create_account(name: str, email: str, password: str) -> Account:
    """Create an account. Raise AccountExists."""
    account = Account(name=name.strip(), email=normalise_email(email), created_at=now())
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise AccountExists from error
    return account


@transaction.atomic
def change_profile(account: Account, *, name: str, language: str, theme: str) -> None:
    """Change a person's name (in every workspace), language and theme; "" follows the browser."""
    Account.objects.filter(id=account.id).update(name=name.strip(), language=language, theme=theme)
    Member.objects.filter(account=account).update(name=name.strip())
    record_for_account("account.changed", account)


@transaction.atomic
def change_password(account: Account, old: str, new: str, session_key: str) -> None:
    """Change the password and end all other sign-ins. Raise WrongPassword."""
    if not account.check_password(old):
        raise WrongPassword
    _set_password(account, new)
    end_sign_ins_of(account, but=session_key)
    record_for_account("account.password_changed", account)


@transaction.atomic
def request_password_reset(email: str) -> None:
    """Send a reset link to the address if it has an account; say nothing either way."""
    account = get_account(email)
    member = memberships_of(account).first() if account and account.is_active else None
    if account is None or member is None or not can_send_letters(member.workspace_id):
        return
    context = {
        "name": account.name,
        "workspace": member.workspace.name,
        "link": reset_link(_make_reset(account)),
    }
    language = account.language or member.workspace.language
    queue_letter("password_reset", member.workspace_id, account.email, language, context)
    record_for_account("account.reset_requested", account)


@transaction.atomic
def make_password_reset(by: Member, member: Member) -> str:
    """Make a reset link's token for a member who can't get mail.

    Raise RoleAboveYours, or BelongsElsewhereToo: one workspace's administrators hold no key to another.
    """
    if not by.may_administer:
        raise NotAllowed
    check_may_change(by, member)
    if memberships_of(member.account).exclude(workspace_id=by.workspace_id).exists():
        raise BelongsElsewhereToo
    record_event("member.reset_link_made", by.workspace_id, by, f"member:{member.id}", name=member.name)
    return _make_reset(member.account)


@transaction.atomic
def make_first_password_link(member: Member) -> str:
    """Make a reset link's token for someone who came from an archive and so has no password yet."""
    record_event("member.reset_link_made", member.workspace_id, None, f"member:{member.id}", name=member.name)
    return _make_reset(member.account)


@transaction.atomic
def reset_password(token: str, password: str) -> Account:
    """Set a new password by a token, once, and end every sign-in. Raise ResetNotOpen."""
    reset = get_password_reset(token)
    waiting = PasswordReset.objects.filter(account=reset.account, used_at=None)
    if not waiting.filter(id=reset.id, expires_at__gt=now()).update(used_at=now()):
        raise ResetNotOpen
    waiting.update(used_at=now())
    _set_password(reset.account, password)
    end_sign_ins_of(reset.account)
    record_for_account("account.password_reset", reset.account)
    return reset.account


def _make_reset(account: Account) -> str:
    token, at = make_token(), now()
    PasswordReset.objects.create(
        account=account, token_hash=hash_of(token), created_at=at, expires_at=at + RESET_HOLDS_FOR
    )
    return token


def _set_password(account: Account, password: str) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])
