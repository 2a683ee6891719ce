"""Captured traffic as deliveries and pages: files of one payload, lines of JSON, and recordings of a test's
requests (vcr, betamax) whose every answer is a page."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LINES = {".jsonl", ".ndjson"}
RECORDINGS = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class Captured:
    """One payload, where it stood, and when it was captured. `is_page`: surely an answer to a request."""

    file: str
    body: bytes
    at: datetime
    is_page: bool = False


def open_captured(path: Path) -> Iterator[Captured]:
    """Yield what a file holds, in order. Raise OSError when it can't be opened."""
    body, at = path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if path.suffix in LINES:
        bodies, is_page = [line for line in body.splitlines() if line.strip()], False
    else:
        answers = _answers_in(path, body)
        bodies, is_page = ([body], False) if answers is None else (answers, True)
    for one in bodies:
        yield Captured(str(path), one, at, is_page)


def files_in(paths: list[Path]) -> Iterator[Path]:
    """Yield files as they are, and those below folders by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        else:
            yield path


def _answers_in(path: Path, body: bytes) -> list[bytes] | None:
    """Return the bodies of a recording's answers; None where a file is no recording."""
    found = _load(path, body)
    if not isinstance(found, dict):
        return None
    recorded = found.get("interactions") or found.get("http_interactions")
    if not isinstance(recorded, list):
        return None
    answers = [one.get("response") for one in recorded if isinstance(one, dict)]
    return [
        _body_of(answer.get("body") or answer.get("content"))
        for answer in answers
        if isinstance(answer, dict)
    ]


def _load(path: Path, body: bytes) -> Any:
    if path.suffix not in RECORDINGS:
        if b"interactions" not in body:
            return None
        with suppress(ValueError):
            return json.loads(body)
        return None
    import yaml

    with suppress(yaml.YAMLError, UnicodeDecodeError):
        return yaml.load(body, _tolerant(yaml))  # noqa: S506 - it is a SafeLoader
    return None


def _tolerant(yaml: Any) -> Any:
    """Make a safe loader that takes what it does not know as what it looks like."""

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    def plain(loader: Any, _suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", plain)
    return Loader


def _body_of(body: Any) -> bytes:
    """Return an answer's bytes: recorded as they are, as text or in base64, packed or not."""
    if isinstance(body, dict):
        packed = body.get("base64_string")
        body = base64.b64decode(packed) if packed else body.get("string", "")
    raw = body.encode() if isinstance(body, str) else bytes(body or b"")
    with suppress(OSError, EOFError, zlib.error):
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    return raw
