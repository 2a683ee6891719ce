"""The connectors, their accounts and their payloads, as the promises try them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path

import yaml

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Ability, Account, Connector, Delivery, Field, Nothing, Piece, Record
from tests.networks.shared import recorded
from tests.promises.page import connectors

SECRET = "700000001:AAs3cr3t-developers-0123456789abcdefg"
HEARD_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Payload:
    """One captured payload: of a webhook or of an answer to a poll, as its connector finds fitting."""

    kind: str
    name: str
    body: bytes
    is_ours: bool

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Outcome:
    """What one piece of a payload became: records, or why there are none, or why it could not be read."""

    payload: Payload
    piece: Piece
    records: tuple[Record, ...] = ()
    reason: str = ""
    is_unreadable: bool = False


def kinds(*abilities: Ability) -> list[str]:
    """Name the connectors that can do all this."""
    return sorted(kind for kind, connector in connectors().items() if connector.can >= set(abilities))


def folder_of(connector: Connector) -> Path:
    """Find the folder in which a connector's package lies."""
    module = import_module(type(connector).__module__)
    return Path(str(module.__file__)).parent


@cache
def whose(kind: str) -> dict[str, dict[str, str]]:
    path = folder_of(connectors()[kind]) / "payloads" / "account.json"
    return json.loads(path.read_text()) if path.exists() else {}


def account_of(kind: str, *, secret: str = SECRET, **settings: str) -> Account:
    """Make an account as a person could have connected it; its secrets are all the same."""
    connector = connectors()[kind]
    given = {field.name: plausible(field) for field in connector.fields}
    secrets = {field.name: secret for field in connector.fields if field.is_secret}
    known = whose(kind)
    return Account(
        channel_id=1,
        name="Ours",
        settings={
            **{name: value for name, value in given.items() if name not in secrets},
            **known.get("settings", {}),
            **settings,
        },
        secrets={**secrets, **(known.get("secrets", {}) if secret == SECRET else {})},
        reply_key=b"0" * 32,
        since=SINCE,
        door="https://care.example/in/key",
    )


def plausible(field: Field) -> str:
    """Make up what a person might enter."""
    if field.choices:
        return field.default or field.choices[0][0]
    is_address = any(word in field.name for word in ("url", "server", "instance", "host", "pds"))
    return field.default or ("https://network.example" if is_address else "1")


@cache
def payloads(kind: str) -> tuple[Payload, ...]:
    """List every payload of a connector: its own, then what was recorded elsewhere."""
    folder = folder_of(connectors()[kind]) / "payloads"
    own = [
        Payload(kind, path.name, path.read_bytes(), is_ours=True)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".md" and path.name[0] != "." and path.name != "account.json"
    ]
    return (*own, *(payload for path in recorded(kind) for payload in unpack(kind, path)))


def unpack(kind: str, path: Path) -> Iterator[Payload]:
    """Take a file as it is, or each answer out of a recording of requests."""
    if path.suffix != ".yaml":
        yield Payload(kind, path.name, path.read_bytes(), is_ours=False)
        return
    cassette = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for number, interaction in enumerate(cassette.get("interactions", [])):
        text = interaction["response"]["body"].get("string") or b""
        body = text.encode() if isinstance(text, str) else text
        yield Payload(kind, f"{path.name}#{number}", body, is_ours=False)


def cuttings_of(payload: Payload) -> Iterator[list[Piece]]:
    """Cut a payload as a webhook's and as a poll's. Raises Unreadable if it is neither."""
    connector = connectors()[payload.kind]
    delivery = Delivery(body=payload.body, headers={"content-type": "application/json"}, received_at=HEARD_AT)
    found, trouble = [], None
    for cut in ("split", "cut") if Ability.HEAR_PUSHED in connector.can else ("cut",):
        if hasattr(connector, cut):
            try:
                found.append(getattr(connector, cut)(delivery if cut == "split" else payload.body))
            except Unreadable as error:
                trouble = error
    if trouble and not found:
        raise trouble
    yield from (pieces or [Piece(body=payload.body)] for pieces in found or [[]])


def read_piece(payload: Payload, piece: Piece, account: Account) -> Outcome:
    connector = connectors()[payload.kind]
    headers: Mapping[str, str] = {"content-type": "application/json", **piece.headers}
    delivery = Delivery(body=piece.body, headers=headers, received_at=HEARD_AT)
    try:
        read = connector.read(delivery, account)
    except Unreadable as error:
        return Outcome(payload, piece, reason=str(error), is_unreadable=True)
    if isinstance(read, Nothing):
        return Outcome(payload, piece, reason=read.reason)
    return Outcome(payload, piece, records=tuple(read))


def read_payload(payload: Payload, account: Account | None = None) -> list[Outcome]:
    """Read a payload as the product would, in the way that says most; nothing but Unreadable is caught."""
    account = account or account_of(payload.kind)
    try:
        ways = [[read_piece(payload, piece, account) for piece in pieces] for pieces in cuttings_of(payload)]
    except Unreadable as error:
        return [Outcome(payload, Piece(body=payload.body), reason=str(error), is_unreadable=True)]
    return max(ways, key=lambda found: (sum(len(it.records) for it in found), not found[0].is_unreadable))


@cache
def outcomes(kind: str) -> tuple[Outcome, ...]:
    """Read every payload of a connector, once for all tests."""
    return tuple(outcome for payload in payloads(kind) for outcome in read_payload(payload))


def records_of(kind: str) -> Iterator[tuple[Outcome, Record]]:
    for outcome in outcomes(kind):
        for record in outcome.records:
            yield outcome, record
