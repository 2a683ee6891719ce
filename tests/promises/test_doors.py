"""A delivery that is not signed, or wrongly, is refused; one signed as the network signs is taken."""

import json
from typing import Any

import pytest

from allears.connectors.errors import Unverified
from allears.connectors.interface import Ability, Delivery
from tests.networks.shared import REASON, shared_folder
from tests.promises.page import connectors
from tests.promises.payloads import HEARD_AT, account_of, kinds

SCHEME = {"facebook": "meta", "instagram": "meta", "whatsapp": "meta"}
PUSHED = [kind for kind in kinds(Ability.HEAR_PUSHED) if Ability.CHAT not in connectors()[kind].can]


def vectors() -> list[tuple[str, dict[str, Any]]]:
    folder = shared_folder()
    if folder is None:
        return []
    schemes = json.loads((folder / "channels" / "signatures" / "vectors.json").read_text())
    return [
        (kind, vector)
        for kind in PUSHED
        for vector in schemes.get(SCHEME.get(kind, kind), {}).get("vectors", [])
        if vector.get("header")  # Telegram's secret is not a person's to choose, but made from the token
    ]


def delivery(body: bytes, headers: dict[str, str]) -> Delivery:
    return Delivery(body=body, headers=headers, received_at=HEARD_AT)


@pytest.mark.parametrize("kind", PUSHED)
@pytest.mark.parametrize("body", [b"", b"{}", b'{"entry": []}', "Žena".encode(), b"\xff\x00"])
def test_an_unsigned_delivery_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(Unverified):
        connectors()[kind].verify(delivery(body, {}), account_of(kind))


@pytest.mark.parametrize("kind", PUSHED)
@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=é", "sha256=AAAA", "ы", "0" * 300])
def test_a_wrongly_signed_delivery_is_refused(kind: str, signature: str) -> None:
    connector = connectors()[kind]
    names = {
        *getattr(connector, "headers", ()),
        "x-hub-signature-256",
        "x-allears-signature",
        "webhook-signature",
    }
    with pytest.raises(Unverified):
        connector.verify(delivery(b"{}", dict.fromkeys(names, signature)), account_of(kind))


@pytest.mark.skipif(shared_folder() is None, reason=REASON)
@pytest.mark.parametrize(("kind", "vector"), vectors())
def test_signatures_are_judged_as_the_network_makes_them(kind: str, vector: dict[str, Any]) -> None:
    connector = connectors()[kind]
    secret = str(vector["secret"])
    given = delivery(vector["body"].encode(), {vector["header"].lower(): vector["value"]})
    if vector["valid"]:
        connector.verify(given, account_of(kind, secret=secret))
        return
    with pytest.raises(Unverified):
        connector.verify(given, account_of(kind, secret=secret))


@pytest.mark.parametrize("kind", PUSHED)
def test_it_names_the_headers_it_needs_in_lower_case(kind: str) -> None:
    headers = getattr(connectors()[kind], "headers", frozenset())
    assert [name for name in headers if name != name.lower()] == []
