"""Take in an archive: checked whole first, then table by table, in pieces that a kill can't tear."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from allears.archives.actions.beginning import begin_import, check_archive
from allears.archives.actions.finishing import finish_import
from allears.archives.arriving import arrive
from allears.archives.containers import Archive
from allears.archives.errors import ArchiveDamaged
from allears.archives.kinds import Kind, all_kinds
from allears.archives.manifest import Manifest, read_manifest
from allears.archives.models import Import
from allears.archives.moving import Moves, has_own_ids, lasts_of, moved_row, rows_of
from allears.archives.putting import put_rows
from allears.foundation.files import store_file
from allears.foundation.workspaces.models import Workspace

AT_ONCE = 1000
LARGEST_AT_ONCE = 8 * 1024 * 1024
Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: into which workspace, how many rows of each kind, and whether it was there before."""

    workspace: Workspace
    rows: dict[str, int]
    was_here: bool = False


def import_archive(
    path: Path, into: Workspace | None = None, told: Told = lambda _label, _rows: None
) -> Imported:
    """Take in an archive, into an empty workspace or a new one, and return what came in.

    Made again it does nothing; after a stop it goes on where it was. Nothing is sent by it. Raise
    NotAnArchive, ArchiveFromNewer, ArchiveDamaged or WorkspaceNotEmpty, each before anything is changed.
    """
    archive = Archive(path)
    try:
        manifest = read_manifest(archive)
        earlier = Import.objects.filter(archive_id=manifest.id)
        found = (earlier.filter(workspace=into) if into else earlier).select_related("workspace").first()
        if found and found.ended_at:
            return Imported(found.workspace, {}, was_here=True)
        check_archive(archive, manifest, told)
        way = found or begin_import(archive, manifest, into)
        rows = _put_everything(archive, manifest, way, told)
        finish_import(way, manifest)
        return Imported(Workspace.objects.get(id=way.workspace_id), rows)
    finally:
        archive.close()


def _put_everything(archive: Archive, manifest: Manifest, way: Import, told: Told) -> dict[str, int]:
    moves = moves_of(way, manifest)
    _store_files(archive, told)
    rows = {}
    for kind in all_kinds():
        if manifest.kinds.get(kind.label) and manifest.kinds[kind.label].rows:
            rows[kind.label] = _put_kind(archive, kind, way, moves)
            told(kind.label, rows[kind.label])
    return rows


def moves_of(way: Import, manifest: Manifest) -> Moves:
    """Read from an import where ids go."""
    places = {label: {int(old): new for old, new in ids.items()} for label, ids in way.places.items()}
    return Moves(way.offsets, places, lasts_of(manifest))


def _store_files(archive: Archive, told: Told) -> None:
    """Keep the attachments, durable before any row names them."""
    names = sorted(name for name in archive.names() if name.startswith("files/"))
    for name in names:
        store_file(archive.read(name))
    told("files", len(names))


def _put_kind(archive: Archive, kind: Kind, way: Import, moves: Moves) -> int:
    """Put a kind's rows that are not in yet, each piece with the note that it is."""
    count = 0
    for rows in _pieces_of(archive, kind):
        wanted = [row for row in rows if _is_to_be_put(row, kind, way, moves)]
        last = rows[-1][kind.key]
        moved = [arrive(kind.label, moved_row(kind, row, moves)) for row in wanted]
        for name in _to_themselves(kind):
            moved = [{**row, name: None} for row in moved]
        _put_piece(kind, moved, way, last)
        count += len(moved)
    for name in _to_themselves(kind):
        _link(archive, kind, name, moves)
    return count


def _to_themselves(kind: Kind) -> list[str]:
    """List the columns by which rows of a kind refer to others of it: set once all are there."""
    return [one.attname for one in kind.fields if one.related_model is kind.model]


def _link(archive: Archive, kind: Kind, name: str, moves: Moves) -> None:
    for rows in _pieces_of(archive, kind):
        with transaction.atomic():
            for row in rows:
                if row[name]:
                    mine = rows_of(kind).filter(pk=moves.move(kind.label, row[kind.key]))
                    mine.update(**{name: moves.move(kind.label, row[name])})


def _is_to_be_put(row: dict[str, Any], kind: Kind, way: Import, moves: Moves) -> bool:
    if has_own_ids(kind) and moves.stays_out(kind.label, row[kind.key]):
        return False
    return bool(row[kind.key] > way.progress.get(kind.label, 0))


def _put_piece(kind: Kind, rows: list[dict[str, Any]], way: Import, last: int) -> None:
    if last <= way.progress.get(kind.label, 0):
        return
    with transaction.atomic():
        put_rows(kind, rows)
        way.progress[kind.label] = last
        Import.objects.filter(id=way.id).update(progress=way.progress)


def _pieces_of(archive: Archive, kind: Kind) -> Iterator[list[dict[str, Any]]]:
    """Read rows some at once, fewer where they are large. Raise ArchiveDamaged for a line that is none."""
    piece: list[dict[str, Any]] = []
    size = 0
    with archive.open(kind.file) as file:
        for line in file:
            try:
                piece.append(json.loads(line))
            except ValueError as error:
                raise ArchiveDamaged from error
            size += len(line)
            if len(piece) >= AT_ONCE or size >= LARGEST_AT_ONCE:
                yield piece
                piece, size = [], 0
    if piece:
        yield piece
