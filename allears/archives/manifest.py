"""The manifest: what an archive holds, so that whoever reads it can tell that all of it is there."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from allears import __version__
from allears.archives.containers import MANIFEST, Archive
from allears.archives.errors import ArchiveDamaged, ArchiveFromNewer, NotAnArchive
from allears.archives.kinds import Kind, all_kinds

FORMAT = "all-ears-archive"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Contents:
    """One kind in an archive: its file, how many rows, the first and last id, and the file's digest."""

    file: str
    rows: int
    first: int
    last: int
    columns: list[str]
    bytes: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive is, and what is in it. `missing_files` are digests that were named but not there."""

    id: str
    made_at: str
    workspace: dict[str, Any]
    has_raw: bool = True
    format: str = FORMAT
    version: int = VERSION
    made_by: str = f"All Ears {__version__}"
    kinds: dict[str, Contents] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    missing_files: list[str] = field(default_factory=list)

    def as_bytes(self) -> bytes:
        """Write it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n"


def read_manifest(archive: Archive) -> Manifest:
    """Read a manifest. Raise NotAnArchive, ArchiveFromNewer or ArchiveDamaged."""
    if MANIFEST not in archive.names():
        raise NotAnArchive
    try:
        found = json.loads(archive.read(MANIFEST))
        if found.get("format") != FORMAT:
            raise NotAnArchive
        if found["version"] > VERSION:
            raise ArchiveFromNewer
        kinds = {label: Contents(**contents) for label, contents in found.pop("kinds").items()}
        manifest = Manifest(**found, kinds=kinds)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveDamaged from error
    _check_columns(manifest)
    return manifest


def _check_columns(manifest: Manifest) -> None:
    """Raise ArchiveFromNewer for kinds or columns that are not known here."""
    known = {kind.label: {one.attname for one in kind.fields} for kind in all_kinds()}
    for label, contents in manifest.kinds.items():
        if label not in known or not set(contents.columns) <= known[label]:
            raise ArchiveFromNewer


def contents_of(kind: Kind, rows: int, ends: tuple[int, int], size: int, sha256: str) -> Contents:
    """Describe what was written of a kind."""
    columns = [one.attname for one in kind.fields]
    return Contents(kind.file, rows, ends[0], ends[1], columns, size, sha256)
