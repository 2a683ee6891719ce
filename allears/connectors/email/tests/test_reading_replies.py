"""What reading makes of the replies of the common mail programs."""

import pytest

from allears.connectors.email.tests.reading_cases import facts, read_payload

CASES: list[tuple[str, dict[str, object]]] = [
    (
        "reply_apple_ru",
        {
            "author": "Анна <anna@mail.example>",
            "text": "Спасибо, жду.",
            "quoted": (
                "> 12 янв. 2024 г., в 10:00, Забота <care@shop.example> написал(а):\n>\n> Отправили сегодня."
            ),
            "signature": "Отправлено с iPhone",
        },
    ),
    (
        "reply_apple_vi",
        {
            "author": "Linh <linh@mail.example>",
            "text": "Cảm ơn shop.",
            "quoted": (
                "> Vào 10:00, 12 thg 1, 2024, Shop <care@shop.example> đã viết:\n>\n> Hàng đã gửi hôm nay."
            ),
            "signature": "Đã gửi từ iPhone của tôi",
        },
    ),
    (
        "reply_below_quote",
        {
            "author": "Zoe <zoe@mail.example>",
            "text": "Black.",
            "quoted": "On 12.01.2024 10:00, Care wrote:\n> Which colour?",
        },
    ),
    (
        "reply_gmail_en",
        {
            "author": "Sam <sam@mail.example>",
            "text": "It came today, thank you!",
            "quoted": (
                "On Fri, Jan 12, 2024 at 10:00 AM Care Team <care@shop.example>\n"
                "wrote:\n"
                "\n"
                "> Has it arrived?\n"
                ">\n"
                "> On Thu, Jan 11, 2024 at 9:00 AM Sam <sam@mail.example> wrote:\n"
                ">> Where is it?"
            ),
        },
    ),
    (
        "reply_gmail_html",
        {
            "author": "Jack <jack@mail.example>",
            "text": "Yes, please.",
            "quoted": "On Fri, Jan 12, 2024 at 10:00 AM Care <care@shop.example> wrote:\n\n> Again?",
            "html": (
                '<div dir="ltr">Yes, please.</div><br><div><div>On Fri, Jan 12, 2024 at 10:00 AM Care '
                '&lt;<a href="mailto:care@shop.example" target="_blank" rel="noopener '
                'noreferrer">care@shop.example</a>&gt; '
                "wrote:<br></div><blockquote><div>Again?</div></blockquote></div>"
            ),
        },
    ),
    (
        "reply_gmail_ru",
        {
            "author": "Игорь <igor@mail.example>",
            "text": "Да, всё получил.",
            "quoted": (
                "пт, 12 янв. 2024 г. в 10:00, Служба заботы <care@shop.example>:\n\n> Посылка пришла?"
            ),
        },
    ),
    (
        "reply_gmail_vi",
        {
            "author": "Châu <chau@mail.example>",
            "text": "Mình nhận được rồi ạ.",
            "quoted": (
                "Vào Th 6, 12 thg 1, 2024 vào lúc 10:00 Shop <care@shop.example> đã\n"
                "viết:\n"
                "\n"
                "> Bạn nhận được hàng chưa?"
            ),
        },
    ),
    (
        "reply_inside_outlook",
        {
            "author": "Zoe <zoe@mail.example>",
            "text": (
                "Hi, please see my answers below in red.\n"
                "\n"
                "From: Care <care@shop.example>\n"
                "Sent: Friday, January 12, 2024 10:00 AM\n"
                "To: Zoe\n"
                "Subject: Order\n"
                "\n"
                "Which colour? Black."
            ),
        },
    ),
    (
        "reply_interleaved",
        {
            "author": "Zoe <zoe@mail.example>",
            "text": (
                "On 12.01.2024 10:00, Care wrote:\n> Which colour?\n\nBlack.\n\n> Which size?\n\nMedium."
            ),
            "quoted": "> Kind regards\n> Care",
        },
    ),
    (
        "reply_mailru_ru",
        {
            "author": "Юлия <yulia@mail.example>",
            "text": "Да.",
            "quoted": ("пятница, 12 января 2024 г., 10:00 +03:00 от Забота care@shop.example:\n\n>Чёрный?"),
            "signature": "--\nЮлия Орлова\nОтправлено из мобильной Почты Mail.ru",
        },
    ),
    ("reply_only_quote", {"author": "Zoe <zoe@mail.example>", "text": "> Which colour?"}),
    (
        "reply_outlook_en",
        {
            "author": "Jack <jack@mail.example>",
            "text": "Please send it again.\n\nJack",
            "quoted": (
                "________________________________\n"
                "From: Care <care@shop.example>\n"
                "Sent: Friday, January 12, 2024 10:00 AM\n"
                "To: Jack <jack@mail.example>\n"
                "Subject: Order\n"
                "\n"
                "It was returned to us."
            ),
        },
    ),
    (
        "reply_outlook_html",
        {
            "author": "Jack <jack@mail.example>",
            "text": "Keep it, please refund.",
            "quoted": (
                "----------\n"
                "From: Care <care@shop.example>\n"
                "Sent: Friday, January 12, 2024 10:00 AM\n"
                "To: Jack\n"
                "Subject: Order\n"
                "Shall we send it again?"
            ),
            "html": (
                "<div>Keep it, please refund.</div>\n"
                "<hr><div><b>From:</b> Care &lt;care@shop.example&gt;<br><b>Sent:</b> Friday, January "
                "12, 2024 10:00 AM<br><b>To:</b> Jack<br><b>Subject:</b> Order</div><div>Shall we "
                "send it again?</div>"
            ),
        },
    ),
    (
        "reply_outlook_ru",
        {
            "author": "Пётр <petr@mail.example>",
            "text": "Отправьте ещё раз.",
            "quoted": (
                "-----Исходное сообщение-----\n"
                "От: Забота <care@shop.example>\n"
                "Отправлено: 12 января 2024 г. 10:00\n"
                "Кому: Пётр\n"
                "Тема: Заказ\n"
                "\n"
                "Посылка вернулась."
            ),
        },
    ),
    (
        "reply_outlook_vi",
        {
            "author": "Yến <yen@mail.example>",
            "text": "Gửi lại giúp mình nhé.",
            "quoted": (
                "Từ: Shop <care@shop.example>\n"
                "Đã gửi: Thứ Sáu, 12 Tháng Một 2024 10:00\n"
                "Đến: Yến <yen@mail.example>\n"
                "Chủ đề: Đơn\n"
                "\n"
                "Hàng đã bị trả về."
            ),
        },
    ),
    (
        "reply_proton_en",
        {
            "author": "Zoe <zoe@mail.example>",
            "text": "Black, please.",
            "quoted": (
                "On Friday, January 12th, 2024 at 10:00 AM, Care <care@shop.example> wrote:\n"
                "\n"
                "> Which colour?"
            ),
            "signature": "Sent with Proton Mail secure email.",
        },
    ),
    (
        "reply_thunderbird_ru",
        {
            "author": "Павел <pavel@mail.example>",
            "text": "Не пришло.",
            "quoted": "12.01.2024 10:00, Забота пишет:\n> Пришло?",
            "signature": "--\nПавел",
        },
    ),
    (
        "reply_yahoo_vi",
        {
            "author": "Huy <huy@mail.example>",
            "text": "Màu đen ạ.",
            "quoted": (
                "    Vào 10:00:00 GMT+7 Thứ Sáu, 12 tháng 1, 2024, Shop <care@shop.example> đã viết:\n"
                "\n"
                " Bạn chọn màu nào?"
            ),
        },
    ),
    (
        "reply_yandex_ru",
        {
            "author": "Юлия <yulia@mail.example>",
            "text": "Нет, другой цвет.",
            "quoted": (
                '12.01.2024, 10:00, "Служба заботы" <care@shop.example>:\n\nВам нужен чёрный?\n\n--\nЗабота'
            ),
        },
    ),
    (
        "reply_zoho_en",
        {
            "author": "Zoe <zoe@mail.example>",
            "text": "Black, please.",
            "quoted": (
                "---- On Fri, 12 Jan 2024 10:00:00 +0700 Care <care@shop.example> wrote ----\n\nWhich colour?"
            ),
        },
    ),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_payload_is_read_as_expected(name: str, expected: dict[str, object]) -> None:
    assert facts(read_payload(name)) == expected
