"""Make, list and revoke the tokens by which programs get in."""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allears.cli.setting_up import fail, out, prepare

if TYPE_CHECKING:
    from allears.foundation.tokens.models import ApiToken
    from allears.foundation.workspaces.models import Member


def create(mail: str, name: str, workspace: str, days: int, *, as_json: bool) -> None:
    """Make a token for a member and print it, this once."""
    prepare()
    from allears.foundation.clock import now
    from allears.foundation.errors import AllEarsError
    from allears.foundation.tokens.actions import make_api_token

    member = _find_member(mail, workspace)
    expires_at = now() + timedelta(days=days) if days else None
    try:
        token, text = make_api_token(member, name, None, expires_at)
    except AllEarsError as error:
        fail(str(error))
    if as_json:
        out.print_json(json.dumps({"token": text, **_describe(token)}))
        return
    out.print(
        f"Token {token.id}, {token.name}, acts as {member.name} in {member.workspace.name}:", markup=False
    )
    out.print(text, markup=False)
    out.print("It is shown this once.")


def show(workspace: str, *, as_json: bool) -> None:
    """Print every token of a workspace, but never its text."""
    prepare()
    from rich.table import Table

    from allears.cli.finding import find_workspace
    from allears.foundation.tokens.queries import tokens_of_workspace

    described = [_describe(token) for token in tokens_of_workspace(find_workspace(workspace).id)]
    if as_json:
        out.print_json(json.dumps(described))
        return
    names = ("id", "name", "member", "begins_with", "created_at", "last_used_at", "expires_at", "revoked_at")
    table = Table(*(name.replace("_", " ") for name in names))
    for one in described:
        table.add_row(*(str(one[name] or "") for name in names))
    out.print(table)


def revoke(token_id: int) -> None:
    """End a token at once."""
    prepare()
    from allears.foundation.tokens.actions import revoke_api_token
    from allears.foundation.tokens.models import ApiToken

    token = ApiToken.objects.filter(id=token_id).select_related("member").first()
    if token is None:
        fail(f"there is no token {token_id}. `token list` shows those there are.")
    if token.revoked_at:
        out.print(f"Token {token_id} was revoked before; nothing was changed.")
        return
    revoke_api_token(None, token)
    out.print(f"Token {token_id}, {token.name}, no longer works.", markup=False)


def _find_member(mail: str, workspace: str) -> "Member":
    """Find a member by address; who belongs to several workspaces needs one to be named."""
    from allears.cli.finding import find_workspace
    from allears.foundation.workspaces.queries import get_account, memberships_of

    account = get_account(mail)
    found = list(memberships_of(account)) if account and account.is_active else []
    if workspace or len(found) > 1:
        wanted = find_workspace(workspace)
        found = [one for one in found if one.workspace_id == wanted.id]
    if not found:
        fail(f"no active member has the address {mail!r}. Invite them first.")
    return found[0]


def _describe(token: "ApiToken") -> dict[str, object]:
    return {
        "id": token.id,
        "member": token.member.account.email,
        "name": token.name,
        "begins_with": token.beginning,
        "created_at": _iso(token.created_at),
        "last_used_at": _iso(token.last_used_at),
        "expires_at": _iso(token.expires_at),
        "revoked_at": _iso(token.revoked_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
