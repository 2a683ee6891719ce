"""A mixed stream of the social networks, made of the connectors' own payloads: every copy has ids of its own.

A copy holds a network's payloads as they lie in its folder: posts, comments, private messages, edits, deletions,
reactions, receipts, what is for nobody. Ids change with the copy and stay the same within it, so that an edit still
finds what it changes; each text gets a sentence more, so that the index meets other words.
"""

import json
from collections.abc import Iterator
from itertools import chain, count, islice, repeat, zip_longest
from pathlib import Path
from typing import Any

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Ability, Connector, Delivery, Piece
from allears.connectors.registry import get_connector
from allears.foundation.clock import now
from bench.messages import say

NETWORKS = ("x", "facebook", "instagram", "whatsapp", "mastodon", "bluesky", "telegram")
CONNECTORS = Path(__file__).resolve().parents[1] / "allears" / "connectors"
APART = 1_000_000
WORDS = {"text", "message", "content"}
TOKEN = "700000001:AAs3cr3t-developers-0123456789abcdefg"


def values_for(connector: Connector) -> dict[str, str]:
    """Make up what a person would enter to connect."""
    values = {}
    for field in connector.fields:
        is_address = any(word in field.name for word in ("url", "service", "instance", "appview"))
        choice = field.choices[0][0] if field.choices else ""
        filler = TOKEN if field.is_secret else "https://network.example" if is_address else "1"
        if field.is_required or field.is_secret:
            values[field.name] = field.default or choice or filler
    return values


def whose(kind: str) -> dict[str, str]:
    """Return what a network says of the account whose payloads they are."""
    path = CONNECTORS / kind / "payloads" / "account.json"
    found: dict[str, str] = json.loads(path.read_text()).get("settings", {}) if path.exists() else {}
    return found


def bodies_of(kind: str) -> list[Any]:
    """Read a network's payloads; those that are no JSON are left out."""
    paths = sorted((CONNECTORS / kind / "payloads").glob("*.json"))
    return [json.loads(path.read_text()) for path in paths if path.name != "account.json"]


def stream(kind: str) -> Iterator[Piece]:
    """Yield pieces of one network for ever, as its connector cuts them."""
    bodies, connector = bodies_of(kind), get_connector(kind)
    kept = {*whose(kind).values(), "1"}
    sentences = (one.text for one in say(10**9, first=APART))
    for copy in count(1) if bodies else ():
        for body in bodies:
            yield from pieces_of(connector, json.dumps(changed(body, copy, kept, sentences)).encode())


def pieces_of(connector: Connector, body: bytes) -> list[Piece]:
    """Cut a payload as a webhook's, or as an answer to a poll."""
    ways: list[Any] = [lambda: connector.cut(body)] if hasattr(connector, "cut") else []
    if Ability.HEAR_PUSHED in connector.can:
        ways.insert(0, lambda: connector.split(Delivery(body=body, received_at=now())))
    for way in ways:
        try:
            found: list[Piece] = way()
        except Unreadable:
            continue
        if found:
            return found
    return []


def changed(value: Any, copy: int, kept: set[str], sentences: Iterator[str], name: str = "") -> Any:
    """Give a payload the ids of its copy, and other words."""
    if isinstance(value, dict):
        return {key: changed(one, copy, kept, sentences, key) for key, one in value.items()}
    if isinstance(value, list):
        return [changed(one, copy, kept, sentences, name) for one in value]
    if name in WORDS and isinstance(value, str) and value:
        return f"{value} {next(sentences)}"
    is_id = name in {"id", "mid", "uri", "wa_id"} or name.endswith("_id")
    return other_id(value, copy) if is_id and str(value) not in kept else value


def other_id(value: Any, copy: int) -> Any:
    """Give an id that belongs to a copy: of the same sort, and the same for the same id."""
    if isinstance(value, bool) or not value:
        return value
    if isinstance(value, int):
        return value + copy * APART if value > 0 else value - copy * APART
    if isinstance(value, str):
        return str(int(value) + copy * APART) if value.isdecimal() else f"{value}x{copy}"
    return value


def mixed(most: int) -> list[tuple[str, Piece]]:
    """Return so many pieces of all networks that have payloads, in turn."""
    streams = [zip(repeat(kind), stream(kind), strict=False) for kind in NETWORKS]
    turns = chain.from_iterable(zip_longest(*streams))
    return list(islice((one for one in turns if one), most))
