"""Attachments on disk, each under the digest of its bytes, durable before the row that names it."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import time

from django.apps import apps
from django.conf import settings
from django.db.models import Model

UNUSED_FOR = timedelta(days=30)  # an envelope that names a file by its digest may be read again that late
AT_ONCE = 500
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LEAVING = ".leaving"


def store_file(data: bytes) -> str:
    """Keep the bytes and return their SHA-256 digest (64 hex digits). Storing twice is storing once."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of_file(digest)
    with suppress(FileNotFoundError):
        os.utime(path)  # in use again: see let_go_of_unused_files
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    half_written = path.with_name(f"{digest}.{secrets.token_hex(4)}.part")
    with half_written.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half_written.replace(path)
    _sync_folder(path.parent)
    return digest


def path_of_file(digest: str) -> Path:
    """Say where the bytes of a digest lie."""
    return Path(settings.FILES) / digest[:2] / digest


def read_file(digest: str) -> bytes:
    """Read the bytes of a digest. Raise FileNotFoundError when they are gone."""
    return path_of_file(digest).read_bytes()


def let_go_of_unused_files(unused_for: timedelta = UNUSED_FOR) -> int:
    """Delete the bytes that no row names and that nobody has stored for so long; return how many.

    Every model with a field `digest` names files. What is stored again meanwhile stays: a file is put
    aside first, and put back if it was touched or named after all.
    """
    before = time() - unused_for.total_seconds()
    old, count = _older_than(before), 0
    while some := list(islice(old, AT_ONCE)):
        unused = {path.name: path for path in some}
        for digest in _named_digests(list(unused)):
            del unused[digest]
        aside = {digest: path.with_name(digest + _LEAVING) for digest, path in unused.items()}
        for digest, path in unused.items():
            path.replace(aside[digest])
        named = _named_digests(list(unused))
        for digest, path in aside.items():
            if digest in named or path.stat().st_mtime > before:
                path.replace(unused[digest])
            else:
                path.unlink()
                count += 1
    return count


def _older_than(before: float) -> Iterator[Path]:
    """Find files last stored before a moment, and finish what an interrupted sweep had put aside."""
    for path in sorted(Path(settings.FILES).glob("??/*")):
        name = path.name.removesuffix(_LEAVING)
        if not _DIGEST.fullmatch(name):
            continue
        whole = path if name == path.name else path.replace(path.with_name(name))
        if whole.stat().st_mtime < before:
            yield whole


def _named_digests(digests: list[str]) -> set[str]:
    """Say which of these digests are named by a row."""
    named: set[str] = set()
    for model in _models_that_name_files():
        manager = model._meta.default_manager
        assert manager
        named |= set(manager.filter(digest__in=digests).values_list("digest", flat=True))
    return named


def _models_that_name_files() -> list[type[Model]]:
    return [one for one in apps.get_models() if any(f.name == "digest" for f in one._meta.concrete_fields)]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
