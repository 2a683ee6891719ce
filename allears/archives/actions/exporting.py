"""Write everything a workspace holds into an archive, as it was at one moment, while All Ears runs."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from django.db import connections, transaction

from allears.archives.containers import CHUNK, MANIFEST, Container, write_file, writing_archive
from allears.archives.kinds import Kind, all_kinds
from allears.archives.manifest import Manifest, contents_of
from allears.archives.moving import has_own_ids, last_number
from allears.archives.statements import Line, is_binary, select_digests, select_lines
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.files import path_of_file
from allears.foundation.rows import select_rows
from allears.foundation.workspaces.models import Member, Workspace

Told = Callable[[str, int], None]
FILED = (
    "SELECT envelope_id FROM intake_ending WHERE ended_as IN ('messages', 'nothing') AND envelope_id {among}"
)


def export_workspace(
    workspace: Workspace,
    path: Path,
    *,
    with_raw: bool = True,
    by: Member | None = None,
    told: Told = lambda _label, _rows: None,
) -> Manifest:
    """Write a workspace into a .zip or an empty folder and return the manifest. Raise FileExistsError.

    Without raw, the original bytes of what was filed are left out; what waits or is dead keeps them.
    `told` hears how many rows of each kind are written.
    """
    manifest = Manifest(
        id=str(uuid4()),
        made_at=now().isoformat().replace("+00:00", "Z"),
        workspace={"id": workspace.id, "name": workspace.name},
        has_raw=with_raw,
    )
    with writing_archive(path) as container:
        with one_moment():
            digests = _write_kinds(container, workspace.id, manifest, told)
        _write_files(container, digests, manifest, told)
        write_file(container, MANIFEST, [manifest.as_bytes()])
    rows = {label: contents.rows for label, contents in manifest.kinds.items() if contents.rows}
    with transaction.atomic():
        record_event("workspace.exported", workspace, by, archive=manifest.id, rows=sum(rows.values()))
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """See every database as it is now, however long it takes, and keep nobody from writing.

    The main file before that of envelopes: what is filed in between is then found without its ending, and
    will be read again; never the other way round.
    """
    with ExitStack() as stack:
        for alias in sorted(connections, key=lambda name: name != "default"):
            connection = connections[alias]
            connection.ensure_connection()
            if connection.in_atomic_block:
                continue
            if connection.vendor == "postgresql":
                stack.enter_context(transaction.atomic(using=alias))
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            else:
                stack.enter_context(_reading(alias))
        yield


@contextmanager
def _reading(alias: str) -> Iterator[None]:
    """Hold a snapshot of a SQLite file: a transaction that reads, past the gate of those who write."""
    with connections[alias].cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        cursor.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write_kinds(container: Container, workspace_id: int, manifest: Manifest, told: Told) -> list[str]:
    digests: set[str] = set()
    for kind in all_kinds():
        lines = _Lines(
            kind, workspace_id, is_filed_left_out=not manifest.has_raw and kind.label == "intake.envelope"
        )
        written = write_file(container, kind.file, lines)
        manifest.kinds[kind.label] = contents_of(
            kind, lines.rows, lines.ends(), written.bytes, written.sha256
        )
        digests.update(select_digests(kind, workspace_id))
        told(kind.label, lines.rows)
    return sorted(digests)


class _Lines:
    """A kind's lines, in chunks; afterwards it knows how many they were, and the first and last id."""

    def __init__(self, kind: Kind, workspace_id: int, *, is_filed_left_out: bool) -> None:
        self.rows = 0
        self._kind = kind
        self._workspace_id = workspace_id
        self._is_filed_left_out = is_filed_left_out
        self._first = self._last = ""
        self._binary = [field.attname for field in kind.fields if is_binary(field)]

    def __iter__(self) -> Iterator[bytes]:
        gathered: list[str] = []
        size = 0
        for found in select_lines(self._kind, self._workspace_id):
            rows = self._without_filed(found) if self._is_filed_left_out else found
            if not rows:
                continue
            lines = [self._with_binary(row) for row in rows] if self._binary else [row[0] for row in rows]
            self._first = self._first or lines[0]
            self._last = lines[-1]
            self.rows += len(lines)
            text = "\n".join(lines)
            gathered.append(text)
            size += len(text)
            if size > CHUNK:
                yield ("\n".join(gathered) + "\n").encode()
                gathered, size = [], 0
        if gathered:
            yield ("\n".join(gathered) + "\n").encode()

    def ends(self) -> tuple[int, int]:
        """Return the first id and the last that was ever given, also to what is gone; 0 where there are no rows."""
        if not self.rows:
            return 0, 0
        first, last = (json.loads(line)[self._kind.key] for line in (self._first, self._last))
        return first, max(last, last_number(self._kind)) if has_own_ids(self._kind) else last

    def _with_binary(self, row: Line) -> str:
        line, *columns = row
        more = [
            f'"{name}":"{b64encode(column).decode()}"'
            for name, column in zip(self._binary, columns, strict=True)
        ]
        return f"{line[:-1]},{','.join(more)}}}"

    def _without_filed(self, rows: list[Line]) -> list[Line]:
        ids = [json.loads(row[0])["id"] for row in rows]
        filed = {id_ for (id_,) in select_rows(FILED, among=ids)}
        return [row for id_, row in zip(ids, rows, strict=True) if id_ not in filed]


def _write_files(container: Container, digests: list[str], manifest: Manifest, told: Told) -> None:
    """Write the attachments, each once under its digest; one that is gone from the disk is named."""
    total = 0
    for digest in digests:
        path = path_of_file(digest)
        if not path.is_file():
            manifest.missing_files.append(digest)
            continue
        total += write_file(
            container, f"files/{digest[:2]}/{digest}", _chunks_of(path), is_packed=False
        ).bytes
    manifest.files = {"count": len(digests) - len(manifest.missing_files), "bytes": total}
    told("files", manifest.files["count"])


def _chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
