"""Who a token stands for, and which tokens there are."""

from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.rows import find_rows
from allears.foundation.tokens.errors import TokenNotGood
from allears.foundation.tokens.models import ApiToken as ApiToken  # noqa: PLC0414 - pages name it
from allears.foundation.workspaces.models import Account, Member, Workspace
from allears.foundation.workspaces.tokens import hash_of

LONGEST = 200
Row = TypeVar("Row", bound=Model)


def get_good_token(text: str) -> ApiToken:
    """Return the token a program shows, with its member. Raise TokenNotGood.

    It is asked for each request anew, so that what was revoked a moment ago opens nothing; by statements
    written once, for this is most of what a small request costs.
    """
    token = _only(find_rows(ApiToken, "token_hash {among}", among=[hash_of(text[:LONGEST])]))
    if token.revoked_at or (token.expires_at and token.expires_at <= now()):
        raise TokenNotGood
    token.member = _only(find_rows(Member, "is_active AND id {among}", among=[token.member_id]))
    token.member.workspace = _only(find_rows(Workspace, "id {among}", among=[token.member.workspace_id]))
    token.member.account = _only(
        find_rows(Account, "is_active AND id {among}", among=[token.member.account_id])
    )
    return token


def _only(found: list[Row]) -> Row:
    if not found:
        raise TokenNotGood
    return found[0]


def tokens_of(member: Member) -> QuerySet[ApiToken]:
    """Return a member's own tokens that still work, newest first."""
    return _lasting().filter(member=member)


def tokens_of_others(member: Member) -> QuerySet[ApiToken]:
    """Return the tokens of everyone else in the workspace, for those who administer it; none for others."""
    if not member.may_administer:
        return ApiToken.objects.none()
    theirs = _lasting().filter(member__workspace=member.workspace_id, member__is_active=True)
    return theirs.exclude(member=member)


def tokens_of_workspace(workspace_id: int) -> QuerySet[ApiToken]:
    """Return every token of a workspace, those revoked or expired among them, newest first."""
    found = ApiToken.objects.filter(member__workspace=workspace_id)
    return found.select_related("member__account").order_by("-id")


def get_visible_token(member: Member, token_id: int) -> ApiToken:
    """Return a token of one's own, or one of the workspace for those who administer. Raise NotVisible."""
    found = ApiToken.objects.filter(id=token_id, member__workspace=member.workspace_id)
    if not member.may_administer:
        found = found.filter(member=member)
    token = found.select_related("member").first()
    if token is None:
        raise NotVisible
    return token


def _lasting() -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(_is_good(now())).select_related("member").order_by("-id")


def _is_good(at: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at))
