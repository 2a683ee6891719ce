"""What reading makes of mails that no person wrote, and of invites."""

import pytest

from allears.connectors.email.invites import CANCELLED, REPEATS
from allears.connectors.email.reading import BULK
from allears.connectors.email.tests.reading_cases import facts, read_payload
from allears.connectors.interface import MessageKind

CASES: list[tuple[str, dict[str, object]]] = [
    (
        "auto_reply_en",
        {
            "author": "Jack <jack@mail.example>",
            "text": "I am away until Monday.",
            "kind": MessageKind.AUTO_REPLY,
            "references": ("reply-1@shop.example",),
            "in_reply_to": "reply-1@shop.example",
        },
    ),
    (
        "auto_reply_header",
        {"author": "Jack <jack@mail.example>", "text": "We got your mail.", "kind": MessageKind.AUTO_REPLY},
    ),
    (
        "auto_reply_ru",
        {
            "author": "Jack <jack@mail.example>",
            "text": "Я в отпуске до понедельника.",
            "kind": MessageKind.AUTO_REPLY,
        },
    ),
    (
        "auto_reply_vi",
        {
            "author": "Jack <jack@mail.example>",
            "text": "Mình đang nghỉ phép đến thứ Hai.",
            "kind": MessageKind.AUTO_REPLY,
        },
    ),
    ("auto_subject_only", {"author": "Jack <jack@mail.example>", "text": "Are the office chairs sold out?"}),
    (
        "bounce_delayed",
        {
            "author": "Mail Delivery System <mailer-daemon@mx.mail.example>",
            "text": "Your mail could not be delivered.",
            "files": [
                "delivery-status.txt message/delivery-status 162",
                "returned-headers.txt text/rfc822-headers 116",
            ],
            "kind": MessageKind.AUTO_REPLY,
        },
    ),
    (
        "bounce_dsn",
        {
            "author": "Mail Delivery System <mailer-daemon@mx.mail.example>",
            "text": "Your mail could not be delivered.",
            "files": [
                "delivery-status.txt message/delivery-status 161",
                "returned-headers.txt text/rfc822-headers 116",
            ],
            "kind": MessageKind.BOUNCE,
            "bounced_id": "reply-7@shop.example",
        },
    ),
    (
        "bounce_dsn_whole",
        {
            "author": "postmaster <postmaster@mx.mail.example>",
            "text": "Your mail could not be delivered.",
            "files": ["delivery-status.txt message/delivery-status 161", "Re Parcel.eml message/rfc822 130"],
            "kind": MessageKind.BOUNCE,
            "bounced_id": "reply-7@shop.example",
        },
    ),
    (
        "bounce_exim",
        {
            "author": "Mail Delivery System <mailer-daemon@mx.mail.example>",
            "text": (
                "This message was created automatically by mail delivery software.\n"
                "\n"
                "A message that you sent could not be delivered.\n"
                "\n"
                "  gone@mail.example\n"
                "    550 unknown user\n"
                "\n"
                "------ This is a copy of the message, including all the headers. ------\n"
                "\n"
                "Message-ID: <reply-8@shop.example>\n"
                "From: Care <care@shop.example>\n"
                "Subject: Re: refund\n"
                "\n"
                "We have refunded you."
            ),
            "kind": MessageKind.BOUNCE,
            "bounced_id": "reply-8@shop.example",
        },
    ),
    (
        "bounce_qmail",
        {
            "author": "mailer-daemon <mailer-daemon@mx.mail.example>",
            "text": (
                "Hi. This is the qmail-send program at mx.mail.example.\n"
                "I'm afraid I wasn't able to deliver your message.\n"
                "\n"
                "<gone@mail.example>:\n"
                "Sorry, no mailbox here by that name. (#5.1.1)\n"
                "\n"
                "--- Below this line is a copy of the message.\n"
                "\n"
                "Message-ID: <reply-9@shop.example>\n"
                "Subject: Re: hello"
            ),
            "kind": MessageKind.BOUNCE,
            "bounced_id": "reply-9@shop.example",
        },
    ),
    (
        "bounce_ru",
        {
            "author": "Почта <mailer-daemon@mail.example>",
            "text": "Письмо не доставлено: ящик переполнен.",
            "kind": MessageKind.BOUNCE,
            "references": ("reply-10@shop.example",),
            "in_reply_to": "reply-10@shop.example",
            "bounced_id": "reply-10@shop.example",
        },
    ),
    (
        "invite_accepted",
        {
            "author": "Grace <grace@mail.example>",
            "text": (
                "Call\n"
                "2024-01-15 14:00 – 15:00 Asia/Ho_Chi_Minh\n"
                "Phòng 5, tầng 2\n"
                "Lê Minh Châu <chau@mail.example>"
            ),
            "files": ["invite.ics text/calendar 407"],
            "kind": MessageKind.AUTO_REPLY,
        },
    ),
    (
        "invite_cancel",
        {
            "author": "Grace <grace@mail.example>",
            "text": "Sorry, I have to cancel our call.",
            "files": ["invite.ics text/calendar 408"],
            "kind": MessageKind.INVITE,
            "warnings": (CANCELLED,),
        },
    ),
    (
        "invite_request",
        {
            "author": "Châu <chau@mail.example>",
            "text": (
                "Họp về đơn hàng\n"
                "2024-01-15 14:00 – 15:00 Asia/Ho_Chi_Minh\n"
                "Phòng 5, tầng 2\n"
                "Lê Minh Châu <chau@mail.example>\n"
                "\n"
                "Mang theo hoá đơn.\n"
                "Xin cảm ơn."
            ),
            "files": ["invite.ics text/calendar 500"],
            "kind": MessageKind.INVITE,
            "warnings": (REPEATS,),
        },
    ),
    (
        "newsletter",
        {"author": "News <news@other.example>", "text": "Everything must go.", "warnings": (BULK,)},
    ),
    (
        "read_receipt",
        {
            "author": "Jack <jack@mail.example>",
            "text": "Your mail was displayed.",
            "files": ["receipt.txt message/disposition-notification 55"],
            "kind": MessageKind.AUTO_REPLY,
        },
    ),
    ("suppress_only", {"author": "Jack <jack@mail.example>", "text": "Where is it?"}),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_payload_is_read_as_expected(name: str, expected: dict[str, object]) -> None:
    assert facts(read_payload(name)) == expected
