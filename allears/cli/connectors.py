"""Connectors without an installation: what there is, and what a captured payload becomes."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from allears.cli.captured import Captured, files_in, open_captured
from allears.cli.setting_up import console, fail, out
from allears.connectors.errors import ConnectorError, Unreadable
from allears.connectors.interface import Ability, Account, Connector, Delivery, File, Nothing, Piece
from allears.connectors.registry import all_connectors

WAYS = {"webhook": Ability.HEAR_PUSHED, "poll": Ability.HEAR_POLLING}
SHOWN = 100
Line = dict[str, Any]


def show_connectors(*, as_json: bool) -> None:
    """Print every connector and what it can do."""
    found = [_described(one) for _kind, one in sorted(all_connectors().items())]
    if as_json:
        out.print_json(json.dumps(found))
        return
    for one in found:
        out.print(
            f"{one['kind']:<12} {one['label']:<16} {', '.join(one['can'])}", markup=False, soft_wrap=True
        )


def _described(connector: Connector) -> dict[str, Any]:
    return {
        "kind": connector.kind,
        "label": connector.label,
        "can": sorted(connector.can),
        "fields": [_plain(one) for one in connector.fields],
        "headers": sorted(getattr(connector, "headers", ())),
        "poll_seconds": getattr(connector, "poll_seconds", None),
        "budgets": [_plain(one) for one in getattr(connector, "budgets", ())],
        "prices": [_plain(one) for one in getattr(connector, "prices", ())],
    }


def read_captured(
    kind: str, paths: list[Path], kind_of: str, values: list[str], secrets: list[str], *, as_json: bool
) -> None:
    """Print what captured payloads become; exit 1 when a file can't be opened or a connector stumbles."""
    if kind not in all_connectors():
        fail(f"there is no kind {kind!r}. There are: {', '.join(sorted(all_connectors()))}.")
    if kind_of not in {"", *WAYS}:
        fail(f"there is no kind of payload {kind_of!r}. There are: {', '.join(WAYS)}.")
    connector = all_connectors()[kind]
    account = _account(connector, values, secrets)
    is_well = True
    for path in files_in(paths):
        try:
            captured = list(open_captured(path))
        except OSError as error:
            console.print(f"allears: {path}: {error.strerror}", markup=False)
            is_well = False
            continue
        for line in (line for one in captured for line in lines_of(connector, one, account, kind_of)):
            is_well = is_well and not line.get("stumbled")
            _print(json.dumps(line, ensure_ascii=False) if as_json else _said(line))
    if not is_well:
        sys.exit(1)


def _print(line: str) -> None:
    """Print a line as it is; half a character, which can't be printed, as JSON would write it."""
    sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")


def _account(connector: Connector, values: list[str], secrets: list[str]) -> Account:
    given, hidden = dict(map(_pair, values)), dict(map(_pair, secrets))
    for field in connector.fields:
        if field.is_secret and field.name in given:
            hidden[field.name] = given.pop(field.name)
    defaults = {field.name: field.default for field in connector.fields if field.default}
    return Account(channel_id=0, name=connector.kind, settings={**defaults, **given}, secrets=hidden)


def _pair(value: str) -> tuple[str, str]:
    name, sign, text = value.partition("=")
    if not sign:
        fail(f"{value!r} is not NAME=VALUE.")
    if text.startswith("@") and Path(text[1:]).is_file():
        text = Path(text[1:]).read_text(encoding="utf-8").strip()
    return name, text


def lines_of(connector: Connector, captured: Captured, account: Account, kind_of: str = "") -> list[Line]:
    """Say what one payload becomes; where nobody says what it is, what fits best of all ways to read it."""
    ways = [kind_of] if kind_of else [way for way, ability in WAYS.items() if ability in connector.can]
    if captured.is_page and not kind_of:
        ways.reverse()
    found = [list(_lines(connector, captured, account, way)) for way in ways or [""]]
    return max(found, key=_worth)


def _worth(lines: list[Line]) -> int:
    records = {line["record"] for line in lines}
    return 2 if records - {"nothing", "unreadable"} else 1 if records == {"nothing"} else 0


def _lines(connector: Connector, captured: Captured, account: Account, way: str) -> Iterator[Line]:
    try:
        pieces = _pieces(connector, captured, way)
    except Exception as error:  # noqa: BLE001 - a connector's author wants to hear of any
        yield {**_unread(error), "file": captured.file, "piece": 0}
        return
    if not pieces:
        yield {"record": "nothing", "file": captured.file, "piece": 0, "reason": "It has no parts."}
    for number, piece in enumerate(pieces, start=1):
        for line in _read(connector, piece, captured, account):
            yield {"record": line.pop("record"), "file": captured.file, "piece": number, **line}


def _pieces(connector: Connector, captured: Captured, way: str) -> list[Piece]:
    """Cut a payload as what it is: a delivery, an answer, or else as one piece."""
    if way == "poll":
        cut = getattr(connector, "cut", None)
        if cut is None:
            raise Unreadable(f"{connector.kind} does not hear by polling.")
        pieces: list[Piece] = cut(captured.body)
        return pieces
    if way == "webhook":
        return connector.split(Delivery(body=captured.body, received_at=captured.at))
    return [Piece(body=captured.body)]


def _read(connector: Connector, piece: Piece, captured: Captured, account: Account) -> Iterator[Line]:
    delivery = Delivery(
        body=piece.body, headers=piece.headers, received_at=captured.at, is_silent=piece.is_silent
    )
    try:
        found = connector.read(delivery, account)
    except Exception as error:  # noqa: BLE001 - a connector's author wants to hear of any
        yield _unread(error)
        return
    if isinstance(found, Nothing):
        yield {"record": "nothing", "reason": found.reason}
        return
    if not found:
        yield {"record": "nothing", "reason": "It holds no message."}
    for record in found:
        name = type(record).__name__.lower()
        yield {"record": "message" if name == "incoming" else name, **_plain(record)}


def _unread(error: Exception) -> Line:
    if isinstance(error, ConnectorError):
        line = {"record": "unreadable", "reason": str(error)}
        return {**line, "raw": error.raw} if error.raw else line
    reason = f"The connector stumbled: {type(error).__name__}: {error}"
    return {"record": "unreadable", "reason": reason, "stumbled": True}


def _plain(value: Any) -> Any:
    """Turn a record into what JSON can say, without what is empty; a file's bytes become their number."""
    match value:
        case bytes():
            return None
        case datetime():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in value]
        case _:
            return _plain_record(value) if is_dataclass(value) else value


def _plain_record(value: Any) -> Line:
    plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, File) and value.data:
        plain["size"] = len(value.data)
    needed = {field.name for field in fields(value) if field.default is field.default_factory is MISSING}
    return {name: one for name, one in plain.items() if name in needed or not _is_empty(one)}


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _said(line: Line) -> str:
    """Say a record in one line for people."""
    where = f"{line['file']} {line['piece']}: {line['record']}"
    if "reason" in line and line["record"] in {"nothing", "unreadable"}:
        return f"{where}: {line['reason']}"
    who = line.get("author") or {}
    name = who.get("handle") or who.get("name") or who.get("id", "")
    kind = " ".join(filter(None, (line.get("visibility", ""), line.get("item", ""), line.get("state", ""))))
    at = line.get("sent_at") or line.get("edited_at") or line.get("at") or ""
    text = " ".join(str(line.get("text") or line.get("emoji") or line.get("message") or "").split())
    shown = f"{text[: SHOWN - 1]}…" if len(text) > SHOWN else text
    parts = (kind, line.get("external_id") or line.get("old_id") or "", at, name)
    told = " ".join(part for part in parts if part)
    return f"{where}: {told}: {shown}" if shown else f"{where}: {told}"
