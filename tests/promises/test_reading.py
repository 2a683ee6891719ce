"""Whatever a network sends is read without an error, or it is said why not."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from allears.connectors.interface import (
    Ability,
    Deletion,
    Edit,
    Hiding,
    Incoming,
    ItemKind,
    Reaction,
    Receipt,
    Visibility,
)
from tests.promises.page import connectors
from tests.promises.payloads import (
    Outcome,
    account_of,
    kinds,
    outcomes,
    payloads,
    read_payload,
    read_piece,
    records_of,
)

LONGEST_ID = 300
BECOMES = {
    "own_": (Incoming, Edit),
    "edit_": (Edit, Incoming),
    "deletion_": Deletion,
    "reaction_": Reaction,
    "receipt_": Receipt,
    "hiding_": Hiding,
}


@pytest.mark.parametrize("kind", kinds())
def test_every_payload_becomes_records_or_says_why_not(kind: str) -> None:
    found = outcomes(kind)
    assert [str(it.payload) for it in found if not it.records and not it.reason] == []
    counts = Counter(
        "unreadable" if it.is_unreadable else "records" if it.records else "nothing" for it in found
    )
    print(f"{kind}: {len(payloads(kind))} payloads, pieces: {dict(counts)}")


@pytest.mark.parametrize("kind", kinds())
def test_our_own_payloads_are_readable(kind: str) -> None:
    ours = [it for it in outcomes(kind) if it.payload.is_ours]
    wrong = [
        f"{it.payload}: {it.reason}"
        for it in ours
        if it.is_unreadable
        and not it.payload.name.startswith(("unreadable", "boundary", "charset", "base64"))
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", kinds(Ability.JUDGE_ITEMS))
def test_a_network_has_payloads_of_ours(kind: str) -> None:
    assert any(payload.is_ours for payload in payloads(kind))


@pytest.mark.parametrize("kind", kinds())
def test_the_same_payload_reads_the_same_twice(kind: str) -> None:
    changed = [str(it) for it in payloads(kind) if read_payload(it) != read_payload(it)]
    assert changed == []


def fields_of(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Walk through a record and all that lies in it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            yield from fields_of(getattr(value, one.name), f"{path}.{one.name}")
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from fields_of(one, f"{path}[]")
    else:
        yield path, value


def is_id(path: str) -> bool:
    name = path.rpartition(".")[2].removesuffix("[]")
    return name in {
        "id",
        "thread",
        "in_reply_to",
        "references",
        "also",
        "old_id",
        "bounced_id",
    } or name.endswith("_id")


@pytest.mark.parametrize("kind", kinds())
def test_ids_are_strings(kind: str) -> None:
    wrong = [
        (str(outcome.payload), path, value)
        for outcome, record in records_of(kind)
        for path, value in fields_of(record)
        if is_id(path) and value is not None and not isinstance(value, str)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", kinds())
def test_times_are_aware(kind: str) -> None:
    wrong = [
        (str(outcome.payload), path)
        for outcome, record in records_of(kind)
        for path, value in fields_of(record)
        if isinstance(value, datetime) and value.tzinfo is None
    ]
    assert wrong == []


def flaw_of(record: Incoming) -> str:
    """Say what would make a message useless on the desk; "" if nothing."""
    if not record.external_id or len(record.external_id) > LONGEST_ID:
        return "an id that cannot be kept"
    if not record.author.id and not record.is_ours:
        return "nobody wrote it"
    is_blank = not record.text.strip() and not record.subject.strip()
    if is_blank and not (record.files or record.html or record.quoted or record.warnings or record.signature):
        return "blank"
    return ""


@pytest.mark.parametrize("kind", kinds())
def test_no_message_is_blank_or_nobodys(kind: str) -> None:
    messages = [
        (outcome, message)
        for outcome, record in records_of(kind)
        for message in (record, getattr(record, "whole", None))
        if isinstance(message, Incoming)
    ]
    assert [
        (str(it.payload), flaw)
        for it, message in messages
        if (flaw := flaw_of(message)) and not it.payload.name.startswith("empty")
    ] == []


@pytest.mark.parametrize("kind", kinds())
def test_a_change_names_what_it_changes(kind: str) -> None:
    nameless = [
        str(outcome.payload)
        for outcome, record in records_of(kind)
        if isinstance(record, Edit | Deletion | Reaction | Hiding) and not record.external_id
    ]
    assert nameless == []


@pytest.mark.parametrize("kind", kinds())
def test_facts_are_short_and_hold_no_secret(kind: str) -> None:
    secrets = {value for value in account_of(kind).secrets.values() if len(value) > 3}
    wrong = [
        str(outcome.payload)
        for outcome, record in records_of(kind)
        for name, value in getattr(record, "facts", {}).items()
        if not isinstance(name, str)
        or not isinstance(value, str)
        or any(secret in value for secret in secrets)
    ]
    assert wrong == []


def is_as_named(outcome: Outcome) -> bool:
    name = outcome.payload.name
    if name.startswith("nothing_"):
        return not outcome.records and not outcome.is_unreadable
    if name.startswith("unreadable_"):
        return outcome.is_unreadable
    wanted = next((kind for beginning, kind in BECOMES.items() if name.startswith(beginning)), None)
    if wanted is None or not outcome.records:
        return not outcome.is_unreadable
    return any(isinstance(record, wanted) for record in outcome.records)


@pytest.mark.parametrize("kind", kinds())
def test_a_payload_becomes_what_its_name_says(kind: str) -> None:
    by_payload: dict[str, list[Outcome]] = {}
    for outcome in outcomes(kind):
        if outcome.payload.is_ours:
            by_payload.setdefault(outcome.payload.name, []).append(outcome)
    assert [name for name, found in by_payload.items() if not any(map(is_as_named, found))] == []


@pytest.mark.parametrize("kind", kinds())
def test_our_own_words_are_known_as_ours(kind: str) -> None:
    own = {it.name for it in payloads(kind) if it.is_ours and it.name.startswith("own_")}
    known = {
        outcome.payload.name
        for outcome, record in records_of(kind)
        if isinstance(record, Incoming) and record.is_ours
    }
    assert own - known == set()


@pytest.mark.parametrize("kind", kinds(Ability.FIND_OUT, Ability.REPLY_PUBLICLY))
def test_what_our_account_says_in_public_is_ours(kind: str) -> None:
    """Whoever wrote a public message: had our account written it, it would be ours."""
    taken_for_customers = []
    for outcome, record in records_of(kind):
        if not isinstance(record, Incoming) or record.is_ours or record.visibility != Visibility.PUBLIC:
            continue
        if record.item == ItemKind.RATING:  # nobody rates themselves
            continue
        us = outcome.piece.account or (
            "9007199254740993" if record.author.id.isdecimal() else "did:plc:ourselves"
        )
        body = outcome.piece.body.replace(record.author.id.encode(), us.encode())
        ours = read_piece(outcome.payload, replace(outcome.piece, body=body), account_of(kind, account_id=us))
        found = [one for one in ours.records if isinstance(one, Incoming)]
        if any(not one.is_ours and one.author.id == us for one in found):
            taken_for_customers.append(str(outcome.payload))
    assert taken_for_customers == []


@pytest.mark.parametrize("kind", kinds())
def test_what_it_can_do_it_has_the_methods_for(kind: str) -> None:
    connector = connectors()[kind]
    promised = {
        Ability.HEAR_POLLING: ("poll", "cut"),
        Ability.HEAR_LISTENING: ("hear",),
        Ability.LOOK_UP: ("look_up",),
        Ability.RECONCILE: ("list_source", "fetch_source"),
        Ability.JUDGE_ITEMS: ("abilities",),
        Ability.REACT: ("act", "abilities"),
        Ability.HIDE: ("act", "abilities"),
        Ability.DELETE: ("act", "abilities"),
        Ability.FIND_OUT: ("find_out",),
        Ability.SUBSCRIBE: ("subscribe", "subscription"),
        Ability.REFRESH: ("refresh",),
        Ability.FETCH_FILES: ("fetch_file",),
        Ability.SEE_POSTS: ("see_post",),
        Ability.TEMPLATES: ("templates",),
    }
    missing = [
        name
        for ability in connector.can
        for name in promised.get(ability, ())
        if not hasattr(connector, name)
    ]
    assert missing == []
    assert len(connector.kind) <= 24 and connector.label
