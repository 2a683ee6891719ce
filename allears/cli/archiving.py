"""Export a workspace, and import it: whole, and with nothing sent."""

import json
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from allears.cli.setting_up import console, fail, out, prepare

if TYPE_CHECKING:
    from allears.archives.actions.importing import Imported
    from allears.archives.manifest import Manifest


def export_to(target: Path, workspace: str, *, as_json: bool, with_raw: bool) -> None:
    """Write an archive and say what is in it."""
    prepare()
    from allears.archives.actions.exporting import export_workspace
    from allears.cli.finding import find_workspace

    found, begun = find_workspace(workspace), monotonic()
    with _Telling("Exporting") as telling:
        try:
            manifest = export_workspace(found, target, with_raw=with_raw, told=telling.tell)
        except FileExistsError:
            fail(f"{target} exists already. Choose another name.")
    if as_json:
        seconds = round(monotonic() - begun, 2)
        out.print_json(json.dumps({**_report(manifest), "target": str(target), "seconds": seconds}))
        return
    rows = manifest.kinds
    conversations, messages = rows["conversations.conversation"].rows, rows["conversations.message"].rows
    out.print(f"{conversations} conversations with {messages} messages are in {target}.", markup=False)
    if manifest.missing_files:
        out.print(f"{len(manifest.missing_files)} attachments were no longer on the disk.")
    out.print("It holds what your customers wrote: keep it safe.")


def _report(manifest: "Manifest") -> dict[str, Any]:
    return {
        "archive": manifest.id,
        "workspace": manifest.workspace,
        "rows": {label: contents.rows for label, contents in manifest.kinds.items() if contents.rows},
        "bytes": sum(contents.bytes for contents in manifest.kinds.values()),
        "files": manifest.files,
        "missing_files": len(manifest.missing_files),
    }


def import_workspace(path: Path, workspace: str, *, as_json: bool) -> None:
    """Take in an archive, into an empty workspace if one is named, else into a new one."""
    prepare()
    from allears.archives.actions.importing import import_archive
    from allears.cli.finding import find_workspace
    from allears.foundation.errors import AllEarsError
    from allears.foundation.gate import behind_people

    into, begun = find_workspace(workspace) if workspace else None, monotonic()
    with _Telling("Importing") as telling, behind_people():
        try:
            done = import_archive(path, into, telling.tell)
        except AllEarsError as error:
            fail(str(error))
    links = _links_for_owners(done)
    if as_json:
        report = {
            "workspace": {"id": done.workspace.id, "name": done.workspace.name},
            "rows": done.rows,
            "was_here": done.was_here,
            "password_links": links,
            "seconds": round(monotonic() - begun, 2),
        }
        out.print_json(json.dumps(report))
        return
    _say(done, links)


def _say(done: "Imported", links: dict[str, str]) -> None:
    name = done.workspace.name
    if done.was_here:
        out.print(f"This archive is in {name!r} already; nothing was changed.", markup=False)
    else:
        messages = done.rows.get("conversations.message", 0)
        out.print(f"{name!r} is here, with {messages} messages. Nothing was sent.", markup=False)
        out.print("Its channels have no keys: connect each again under Settings, Channels.")
    for email, link in links.items():
        out.print(f"{email} sets a password, within an hour, at {link}", markup=False)


def _links_for_owners(done: "Imported") -> dict[str, str]:
    """Make links for the owners who have no password here, for nobody else could let them in."""
    from django.conf import settings
    from django.urls import reverse

    from allears.foundation.workspaces.actions.accounts import make_first_password_link
    from allears.foundation.workspaces.models import Member, Role

    owners = Member.objects.filter(workspace=done.workspace, role=Role.OWNER, is_active=True)
    return {
        owner.account.email: f"{settings.BASE_URL}{reverse('set_new_password', args=[make_first_password_link(owner)])}"
        for owner in owners.select_related("account")
        if not owner.account.has_usable_password()
    }


class _Telling:
    """A line that says how far it is."""

    def __init__(self, verb: str) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task(verb, total=None)
        self._verb = verb

    def __enter__(self) -> "_Telling":
        self._progress.start()
        return self

    def __exit__(self, *_given: object) -> None:
        self._progress.stop()

    def tell(self, label: str, rows: int) -> None:
        """Say what was done last."""
        self._progress.update(self._task, description=f"{self._verb}: {rows} {label}")
