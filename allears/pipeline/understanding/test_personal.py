import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.patterns import ORDER_STEMS, SAYS_ORDER, UNUSUAL
from allears.pipeline.understanding.personal import holds_any, mask, personal_in
from allears.pipeline.understanding.reading import PersonalKind
from allears.pipeline.understanding.sifting import personal_of

FOUND = [
    ("write to anna.k@example.com please", "email", "anna.k@example.com", "write to a•••@example.com please"),
    ("my mail is lan (at) example (dot) vn", "email", "lan (at) example (dot) vn", "my mail is l•••"),
    ("пишите на ivan собака mail точка ru", "email", "ivan собака mail точка ru", "пишите на i•••"),
    ("gửi về lan.ng@hộpthư.vn nhé", "email", "lan.ng@hộpthư.vn", "gửi về l•••@hộpthư.vn nhé"),
    ("call me on +44 20 7946 0958", "phone", "+44 20 7946 0958", "call me on •••58"),
    ("(202) 555-0143 any time", "phone", "(202) 555-0143", "•••43 any time"),
    ("Мой номер 8 (912) 345-67-89", "phone", "8 (912) 345-67-89", "Мой номер •••89"),
    ("наберите 89123456789", "phone", "89123456789", "наберите •••89"),
    ("sđt em 0912 345 678 ạ", "phone", "0912 345 678", "sđt em •••78 ạ"),
    ("gọi +84912345678", "phone", "+84912345678", "gọi •••78"),
    ("card 4111 1111 1111 1111 exp 12/29", "card", "4111 1111 1111 1111", "card •••1111 exp 12/29"),
    ("карта 2200-0000-0000-0004, срок вышел", "card", "2200-0000-0000-0004", "карта •••0004, срок вышел"),
    ("thẻ ４１１１１１１１１１１１１１１１", "card", "４１１１１１１１１１１１１１１１", "thẻ •••１１１１"),
    ("pay GB82 WEST 1234 5698 7654 32 now", "iban", "GB82 WEST 1234 5698 7654 32", "pay GB•••5432 now"),
    ("на счёт de89370400440532013000", "iban", "de89370400440532013000", "на счёт DE•••3000"),
    ("паспорт 4510 123456", "passport", "4510 123456", "паспорт •••56"),
    ("số CCCD của tôi 012345678901", "passport", "012345678901", "số CCCD của tôi •••01"),
    ("Passport no. N1234567 expired", "passport", "N1234567", "Passport no. •••67 expired"),
]

ORDERS = [
    ("my order #123-4567890-1234567 is late", "123-4567890-1234567"),
    ("order number 2025550143 still not here", "2025550143"),
    ("где мой заказ № 123456789?", "123456789"),
    ("mã đơn hàng 2409ABC123 chưa giao", "2409ABC123"),
]

NOTHING = [
    "",
    "I was looking at amazon dot com",
    "not at all. It works",
    "@brand 13 days and no answer, @116062 too",
    "since version 115.0.5790.170 on 192.168.100.200",
    "2024-01-15 10:30:00, then 15.01.2024",
    "it cost 1 500 000 000 or 12.345.678 đ or $1,299.00",
    "see https://x.com/a/status/1234567890123456789",
    "error 0x80070057 on flight SU1234",
    "a 4111 1111 1111 1112 is no card",
    "icon@2x.png",
]


@pytest.mark.parametrize(("text", "kind", "piece", "masked"), FOUND)
def test_personal_data_is_found_and_masked(text, kind, piece, masked):
    found = personal_in(text)

    assert [(one.kind.value, text[one.start : one.end]) for one in found] == [(kind, piece)]
    assert mask(text, found) == masked


@pytest.mark.parametrize(("text", "piece"), ORDERS)
def test_order_numbers_are_told_apart_and_stay(text, piece):
    found = personal_in(text)

    assert [(one.kind, text[one.start : one.end]) for one in found] == [(PersonalKind.ORDER, piece)]
    assert mask(text, found) == text


@pytest.mark.parametrize("text", NOTHING)
def test_other_numbers_are_not_taken_for_personal_data(text):
    assert personal_in(text) == ()


def test_several_pieces_stand_in_their_order():
    text = "Order 55512345: call 202-555-0143 or write a@example.com, card 5555 5555 5555 4444"

    kinds = [one.kind.value for one in personal_in(text)]

    assert kinds == ["order", "phone", "email", "card"]
    assert (
        mask(text, personal_in(text)) == "Order 55512345: call •••43 or write a•••@example.com, card •••4444"
    )


def test_a_number_at_home_in_the_workspace_is_found():
    assert personal_in("rufen Sie 030 23125 000 an", ("DE",)) != ()
    assert personal_in("tel: 91-98765-4321") == personal_in("tel: 91-98765-4321", ())


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789@.+-() ٣４#")), max_size=120))
def test_any_text_can_be_looked_through(text):
    found = personal_in(text)

    assert found == personal_in(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    mask(text, found)


PIECES = st.one_of(
    st.sampled_from([one[0] for one in FOUND + ORDERS] + NOTHING),
    st.sampled_from(
        [
            "1",
            "23",
            "٣٣٣",
            "𝟎",
            "@",
            "＠",
            " @ ",
            "(at)",
            "(AT)",
            " dot ",
            " Точка ",
            "(Chấm)",
            "собака",
            "a",
            "\n",
        ]
    ),
    st.text(st.characters(), max_size=4),
)


@given(st.lists(st.lists(PIECES, max_size=5).map("".join), max_size=5))
def test_in_a_batch_is_found_what_is_found_in_each_text_alone(texts):
    assert personal_of(texts) == [personal_in(text) for text in texts]


@pytest.mark.parametrize(
    "word", ["Order", "ref.", "ID", "PARCEL no", "посылке №", "СЧЁТ", "đơn hàng", "MÃ vận đơn", "hoá đơn"]
)
def test_a_word_for_an_order_is_seen_before_the_pattern_is_tried(word):
    assert SAYS_ORDER.search(f"{word} ")
    assert holds_any(word, ORDER_STEMS)


def test_every_digit_of_another_script_is_unusual():
    digits = [chr(code) for code in range(0x80, 0x20000) if re.match(r"\d", chr(code))]

    assert len(digits) > 300
    assert all(UNUSUAL.search(one) for one in [*digits, *"＋－﹣−\u3000"])
