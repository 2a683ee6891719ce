"""Which account, and which member, a session stands for. Only look-ups; safe in any thread."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from allears.foundation.workspaces.actions import record_sign_in
from allears.foundation.workspaces.queries import Account, Member, SignIn, get_sign_in, seats_of
from allears.web.access.browsers import address_of, browser_of

CHOSEN_WORKSPACE = "workspace_id"


def member_of_session(session_key: str | None) -> Member | None:
    """Return the member of a session's key, as the live updates ask; None for anyone else."""
    if not session_key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    sign_in = sign_in_of(session)
    return member_of(session, sign_in.account) if sign_in else None


def sign_in_of(session: SessionBase) -> SignIn | None:
    """Return a session's sign-in, unless it was ended or the password has changed since."""
    account_id = session.get(SESSION_KEY)
    if not session.session_key or account_id is None:
        return None
    sign_in = get_sign_in(session.session_key)
    if sign_in is None or str(sign_in.account_id) != account_id:
        return None
    known = session.get(HASH_SESSION_KEY, "")
    return sign_in if constant_time_compare(known, sign_in.account.get_session_auth_hash()) else None


def member_of(session: SessionBase, account: Account) -> Member | None:
    """Return the membership in the workspace that was chosen, or the only one."""
    memberships = seats_of(account)
    if len(memberships) == 1:
        return memberships[0]
    chosen = session.get(CHOSEN_WORKSPACE)
    return next((one for one in memberships if one.workspace_id == chosen), None)


def enter(request: HttpRequest, account: Account) -> None:
    """Sign an account in with this browser."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    if not request.session.session_key:
        request.session.save()
    record_sign_in(account, key_of(request.session), browser_of(request), address_of(request))


def leave(request: HttpRequest) -> None:
    """Sign this browser out."""
    logout(request)


def key_of(session: SessionBase) -> str:
    """Return the key of a session, "" if it has none yet."""
    return session.session_key or ""
