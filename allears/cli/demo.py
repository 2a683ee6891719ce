"""Bring sample data into a workspace, or take them away."""

import json
import secrets
from typing import TYPE_CHECKING

from allears.cli.setting_up import fail, out, prepare

if TYPE_CHECKING:
    from allears.foundation.workspaces.models import Member


def demo(workspace: str, *, is_live: bool, remove: bool, again: bool, as_json: bool) -> None:
    """Fill a workspace with the cast, making the company's own when there is none; or empty it of them."""
    prepare()
    from allears.foundation.errors import AllEarsError

    try:
        if remove:
            _remove(workspace, as_json=as_json)
        else:
            _bring(workspace, is_live=is_live, again=again, as_json=as_json)
    except AllEarsError as error:
        fail(str(error))


def _bring(workspace: str, *, is_live: bool, again: bool, as_json: bool) -> None:
    from allears.demo.actions import bring_samples, change_live, remove_samples
    from allears.demo.queries import count_sample_conversations, samples_of
    from allears.foundation.workspaces.models import Member
    from allears.foundation.workspaces.queries import has_workspace

    password = ""
    if has_workspace():
        by = _administrator(workspace)
    else:
        from allears.cast.company import found_company

        password = "-".join(secrets.token_hex(2) for _ in range(4))
        by = found_company(password)
    here = samples_of(by)
    if here and again:
        remove_samples(by)
        here = None
    if here is None:
        bring_samples(by, is_live=is_live)
    elif is_live and not here.is_live:
        change_live(by, is_live=True)
    owner = Member.objects.select_related("account", "workspace").get(id=by.id)
    _tell(owner, password, count_sample_conversations(by.workspace_id), was_here=bool(here), as_json=as_json)


def _administrator(workspace: str) -> "Member":
    from allears.cli.finding import find_workspace
    from allears.foundation.workspaces.models import Member, Role

    found = find_workspace(workspace)
    members = Member.objects.filter(workspace=found, is_active=True, role__in=[Role.OWNER, Role.ADMIN])
    by = members.select_related("workspace").order_by("-role", "id").first()
    return by or fail(f"the workspace {found.name} has nobody who administers it.")


def _tell(owner: "Member", password: str, conversations: int, *, was_here: bool, as_json: bool) -> None:
    from django.conf import settings

    facts = {
        "workspace": owner.workspace.name,
        "email": owner.account.email,
        "password": password,
        "conversations": conversations,
        "url": f"{settings.BASE_URL}/desk/",
    }
    if as_json:
        out.print_json(json.dumps(facts, ensure_ascii=False))
        return
    done = "is here already" if was_here else "has moved in"
    out.print(f"Tern Line {done}: {conversations} conversations in {owner.workspace.name}.", markup=False)
    if password:
        out.print(f"Sign in as {owner.account.email} with the password {password}", markup=False)
    out.print(f"Start `bin/run` (or `allears serve`) and open {facts['url']}", markup=False)
    out.print("`allears demo --remove` takes everything away again.", markup=False)


def _remove(workspace: str, *, as_json: bool) -> None:
    from allears.demo.actions import remove_samples
    from allears.demo.queries import count_sample_conversations

    by = _administrator(workspace)
    count = count_sample_conversations(by.workspace_id)
    remove_samples(by)
    if as_json:
        out.print_json(json.dumps({"workspace": by.workspace.name, "removed": count}, ensure_ascii=False))
    else:
        out.print(
            f"The sample data are gone from {by.workspace.name}, all {count} conversations.", markup=False
        )
