"""Make and revoke tokens; do what a program asks once, however often it asks."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.tokens.errors import KeyUsedBefore, TokenNameMissing
from allears.foundation.tokens.models import ApiToken, KeptAnswer
from allears.foundation.workspaces.models import Member
from allears.foundation.workspaces.tokens import hash_of

MARK = "ae_"
SHOWN = 9
USE_IS_WRITTEN_EVERY = timedelta(minutes=1)
ANSWERS_ARE_KEPT_FOR = timedelta(hours=24)
AT_ONCE = 5000


@transaction.atomic
def make_api_token(
    member: Member, name: str, by: Member | None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for oneself (or, where `by` is empty, for anyone: the command line); return it and its text.

    The text is never to be had again. Raise TokenNameMissing.
    """
    if by is not None and by.id != member.id:
        raise NotAllowed
    if not name.strip():
        raise TokenNameMissing
    text = f"{MARK}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        member=member,
        name=name.strip()[:80],
        beginning=text[:SHOWN],
        token_hash=hash_of(text),
        created_at=now(),
        expires_at=expires_at,
    )
    _record("token.made", token, by)
    return token, text


@transaction.atomic
def revoke_api_token(by: Member | None, token: ApiToken) -> None:
    """End a token of one's own, or anyone's where one administers the workspace; it stops working at once."""
    if by is not None and by.workspace_id != token.member.workspace_id:
        raise NotVisible
    if by is not None and by.id != token.member_id and not by.may_administer:
        raise NotAllowed
    if ApiToken.objects.filter(id=token.id, revoked_at__isnull=True).update(revoked_at=now()):
        _record("token.revoked", token, by)


def note_token_used(token: ApiToken) -> None:
    """Note that a token is in use; written once a minute at most."""
    at = now()
    long_ago = at - USE_IS_WRITTEN_EVERY
    if token.last_used_at is None or token.last_used_at < long_ago:
        unwritten = Q(last_used_at__isnull=True) | Q(last_used_at__lt=long_ago)
        ApiToken.objects.filter(unwritten, id=token.id).update(last_used_at=at)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program is answered: a status, a body, and whether it is what was said before."""

    status: int
    body: str
    is_kept: bool = False


def answer_once(token: ApiToken, key: str, request_digest: str, act: Callable[[], Answer]) -> Answer:
    """Do something and keep its answer, or return the answer kept for this key. Raise KeyUsedBefore.

    Whoever comes with the same key meanwhile waits here for the one before. What fails with an error is
    undone with its key, and may be tried again.
    """
    with transaction.atomic():
        kept, is_new = _claim(token, key, request_digest)
        if not is_new:
            if kept.request_digest != request_digest:
                raise KeyUsedBefore
            return Answer(kept.status, kept.body, is_kept=True)
        answer = act()
        KeptAnswer.objects.filter(id=kept.id).update(status=answer.status, body=answer.body)
    return answer


def _claim(token: ApiToken, key: str, request_digest: str) -> tuple[KeptAnswer, bool]:
    """Take a key, unless it is taken: then return what is kept for it."""
    try:
        with transaction.atomic():
            made = KeptAnswer.objects.create(token=token, key=key, request_digest=request_digest, at=now())
            return made, True
    except IntegrityError:
        return KeptAnswer.objects.get(token=token, key=key), False


def forget_kept_answers() -> None:
    """Let go of answers older than a day, some thousands at a time."""
    old = KeptAnswer.objects.filter(at__lt=now() - ANSWERS_ARE_KEPT_FOR)
    while ids := list(old.values_list("id", flat=True)[:AT_ONCE]):
        KeptAnswer.objects.filter(id__in=ids).delete()


def _record(kind: str, token: ApiToken, by: Member | None) -> None:
    member = token.member
    facts = {"name": token.name, "member": member.name}
    record_event(kind, member.workspace_id, by, f"token:{token.id}", **facts)
