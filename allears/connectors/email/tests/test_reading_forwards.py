"""What reading makes of forwards, which stay visible, and of signatures."""

import pytest

from allears.connectors.email.tests.reading_cases import facts, read_payload

CASES: list[tuple[str, dict[str, object]]] = [
    (
        "forward_as_attachment",
        {
            "author": "Ben <ben@mail.example>",
            "text": (
                "Is this bill really from you?\n"
                "\n"
                "---------- Forwarded message ----------\n"
                "From: Billing <billing@other.example>\n"
                "Date: Mon, 8 Jan 2024 09:00:00 +0000\n"
                "Subject: Your invoice\n"
                "To: ben@mail.example\n"
                "\n"
                "Please pay 20."
            ),
            "files": ["bill.eml message/rfc822 295"],
            "starts_anew": True,
            "html": (
                "<p>Is this bill really from you?</p>\n"
                "<p>---------- Forwarded message ----------<br>From: Billing "
                "&lt;billing@other.example&gt;<br>Date: Mon, 8 Jan 2024 09:00:00 +0000<br>Subject: "
                "Your invoice<br>To: ben@mail.example</p>\n"
                "<p>Please <b>pay</b> 20.</p>"
            ),
        },
    ),
    (
        "forward_inline_ru",
        {
            "author": "Ольга <olga@mail.example>",
            "text": (
                "Посмотрите, пожалуйста, это ваше письмо?\n"
                "\n"
                "---------- Пересылаемое сообщение ----------\n"
                "От: Магазин <info@other.example>\n"
                "Дата: пн, 8 янв. 2024 г. в 09:00\n"
                "Тема: Заказ\n"
                "Кому: olga@mail.example\n"
                "\n"
                "Ваш заказ отменён."
            ),
            "references": ("old@mail.example",),
            "in_reply_to": "old@mail.example",
            "starts_anew": True,
        },
    ),
    (
        "forward_inline_vi",
        {
            "author": "Huy <huy@mail.example>",
            "text": (
                "Nhờ shop xem giúp mình.\n"
                "\n"
                "---------- Tin nhắn được chuyển tiếp ----------\n"
                "Từ: Kho <kho@other.example>\n"
                "Ngày: Th 2, 8 thg 1, 2024 lúc 09:00\n"
                "Chủ đề: Đơn hàng\n"
                "Đến: huy@mail.example\n"
                "\n"
                "Đơn hàng đã bị huỷ."
            ),
            "starts_anew": True,
        },
    ),
    (
        "signature_contacts_ru",
        {
            "author": "Пётр <petr@mail.example>",
            "text": "Пришлите, пожалуйста, счёт.",
            "signature": "С уважением,\nПётр Иванов\nтел. +7 495 123-45-67\nwww.firma.example",
        },
    ),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_payload_is_read_as_expected(name: str, expected: dict[str, object]) -> None:
    assert facts(read_payload(name)) == expected
