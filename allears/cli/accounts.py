"""Create the first account without a browser."""

import sys
from pathlib import Path

from allears.cli.setting_up import fail, out, prepare


def set_up(owner: str, password_file: Path, workspace: str, name: str) -> None:
    """Create the owner and the workspace; done before for that owner, it changes nothing."""
    prepare()
    from allears.foundation.errors import AllEarsError
    from allears.foundation.workspaces.actions import create_workspace_with_owner
    from allears.foundation.workspaces.queries import get_account, has_workspace, password_problems

    if has_workspace():
        if get_account(owner):
            out.print(f"{owner} has an account here already; nothing was changed.", markup=False)
            return
        fail("this installation is set up already. Invite more members from its settings.")
    password = _read_password(password_file)
    problems = password_problems(password, owner, name)
    if problems:
        fail(f"the password can't be used: {' '.join(problems)}")
    try:
        create_workspace_with_owner(
            workspace_name=workspace, name=name or owner.partition("@")[0], email=owner, password=password
        )
    except AllEarsError as error:
        fail(str(error))
    out.print(f"{owner} owns the workspace {workspace}. Sign in with that address.", markup=False)


def _read_password(path: Path) -> str:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except OSError as error:
        fail(f"the password file can't be read: {error.strerror}.")
    password = text.splitlines()[0].strip() if text.strip() else ""
    if not password:
        fail("the password file is empty. Write the password on its first line.")
    return password
