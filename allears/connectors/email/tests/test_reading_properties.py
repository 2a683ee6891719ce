"""What holds for any bytes and any words."""

import base64
import quopri
import re
import unicodedata
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from allears.connectors.email.reading import read_mail
from allears.connectors.email.tests.reading_cases import CARE, PAYLOADS, RECEIVED_AT, read_one
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Author, File, Incoming, Nothing

BAD = re.compile("[\x00\ud800-\udfff]")
PIECES = [piece for path in sorted(PAYLOADS.glob("*.eml")) for piece in path.read_bytes().split(b"\n")]
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="\u2028\u2029\u0085\ufeff"
)
RUSSIAN = st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя АБВ,.!?-", min_size=1)


def strings(message: Incoming) -> list[str]:
    found: list[str] = []
    for one in fields(message):
        value = getattr(message, one.name)
        values = value if isinstance(value, tuple) else (value,)
        for item in values:
            if isinstance(item, str):
                found.append(item)
            elif isinstance(item, File):
                found += [item.name, item.content_type, item.content_id]
            elif isinstance(item, Author):
                found += [item.id, item.name, item.address]
    return found


def check(body: bytes) -> None:
    try:
        first = read_mail(body, CARE, RECEIVED_AT)
    except Unreadable:
        return
    assert first == read_mail(body, CARE, RECEIVED_AT)
    if isinstance(first, Nothing):
        return
    assert not [text for text in strings(first[0]) if BAD.search(text)]
    assert first[0].sent_at.tzinfo is not None
    assert first[0].external_id
    assert first[0].author.id


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_unreadable(noise: bytes) -> None:
    check(noise)
    check(b"From: a@mail.example\n" + noise)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=30), max_size=40))
def test_any_mix_of_mails_is_read_or_unreadable(pieces: list[bytes]) -> None:
    check(b"\n".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PAYLOADS.glob("*.eml"))), st.data())
def test_any_damaged_mail_is_read_or_unreadable(path: object, data: st.DataObject) -> None:
    body = bytearray((PAYLOADS / str(path)).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check(bytes(body))


def compose(text: str, charset: str, encoding: str) -> bytes:
    raw = text.encode(charset)
    if encoding == "base64":
        raw = base64.encodebytes(raw)
    elif encoding == "quoted-printable":
        raw = quopri.encodestring(raw)
    head = f"From: a@mail.example\nContent-Type: text/plain; charset={charset}\n"
    return f"{head}Content-Transfer-Encoding: {encoding}\n\n".encode() + raw


def words_of(message: Incoming) -> list[str]:
    return sorted(f"{message.text} {message.quoted} {message.signature}".split())


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(LETTERS)
        | st.sampled_from(["-- ", "> old", "On 1.1.2024 10:00 A wrote:", "Sent from my iPhone"])
    ),
    st.sampled_from(["utf-8", "utf-16", "gb18030"]),
    st.sampled_from(["base64", "quoted-printable", "8bit"]),
)
def test_no_word_is_lost_in_any_charset_and_encoding(lines: list[str], charset: str, encoding: str) -> None:
    encoding = "base64" if charset == "utf-16" else encoding
    text = unicodedata.normalize("NFC", "\n".join(lines))
    if re.match(r"\s*<(?:!doctype html|html)", text, re.IGNORECASE):
        return
    assert words_of(read_one(compose(text, charset, encoding))) == sorted(text.split())


@settings(max_examples=150, deadline=None)
@given(
    RUSSIAN, st.sampled_from(["cp1251", "koi8-r"]), st.sampled_from(["base64", "quoted-printable", "8bit"])
)
def test_declared_russian_is_read_as_declared(text: str, charset: str, encoding: str) -> None:
    told = f"Здравствуйте, это письмо о заказе. {text}"
    assert words_of(read_one(compose(told, charset, encoding))) == sorted(told.split())


def test_strange_bytes_in_ids_and_addresses_do_no_harm() -> None:
    head = b"From: <a\x00b@mail.example>\nMessage-ID: <\xd8\x00a@mail.example>\nReferences: <\xe9\x01b@mail.example>\n"
    check(head + b"X-Failed-Recipients: x\nIn-Reply-To: <c\xd8\x00@mail.example>\n\nx")
    assert not [text for text in strings(read_one(head + b"\nx")) if BAD.search(text)]
