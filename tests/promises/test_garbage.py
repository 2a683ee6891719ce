"""Garbage is unreadable, and nothing worse: whatever is sent, reading raises Unreadable or reads."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Ability, Delivery, Nothing
from tests.promises.page import connectors
from tests.promises.payloads import (
    HEARD_AT,
    Payload,
    account_of,
    kinds,
    payloads,
    read_payload,
    read_piece,
)

STRANGE = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        2**63,
        1e308,
        "",
        "0",
        "ы" * 400,
        "\x00",
        "1970-01-01",
        "9" * 40,
        [],
        [None],
        {},
        {"id": []},
    ]
)
FEW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def json_payloads(kind: str) -> list[Payload]:
    return [payload for payload in payloads(kind) if payload.body.lstrip()[:1] in {b"{", b"["}]


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place of a JSON value, by the keys that lead there."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [path, *(place for key in keys for place in places_in(value[key], (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    """Give a JSON value with one place replaced; `...` takes it away."""
    if not path:
        return None if to is ... else to
    key, rest = path[0], path[1:]
    copy = dict(value) if isinstance(value, dict) else list(value)
    if not rest and to is ...:
        del copy[key]
    else:
        copy[key] = changed(value[key], rest, to)
    return copy


def read_all(kind: str, body: bytes) -> None:
    """Read a body in every way; whatever but Unreadable is raised fails the test."""
    payload = Payload(kind, "garbage", body, is_ours=False)
    for outcome in read_payload(payload):
        assert outcome.records or outcome.reason
    connector = connectors()[kind]
    with contextlib.suppress(Unreadable):
        read = connector.read(Delivery(body=body, received_at=HEARD_AT), account_of(kind))
        assert isinstance(read, Nothing) or read is not None


@pytest.mark.parametrize("kind", kinds())
@FEW
@given(body=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_bytes_of_any_kind(kind: str, body: bytes) -> None:
    read_all(kind, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", kinds())
@FEW
@given(value=JSON)
def test_json_of_any_kind(kind: str, value: Any) -> None:
    read_all(kind, json.dumps(value).encode())


NETWORKS = [kind for kind in kinds() if json_payloads(kind)]


@pytest.mark.parametrize("kind", NETWORKS)
@settings(FEW, max_examples=300)
@given(data=st.data())
def test_a_payload_with_something_wrong_in_it(kind: str, data: st.DataObject) -> None:
    payload = data.draw(st.sampled_from(json_payloads(kind)))
    value = json.loads(payload.body)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places_in(value)))
        value = changed(value, place, data.draw(STRANGE | st.just(...)))
    read_all(kind, json.dumps(value).encode())


@pytest.mark.slow
@pytest.mark.parametrize("kind", NETWORKS)
def test_a_payload_with_any_one_thing_missing_or_strange(kind: str) -> None:
    """Every place of every payload of ours, one at a time: taken away, emptied, made a number, a list, a table."""
    for payload in json_payloads(kind):
        if not payload.is_ours:
            continue
        value = json.loads(payload.body)
        for place in places_in(value):
            for to in (..., None, 7, "", "ы", [], {}, [7], {"id": None}):
                read_all(kind, json.dumps(changed(value, place, to)).encode())


@pytest.mark.slow
@pytest.mark.parametrize("kind", NETWORKS)
def test_a_piece_with_any_one_thing_missing_or_strange(kind: str) -> None:
    """The same to what an envelope holds, for its pieces may have been changed since they were cut."""
    for payload in json_payloads(kind):
        if not payload.is_ours:
            continue
        for piece in (outcome.piece for outcome in read_payload(payload)):
            if piece.body.lstrip()[:1] not in {b"{", b"["}:
                continue
            value = json.loads(piece.body)
            for place in places_in(value):
                for to in (..., None, 7, "", [], {}):
                    body = json.dumps(changed(value, place, to)).encode()
                    read_piece(payload, type(piece)(body=body, headers=piece.headers), account_of(kind))


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_payload_cut_anywhere(kind: str) -> None:
    for payload in json_payloads(kind):
        for end in range(0, len(payload.body), max(1, len(payload.body) // 12)):
            read_all(kind, payload.body[:end])


@pytest.mark.parametrize("kind", kinds(Ability.HEAR_POLLING))
@FEW
@given(page=st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_page_of_any_kind(kind: str, page: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(connectors()[kind].cut(page), list)  # type: ignore[attr-defined]
