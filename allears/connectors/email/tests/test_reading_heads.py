"""Subjects, ids and dates."""

from datetime import UTC, datetime

import pytest

from allears.connectors.email.references import MOST_REFERENCES
from allears.connectors.email.tests.reading_cases import RECEIVED_AT, SENT_AT, read_one, read_payload


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("plain_en", "Parcel still missing"),
        ("charset_cp1251_declared", "Где заказ?"),
        ("charset_latin1_french", "Café"),
        ("headers_raw_utf8", "Отпишите меня"),
        ("headers_raw_cp1251", "Отпишите меня от рассылки"),
        ("headers_broken_words", "Где чек and =?nonsense?X?y?="),
        ("headers_twice", "First subject"),
        ("empty", ""),
    ],
)
def test_a_subject_is_decoded_on_one_line(name: str, subject: str) -> None:
    assert read_payload(name).subject == subject


def test_a_message_id_loses_its_brackets() -> None:
    assert read_payload("plain_en").external_id == "plain-en@mail.example"


def test_a_missing_message_id_is_made_of_the_bytes() -> None:
    first, second = read_payload("no_id_no_date"), read_payload("no_id_no_date")
    assert first.external_id == second.external_id
    assert first.external_id.startswith("sha256-")
    assert first.external_id.endswith("@no-message-id.invalid")
    assert read_one(b"From: a@mail.example\n\nother").external_id != first.external_id


def test_a_date_is_believed_when_it_can_be_true() -> None:
    assert read_payload("plain_en").sent_at == SENT_AT


@pytest.mark.parametrize(
    "date",
    [
        b"",
        b"Date: yesterday",
        b"Date: Fri, 12 Jan 1979 10:00:00 +0000",
        b"Date: Sun, 14 Jan 2024 10:00:00 +0000",
        b"Date: Fri, 12 Jan 99999 10:00:00 +0000",
        b"Date: Fri, 12 Jan 2024 10:00:00 +9999999",
        b"Date: Fri, 32 Jan 2024 10:00:00 +0000",
    ],
)
def test_an_absurd_date_gives_way_to_the_arrival(date: bytes) -> None:
    assert read_one(b"From: a@mail.example\n" + date + b"\n\nx").sent_at == RECEIVED_AT


def test_a_date_without_a_zone_is_taken_as_utc() -> None:
    message = read_one(b"From: a@mail.example\nDate: Thu, 11 Jan 2024 10:00:00 -0000\n\nx")
    assert message.sent_at == datetime(2024, 1, 11, 10, tzinfo=UTC)


def test_many_references_are_cut_but_keep_the_first_and_the_nearest() -> None:
    ids = [f"<{number}@mail.example>" for number in range(500)]
    message = read_one(b"From: a@mail.example\nReferences: " + " ".join(ids).encode() + b"\n\nx")
    assert len(message.references) == MOST_REFERENCES
    assert message.references[0] == "0@mail.example"
    assert message.references[-1] == message.in_reply_to == "499@mail.example"


@pytest.mark.parametrize(
    ("subject", "starts_anew"),
    [
        ("Fwd: x", True),
        ("FW: x", True),
        ("[EXTERNAL] Fwd: x", True),
        ("Пересл.: x", True),
        ("Chuyển tiếp: x", True),
        ("Re: Fwd: x", False),
        ("Forward planning: x", False),
        ("x", False),
    ],
)
def test_only_a_forward_starts_anew(subject: str, starts_anew: bool) -> None:
    body = f"From: a@mail.example\nSubject: {subject}\nIn-Reply-To: <1@mail.example>\n\nx".encode()
    assert read_one(body).starts_anew == starts_anew
