"""Look an archive through, find room for it, and begin its import."""

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction

from allears.archives.arriving import arrive
from allears.archives.containers import Archive
from allears.archives.errors import ArchiveDamaged, WorkspaceNotEmpty
from allears.archives.kinds import ACCOUNT, WORKSPACE, Kind, all_kinds, kind_of
from allears.archives.manifest import Manifest
from allears.archives.models import Import
from allears.archives.moving import Moves, moved_row, reserve_room
from allears.archives.putting import put_rows
from allears.archives.references import MEMBER
from allears.archives.statements import select_lines
from allears.foundation.clock import now
from allears.foundation.sqlite.router import intake_database
from allears.foundation.workspaces.models import Account, Brand, Member, Workspace
from allears.foundation.workspaces.queries import normalise_email

Told = Callable[[str, int], None]
BRAND = "workspaces.brand"
# What an empty workspace may hold.
_MADE_WITH_IT = {WORKSPACE, ACCOUNT, MEMBER, BRAND, "events.event"}


def check_archive(archive: Archive, manifest: Manifest, told: Told) -> None:
    """Read everything through. Raise ArchiveDamaged unless it is what was written."""
    names = archive.names()
    for contents in manifest.kinds.values():
        if contents.file not in names:
            raise ArchiveDamaged
        found = archive.measure(contents.file)
        if (found.bytes, found.sha256) != (contents.bytes, contents.sha256):
            raise ArchiveDamaged
    files = [name for name in names if name.startswith("files/")]
    if len(files) != manifest.files.get("count", 0):
        raise ArchiveDamaged
    for name in files:
        if archive.measure(name).sha256 != name.rpartition("/")[2]:
            raise ArchiveDamaged
    told("checked", len(names))


def begin_import(archive: Archive, manifest: Manifest, into: Workspace | None) -> Import:
    """Take room for every id and put the workspace, all in one piece. Raise WorkspaceNotEmpty."""
    if into and not is_empty(into):
        raise WorkspaceNotEmpty
    with transaction.atomic(using=intake_database()), transaction.atomic():
        moves = reserve_room(manifest)
        (row,) = _rows_of(archive, kind_of(WORKSPACE))
        if into:
            moves.places[WORKSPACE] = {row["id"]: into.id}
            workspace_id = into.id
        else:
            moved = arrive(WORKSPACE, moved_row(kind_of(WORKSPACE), dict(row), moves))
            put_rows(kind_of(WORKSPACE), [moved])
            workspace_id = moved["id"]
        _find_places(archive, moves, into)
        return Import.objects.create(
            archive_id=manifest.id,
            workspace_id=workspace_id,
            offsets=moves.offsets,
            places=moves.places,
            progress={WORKSPACE: row["id"]},
            began_at=now(),
        )


def is_empty(workspace: Workspace) -> bool:
    """Say whether a workspace holds nothing but what was made with it."""
    others = [kind for kind in all_kinds() if kind.label not in _MADE_WITH_IT]
    return not any(rows for kind in others for rows in select_lines(kind, workspace.id))


def _find_places(archive: Archive, moves: Moves, into: Workspace | None) -> None:
    """Let people who have an account keep it, and the members and the brand that are here stay."""
    emails = {row["id"]: normalise_email(row["email"]) for row in _rows_of(archive, kind_of(ACCOUNT))}
    known = dict(Account.objects.filter(email__in=emails.values()).values_list("email", "id"))
    moves.places[ACCOUNT] = {old: known[email] for old, email in emails.items() if email in known}
    if into is None:
        return
    here = dict(Member.objects.filter(workspace=into).values_list("account_id", "id"))
    moves.places[MEMBER] = {
        row["id"]: here[moves.places[ACCOUNT][row["account_id"]]]
        for row in _rows_of(archive, kind_of(MEMBER))
        if moves.places[ACCOUNT].get(row["account_id"]) in here
    }
    _lay_over_brand(archive, moves, into)


def _lay_over_brand(archive: Archive, moves: Moves, into: Workspace) -> None:
    """Let the archive's main brand take the place of the one that was made with the workspace."""
    brand = Brand.objects.filter(workspace=into, is_default=True).first()
    main = next((row for row in _rows_of(archive, kind_of(BRAND)) if row["is_default"]), None)
    if brand is None or main is None:
        return
    moves.places[BRAND] = {main["id"]: brand.id}
    taken = {name: value for name, value in main.items() if name not in {"id", "workspace_id"}}
    Brand.objects.filter(id=brand.id).update(**taken)


def _rows_of(archive: Archive, kind: Kind) -> list[dict[str, Any]]:
    """Read a small kind whole."""
    with archive.open(kind.file) as file:
        return [json.loads(line) for line in file]
