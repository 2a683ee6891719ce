"""What reading makes of charsets, transfer encodings, line ends and broken trees."""

import pytest

from allears.connectors.email.mime import BROKEN_PARTS
from allears.connectors.email.tests.reading_cases import facts, read_payload

CASES: list[tuple[str, dict[str, object]]] = [
    (
        "base64_cut",
        {"author": "Sam <sam@mail.example>", "text": "Посылка не пришл", "files": ["a.png image/png 33"]},
    ),
    ("base64_footer", {"author": "Sam <sam@mail.example>", "text": "Hello there"}),
    (
        "boundary_absent",
        {"author": "Sam <sam@mail.example>", "text": "Just words, no parts.", "warnings": (BROKEN_PARTS,)},
    ),
    (
        "boundary_missing",
        {
            "author": "Sam <sam@mail.example>",
            "text": "I lost my key.",
            "files": ["key.png image/png 71"],
            "warnings": (BROKEN_PARTS,),
        },
    ),
    (
        "boundary_wrong",
        {
            "author": "Sam <sam@mail.example>",
            "text": "I lost my key.",
            "html": "<p>I lost my <i>key</i>.</p>",
            "warnings": (BROKEN_PARTS,),
        },
    ),
    (
        "charset_cp1251_as_latin1",
        {"author": "ivan <ivan@mail.example>", "text": "Верните деньги за наушники, прошёл уже месяц."},
    ),
    (
        "charset_cp1251_declared",
        {
            "author": "Анна Смирнова <anna@mail.example>",
            "text": "Здравствуйте, где мой заказ № 15? Жду ответа.",
        },
    ),
    (
        "charset_cp1251_undeclared",
        {"author": "ivan <ivan@mail.example>", "text": "Добрый день, подъезд закрыт, курьер не дозвонился."},
    ),
    (
        "charset_cp1258_as_utf8",
        {"author": "hong <hong@mail.example>", "text": "Mình muốn đổi sang màu đen, nhờ shop kiểm tra giúp."},
    ),
    (
        "charset_cp1258_undeclared",
        {
            "author": "hong <hong@mail.example>",
            "text": "Shop ơi, đơn hàng của em bao giờ giao ạ? Em đợi từ tuần trước.",
        },
    ),
    (
        "charset_koi8_as_utf8",
        {
            "author": "ivan <ivan@mail.example>",
            "text": "Привет! Посылка так и не пришла, проверьте пожалуйста адрес.",
        },
    ),
    (
        "charset_latin1_french",
        {"author": "zoe <zoe@mail.example>", "text": "Très déçue: la théière est arrivée cassée."},
    ),
    ("charset_unknown_name", {"author": "ivan <ivan@mail.example>", "text": "Где чек?"}),
    (
        "charset_utf8_as_ascii",
        {"author": "hong <hong@mail.example>", "text": "Mình chưa nhận được tiền hoàn lại."},
    ),
    (
        "charset_utf8_as_cp1251",
        {"author": "ivan <ivan@mail.example>", "text": "Спасибо, всё пришло вовремя!"},
    ),
    (
        "charset_vi_decomposed",
        {"author": "Trần Văn Đức <duc@mail.example>", "text": "Hàng bị vỡ, mình muốn đổi."},
    ),
    ("empty", {"author": "Sam <sam@mail.example>", "text": ""}),
    (
        "flowed",
        {
            "author": "Sam <sam@mail.example>",
            "text": "This line was broken by the program.\nThis one by me.",
            "quoted": "On 12.01.2024 10:00, Care wrote:\n> An old line that was broken too.",
            "signature": "--\nSam",
        },
    ),
    (
        "html_in_plain",
        {"author": "Sam <sam@mail.example>", "text": "One\n\nTwo", "html": "<p>One</p><p>Two</p>"},
    ),
    (
        "html_inline_picture",
        {
            "author": "Linh <linh@mail.example>",
            "text": "Mình gửi ảnh: [ảnh]",
            "files": ["photo.png image/png 71 photo@mail.example", "logo.png image/png 71"],
            "html": '<p>Mình gửi ảnh: <img src="cid:photo@mail.example" alt="ảnh"></p>',
        },
    ),
    (
        "html_stub_plain",
        {
            "author": "Sam <sam@mail.example>",
            "text": "The kettle leaks.\nPlease help.",
            "html": "<div>The kettle leaks.</div><div>Please help.</div>",
        },
    ),
    ("line_ends_cr", {"author": "Sam <sam@mail.example>", "text": "One\nTwo"}),
    ("line_ends_lf_nul", {"author": "Sam <sam@mail.example>", "text": "One and\nTwo"}),
    (
        "plain_en",
        {
            "author": "Olivia O'Neill <olivia@mail.example>",
            "text": "Hello,\n\nmy parcel AB-120 has not arrived – can you look?",
            "signature": "--\nOlivia O’Neill\n+44 20 7946 0000",
        },
    ),
    (
        "text_around_picture",
        {
            "author": "Sam <sam@mail.example>",
            "text": "Before the picture.\n\nAfter the picture.",
            "files": ["a.png image/png 71"],
        },
    ),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_payload_is_read_as_expected(name: str, expected: dict[str, object]) -> None:
    assert facts(read_payload(name)) == expected
