"""What reading makes of files, HTML and seals."""

import pytest

from allears.connectors.email.gathering import WINMAIL_KEPT
from allears.connectors.email.sealed import ENCRYPTED
from allears.connectors.email.tests.reading_cases import facts, read_payload

CASES: list[tuple[str, dict[str, object]]] = [
    ("attachment_only", {"author": "Sam <sam@mail.example>", "text": "", "files": ["scan.png image/png 71"]}),
    (
        "html_data_picture",
        {
            "author": "Анна <anna@mail.example>",
            "text": "Скан:",
            "files": ["picture-1.png image/png 71 picture-1.png@in-page.invalid"],
            "html": '<p>Скан: <img src="cid:picture-1.png@in-page.invalid"></p>',
        },
    ),
    (
        "html_only_ru",
        {
            "author": "Анна <anna@mail.example>",
            "text": (
                "Здравствуйте!\n"
                "\n"
                "Вот мой заказ (https://shop.example/o/1?a=1&b=2) и https://shop.example/:\n"
                "\n"
                "- чайник\n"
                "- ложка\n"
                "\n"
                "3. раз\n"
                "4. два\n"
                "\n"
                "Товар\tЦена\n"
                "Чайник\t900 ₽\n"
                "\n"
                "Отправить\n"
                "жмивложение"
            ),
            "html": (
                "<p>Здравствуйте!</p>\n"
                '<p>Вот <a href="https://shop.example/o/1?a=1&amp;b=2" target="_blank" rel="noopener '
                'noreferrer">мой заказ</a> и <a href="https://shop.example" target="_blank" '
                'rel="noopener noreferrer">https://shop.example/</a>:</p>\n'
                '<ul><li>чайник</li><li>ложка</li></ul><ol start="3"><li>раз</li><li>два</li></ol>\n'
                "<table><tbody><tr><th>Товар</th><th>Цена</th></tr><tr><td>Чайник</td><td>900&nbsp;₽</"
                "td></tr></tbody></table>\n"
                "<div>Отправить</div>\n"
                '<img data-src="https://evil.example/pixel.png" width="1"><a target="_blank" '
                'rel="noopener noreferrer">жми</a><a target="_blank" rel="noopener '
                'noreferrer">вложение</a>'
            ),
        },
    ),
    (
        "names_of_files",
        {
            "author": "a <a@mail.example>",
            "text": "Four files.",
            "files": [
                "счёт 12.pdf application/pdf 5",
                "ảnh.png image/png 71",
                "My report.docx application/octet-stream 2",
                "new prices.csv text/csv 3",
            ],
        },
    ),
    (
        "pgp_encrypted",
        {
            "author": "Sam <sam@mail.example>",
            "text": ENCRYPTED,
            "files": [
                "attachment.asc application/pgp-encrypted 10",
                "encrypted.asc application/octet-stream 63",
            ],
            "warnings": (ENCRYPTED,),
        },
    ),
    ("signed_clear", {"author": "Sam <sam@mail.example>", "text": "Signed words."}),
    (
        "smime_encrypted",
        {
            "author": "Sam <sam@mail.example>",
            "text": ENCRYPTED,
            "files": ["smime.p7m application/pkcs7-mime 20"],
            "warnings": (ENCRYPTED,),
        },
    ),
    ("smime_signed_whole", {"author": "Sam <sam@mail.example>", "text": "Подписано."}),
    (
        "winmail",
        {
            "author": "Павел <pavel@mail.example>",
            "text": "Письмо из Outlook: счёт во вложении.",
            "files": ["счёт за январь.xlsx application/zip 22"],
        },
    ),
    (
        "winmail_broken",
        {
            "author": "Павел <pavel@mail.example>",
            "text": "Файл во вложении.",
            "files": ["winmail.dat application/ms-tnef 6"],
            "warnings": (WINMAIL_KEPT,),
        },
    ),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_payload_is_read_as_expected(name: str, expected: dict[str, object]) -> None:
    assert facts(read_payload(name)) == expected
