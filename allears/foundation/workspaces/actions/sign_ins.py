"""Sign-ins: which browsers an account is signed in with."""

from datetime import timedelta

from django.db import transaction

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Account, SignIn
from allears.foundation.workspaces.recording import record_for_account
from allears.foundation.workspaces.tokens import hash_of

SEEN_AT_MOST_EVERY = timedelta(minutes=5)


def record_sign_in(account: Account, session_key: str, browser: str, address: str) -> SignIn:
    """Write down that an account signed in with a browser."""
    at = now()
    with transaction.atomic():
        record_for_account("account.signed_in", account, browser=browser[:120])
        return SignIn.objects.create(
            account=account,
            session_hash=hash_of(session_key),
            browser=browser[:120],
            address=address[:45],
            signed_in_at=at,
            seen_at=at,
        )


def note_seen(sign_in: SignIn) -> None:
    """Remember that a browser was here, once in five minutes."""
    if now() - sign_in.seen_at >= SEEN_AT_MOST_EVERY:
        SignIn.objects.filter(id=sign_in.id, seen_at=sign_in.seen_at).update(seen_at=now())


def move_sign_in(old_session_key: str, new_session_key: str) -> None:
    """Follow a browser whose session got another key."""
    mine = SignIn.objects.filter(session_hash=hash_of(old_session_key))
    mine.update(session_hash=hash_of(new_session_key))


def end_sign_in(sign_in: SignIn) -> None:
    """Sign a browser out."""
    with transaction.atomic():
        if SignIn.objects.filter(id=sign_in.id, ended_at=None).update(ended_at=now()):
            record_for_account("account.signed_out", sign_in.account, browser=sign_in.browser)


def end_sign_ins_of(account: Account, but: str = "") -> int:
    """Sign every browser of an account out, but the one of a session key; return how many."""
    lasting = SignIn.objects.filter(account=account, ended_at=None)
    return lasting.exclude(session_hash=hash_of(but)).update(ended_at=now())
