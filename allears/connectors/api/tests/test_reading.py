"""Whatever a program delivers is read or refused with a reason; one bad message harms no neighbour."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from allears.connectors.api.reading import read_message, split_messages
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Visibility

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
scalars = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text()
    | some.sampled_from(
        ["public", "private", "", "\x00", "\ud800", "1e999", "2026-11-22T12:00:00Z", 10**25, -(10**18)]
    )
)
anything = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
    max_leaves=12,
)
nearly = some.fixed_dictionaries(
    {"id": scalars, "author": some.fixed_dictionaries({"id": scalars}) | anything},
    optional=dict.fromkeys(
        ("text", "thread", "sent_at", "in_reply_to", "visibility", "attachments", "subject"), anything
    ),
)


def message(**more):
    return {"id": "1", "author": {"id": "7"}, "text": "Words", **more}


def encoded(value):
    return json.dumps(value).encode()


@given(anything | nearly | some.lists(nearly, max_size=4))
def test_any_json_is_read_or_unreadable_and_what_is_read_can_be_stored(value):
    for body in (encoded(value), json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")):
        try:
            pieces = split_messages(body)
        except Unreadable:
            continue
        for piece in pieces:
            expect_readable(piece)


def expect_readable(piece):
    try:
        found = read_message(piece.body, AT)
    except Unreadable:
        return
    assert (piece.problem, piece.key) == ("", found.external_id)
    for text in (
        found.external_id,
        found.text,
        found.author.id,
        found.author.name,
        found.thread,
        found.in_reply_to,
    ):
        assert "\x00" not in text
        text.encode()
    assert found.external_id
    assert found.author.id
    assert found.sent_at.tzinfo


@given(some.binary())
def test_any_bytes_are_read_or_unreadable(body):
    for read in (split_messages, lambda given: read_message(given, AT)):
        with suppress(Unreadable):
            read(body)


@given(some.lists(nearly | some.builds(message, id=some.text(min_size=1)), max_size=6), some.booleans())
def test_a_list_is_cut_into_the_very_bytes_that_came(values, is_spaced):
    body = json.dumps(values, indent=1 if is_spaced else None).encode()

    pieces = split_messages(body)

    assert [json.dumps(json.loads(piece.body)) for piece in pieces] == [json.dumps(value) for value in values]
    assert all(piece.body in body for piece in pieces)


def test_one_bad_message_in_a_list_harms_no_neighbour():
    body = encoded([message(id="a"), {"id": 3}, [], None, message(id="b")])

    pieces = split_messages(body)

    assert [piece.key for piece in pieces] == ["a", "", "", "", "b"]
    assert [bool(piece.problem) for piece in pieces] == [False, True, True, True, False]
    assert read_message(pieces[4].body, AT).external_id == "b"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"nothing",
        b"{",
        b'[{"id": 1},',
        b"[1 2]",
        b"[1],",
        b"{} {}",
        b"\xff",
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 10_000,
    ],
)
def test_what_is_no_json_is_unreadable_and_says_where(body):
    with pytest.raises(Unreadable) as caught:
        read_message(body, AT)

    assert str(caught.value)


@pytest.mark.parametrize(
    ("id_", "kept"),
    [
        (7, "7"),
        (2**63, str(2**63)),
        ("x" * 250, "x" * 250),
        ("a\x00b", "ab"),
        ("\ud800x", "?x"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_ids_of_every_kind_are_kept_as_text(id_, kept):
    assert read_message(encoded(message(id=id_)), AT).external_id == kept


@pytest.mark.parametrize("id_", [None, "", True, 1.5, [], {}, "x" * 251, 10**300, "\x00"])
def test_what_is_no_id_is_refused_by_name(id_):
    with pytest.raises(Unreadable, match="id"):
        read_message(encoded(message(id=id_)), AT)


@pytest.mark.parametrize(
    ("given_at", "kept"),
    [
        (None, AT),
        ("2026-11-22T12:00:00Z", AT),
        ("2026-11-22T19:00:00+07:00", AT),
        ("2026-11-22T12:00:00", AT),
        (1795348800, AT),
    ],
)
def test_moments_are_read_in_every_usual_form(given_at, kept):
    assert read_message(encoded(message(sent_at=given_at)), AT).sent_at == kept


@pytest.mark.parametrize(
    "given_at", ["yesterday", True, [], 1e300, float("nan"), float("inf"), "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_moment_is_refused(given_at):
    with pytest.raises(Unreadable, match="sent_at"):
        read_message(encoded(message(sent_at=given_at)), AT)


def test_a_private_exchange_without_a_thread_is_one_with_its_author():
    first = read_message(encoded(message(id="1")), AT)
    second = read_message(encoded(message(id="2")), AT)
    public = read_message(encoded(message(id="3", visibility="public")), AT)

    assert first.thread == second.thread == "with:7"
    assert public.thread != first.thread
    assert public.visibility is Visibility.PUBLIC


@pytest.mark.parametrize("visibility", ["secret", "", None, [], {}, 1, "PUBLIC"])
def test_there_are_two_visibilities(visibility):
    with pytest.raises(Unreadable, match="visibility"):
        read_message(encoded(message(visibility=visibility)), AT)


@pytest.mark.parametrize(
    "files",
    [
        "a",
        [1],
        [{}],
        [{"name": "a"}],
        [{"name": "a", "data": "!"}],
        [{"name": 1, "data": ""}],
        [{"name": "a", "data": 1}],
    ],
)
def test_a_broken_attachment_is_refused_by_its_place(files):
    with pytest.raises(Unreadable, match="attachments"):
        read_message(encoded(message(attachments=files)), AT)


def test_attachments_alone_are_a_message():
    found = read_message(
        encoded({"id": "1", "author": {"id": "7"}, "attachments": [{"name": "a.txt", "data": "YQ=="}]}), AT
    )

    assert [(file.name, file.data) for file in found.files] == [("a.txt", b"a")]
    assert found.text == ""
