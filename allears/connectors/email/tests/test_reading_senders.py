"""What reading makes of heads: who, to whom, in what thread."""

import pytest

from allears.connectors.email.senders import NO_SENDER
from allears.connectors.email.tests.reading_cases import facts, read_payload

CASES: list[tuple[str, dict[str, object]]] = [
    ("date_absurd", {"author": "Sam <sam@mail.example>", "text": "Hello."}),
    ("groups", {"author": "Sam <sam@mail.example>", "text": "Hello."}),
    ("headers_broken_words", {"author": "Игор Щербаков <igor@mail.example>", "text": "Жду."}),
    ("headers_raw_cp1251", {"author": "Юлия Орлова <yulia@mail.example>", "text": "Спасибо."}),
    ("headers_raw_utf8", {"author": "Юлия Орлова <yulia@mail.example>", "text": "Спасибо."}),
    (
        "headers_twice",
        {
            "author": "Sam <sam@mail.example>",
            "text": "Hello.",
            "references": (
                "b@x.example",
                "a@x.example",
                "c@x.example",
            ),
            "in_reply_to": "c@x.example",
        },
    ),
    ("no_id_no_date", {"author": "Sam <sam@mail.example>", "text": "Hello."}),
    ("sender_idn", {"author": "Иван <ivan@xn--e1afmkfd.xn--p1ai>", "text": "Привет."}),
    ("sender_many", {"author": "First <first@mail.example>", "text": "We both write."}),
    ("sender_missing", {"author": "path <path@mail.example>", "text": "Who am I?"}),
    (
        "sender_nowhere",
        {"author": "Nobody at all <unknown@invalid>", "text": "Who am I?", "warnings": (NO_SENDER,)},
    ),
    (
        "sender_ours",
        {
            "author": "Care <care@shop.example>",
            "text": "Hello Anna, it is on its way.",
            "recipient": "Anna <anna@mail.example>",
            "references": ("order@mail.example",),
            "in_reply_to": "order@mail.example",
            "is_ours": True,
        },
    ),
    (
        "sender_web_form",
        {
            "author": "Hoàng Thu Trang <trang@mail.example>",
            "text": "Tên: Hoàng Thu Trang\nTin nhắn: Còn hàng không ạ?",
        },
    ),
    ("thread_token", {"author": "Sam <sam@mail.example>", "text": "Any news?", "thread_token": "4711"}),
    ("thread_token_forged", {"author": "Sam <sam@mail.example>", "text": "Any news?"}),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_payload_is_read_as_expected(name: str, expected: dict[str, object]) -> None:
    assert facts(read_payload(name)) == expected
