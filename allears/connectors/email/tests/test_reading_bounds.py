"""Bombs, floods and nothings: reading stays within bounds and says what that cost."""

import base64
import tracemalloc

import pytest

from allears.connectors.email.gathering import TOO_LONG
from allears.connectors.email.mime import DEEPEST, MOST_PARTS, TOO_MANY_PARTS
from allears.connectors.email.reading import MAILBOX_DATA, WILD_HTML, read_mail
from allears.connectors.email.tests.reading_cases import CARE, RECEIVED_AT, read_one
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Nothing

HEAD = b"From: Sam <sam@mail.example>\r\nMessage-ID: <bound@mail.example>\r\n"


@pytest.mark.parametrize(
    "body", [b"", b"\r\n\r\n", b"no header here", b"\x00\x01\x02", b"\xd0\xcf\x11\xe0" * 99]
)
def test_bytes_without_a_header_line_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_mail(body, CARE, RECEIVED_AT)


def test_a_note_of_the_server_to_itself_is_nothing() -> None:
    body = HEAD + b"Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\r\n\r\nx"
    assert read_mail(body, CARE, RECEIVED_AT) == Nothing(MAILBOX_DATA)


def test_a_thousand_parts_are_read_up_to_the_bound() -> None:
    part = b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n"
    body = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * 1_000 + b"--b--\r\n"
    message = read_one(body)
    assert MOST_PARTS - 2 <= len(message.files) <= MOST_PARTS
    assert message.warnings == (TOO_MANY_PARTS,)
    assert sum(len(file.data) for file in message.files) > 500 * 35


def test_a_nested_bomb_is_read_up_to_the_bound() -> None:
    body = HEAD
    for depth in range(300):
        body += f'Content-Type: multipart/mixed; boundary="b{depth}"\r\n\r\n--b{depth}\r\n'.encode()
    message = read_one(body + b"\r\nin the middle")
    assert message.warnings == (TOO_MANY_PARTS,)
    assert len(message.files) == 1
    assert message.files[0].data.endswith(b"in the middle")


def test_mails_within_mails_are_read_up_to_the_bound() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n"
    message = read_one(HEAD + inner * 300 + b"Subject: last\r\n\r\nwords")
    assert message.warnings == (TOO_MANY_PARTS,)
    assert len(message.files) <= DEEPEST + 1


def test_a_header_of_a_megabyte_does_no_harm() -> None:
    body = HEAD + b"X-Long: " + b"a" * 1_000_000 + b"\r\nSubject: " + b"word " * 200_000 + b"\r\n\r\nHello."
    message = read_one(body)
    assert message.text == "Hello."
    assert len(message.subject) <= 1_000


@pytest.mark.parametrize(
    "flood",
    [
        b"References: " + b"<" + b" " * 200_000,
        b"To: " + b'"(<' * 60_000,
        b"To: " + b"a" * 200_000,
        b"Content-Type: text/plain;" + b" ;" * 100_000,
        b"Subject: " + b"=?utf-8?q?" * 50_000,
        b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"--" * 300_000,
        b"X: y\r\n\r\n" + b"> a\nOn 1.1.2024 10:00 x wrote:\n" * 8_000,
        b"X: y\r\n\r\n" + b"-" * 500_000,
        b"X: y\r\n\r\n" + b"On 12:00 " * 50_000 + b":",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"&" * 300_000,
        b"Content-Type: text/html\r\n\r\n" + b"<img " * 50_000,
        b"Content-Type: text/html\r\n\r\n<a " + b"x " * 100_000 + b">",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\n" + b"A;" * 100_000,
        b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\x01\x00"
        + b"\x01\x03\x90\x00\x00\x04\x00\x00\x00\xff\xff\xff\xff\x00\x00" * 9_000,
    ],
    ids=range(15),
)
def test_a_flood_is_read_without_an_error(flood: bytes) -> None:
    message = read_one(HEAD + flood)
    assert message.external_id == "bound@mail.example"


def test_wild_html_gives_its_words_only() -> None:
    message = read_one(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 5_000 + b"words")
    assert (message.text, message.html, message.warnings) == ("words", "", (WILD_HTML,))


def test_a_very_long_text_is_kept_as_a_file() -> None:
    body = b"word " * 400_000
    message = read_one(HEAD + b"\r\n" + body)
    assert message.warnings == (TOO_LONG,)
    assert [file.data for file in message.files] == [body]


def test_a_large_attachment_is_not_copied_over_and_over() -> None:
    data = bytes(range(256)) * 40_000
    head = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello.\r\n--b\r\n'
    part = b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    body = head + part + base64.encodebytes(data) + b"\r\n--b--\r\n"
    tracemalloc.start()
    message = read_one(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message.files[0].data == data
    assert peak < 3 * len(data)
