"""Attachments on disk, each under the digest of its bytes, durable before the row that names it."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings


def store_file(data: bytes) -> str:
    """Keep the bytes and return their SHA-256 digest (64 hex digits). Storing twice is storing once."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of_file(digest)
    if path.exists():
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


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
