"""An archive on the disk: a .zip, or a folder with the same files in it."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Protocol

from allears.archives.errors import ArchiveDamaged, NotAnArchive

MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
WAITING_CHUNKS = 8
QUICKLY = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of one file."""

    bytes: int
    sha256: str


class Container(Protocol):
    """Where files are written to, one after the other."""

    def open(self, name: str, *, is_packed: bool) -> IO[bytes]: ...

    def close(self) -> None: ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, name: str, *, is_packed: bool) -> IO[bytes]:
        """Open a file for writing."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")

    def close(self) -> None:
        """Nothing is left to do."""


class _Zip:
    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", compresslevel=QUICKLY)

    def open(self, name: str, *, is_packed: bool) -> IO[bytes]:
        """Open a file for writing; what is packed already is not packed again."""
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info._compresslevel = QUICKLY  # type: ignore[attr-defined]  # noqa: SLF001 - public from 3.13 on
        return self._zip.open(info, "w", force_zip64=True)

    def close(self) -> None:
        """Write the directory, durably."""
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


@contextmanager
def writing_archive(path: Path) -> Iterator[Container]:
    """Write a .zip or a folder under another name until it is whole. Raise FileExistsError if it is there."""
    if path.exists() and (path.is_file() or any(path.iterdir())):
        raise FileExistsError(path)
    half = path.with_name(f"{path.name}.part")
    _remove(half)
    is_zip = path.suffix.lower() == ".zip"
    if not is_zip:
        half.mkdir(mode=0o700)
    container: Container = _Zip(half) if is_zip else _Folder(half)
    try:
        yield container
        container.close()
        if path.is_dir():
            path.rmdir()
        half.replace(path)
    except BaseException:
        _remove(half)
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_file(
    container: Container, name: str, chunks: Iterable[bytes], *, is_packed: bool = True
) -> Written:
    """Write one file; packing goes on in a thread of its own while the next chunk is made."""
    digest, size = hashlib.sha256(), 0
    with container.open(name, is_packed=is_packed) as file, _packing(file) as waiting:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            waiting.put(chunk)
    return Written(size, digest.hexdigest())


@contextmanager
def _packing(file: IO[bytes]) -> Iterator["Queue[bytes | None]"]:
    """Write what is put into a queue; raise what went wrong when all is put."""
    waiting: Queue[bytes | None] = Queue(WAITING_CHUNKS)
    trouble: list[BaseException] = []

    def pack() -> None:
        while (chunk := waiting.get()) is not None:
            if not trouble:
                try:
                    file.write(chunk)
                except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
                    trouble.append(error)

    thread = Thread(target=pack, name="packing", daemon=True)
    thread.start()
    try:
        yield waiting
    finally:
        waiting.put(None)
        thread.join()
    if trouble:
        raise trouble[0]


class Archive:
    """An archive to read from."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            return
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise NotAnArchive from error

    def names(self) -> set[str]:
        """List the files in it."""
        if self._zip:
            return {name for name in self._zip.namelist() if not name.endswith("/")}
        return {str(path.relative_to(self._path)) for path in self._path.rglob("*") if path.is_file()}

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file. Raise ArchiveDamaged if it is not there or can't be read."""
        try:
            with self._zip.open(name) if self._zip else (self._path / name).open("rb") as file:
                yield file
        except (KeyError, OSError, zipfile.BadZipFile, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            raise ArchiveDamaged from error

    def read(self, name: str) -> bytes:
        """Read a small file whole."""
        with self.open(name) as file:
            return file.read()

    def measure(self, name: str) -> Written:
        """Read a file through and say what it is."""
        digest, size = hashlib.sha256(), 0
        with self.open(name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        return Written(size, digest.hexdigest())

    def close(self) -> None:
        """Close the file."""
        if self._zip:
            self._zip.close()
