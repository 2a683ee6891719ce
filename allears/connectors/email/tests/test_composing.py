from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from html.parser import HTMLParser

import pytest

from allears.connectors.email.composing import compose
from allears.connectors.email.headings import with_token
from allears.connectors.email.tests.conftest import make_account, make_outgoing
from allears.connectors.errors import Refused
from allears.connectors.interface import Author, File

ACCOUNT = make_account(1, 1)


def written(account=ACCOUNT, **changes):
    raw = compose(make_outgoing(**changes), account)
    return message_from_bytes(raw, policy=policy.default)


def plain(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def page(message):
    return message.get_body(("html",)).get_content().replace("\r\n", "\n")


def test_the_headers_of_a_first_mail():
    message = written(external_id="abc@shop.example")

    assert message["From"] == "Shop <care@shop.example>"
    assert message["To"] == "Ann <ann@customers.example>"
    assert message["Subject"] == "Hello"
    assert message["Message-ID"] == "<abc@shop.example>"
    assert message["Date"].datetime == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert message["Auto-Submitted"] == "no"
    assert not set(message.keys()) & {"In-Reply-To", "References", "X-Mailer", "Reply-To"}
    assert message.defects == []


def test_a_reply_names_what_it_answers():
    message = written(in_reply_to="b@x", references=("a@x", "<b@x>"))

    assert message["In-Reply-To"] == "<b@x>"
    assert message["References"].split() == ["<a@x>", "<b@x>"]


def test_references_keep_the_first_and_the_nearest():
    ids = tuple(f"{'long' * 15}{number}@x" for number in range(50))

    message = written(references=ids)

    kept = [f"<{message_id}>" for message_id in (ids[0], *ids[-19:])]
    assert message["References"].split() == kept
    assert message["In-Reply-To"] == kept[-1]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Parcel", "Re: Parcel"),
        ("Re: Parcel", "Re: Parcel"),
        ("RE: Re: AW: Отв: Parcel", "Re: Parcel"),
        ("Re[4]: Parcel", "Re: Parcel"),
        ("Trả lời: Đơn hàng", "Re: Đơn hàng"),
        ("Regarding: Parcel", "Re: Regarding: Parcel"),
        ("", "Re:"),
    ],
)
def test_a_reply_has_one_re(subject, expected):
    assert written(subject=subject, in_reply_to="a@x")["Subject"] == expected


@pytest.mark.parametrize(
    "text",
    ["Заказ № 5 — где он? " * 12, "Đơn hàng của tôi ở đâu?", "Wo ist’s 📦?", "plain " * 40, "=?utf-8?q?no?="],
)
def test_any_script_survives_subject_names_and_text(text):
    name = text[:60].strip()

    raw = compose(
        make_outgoing(subject=text, text=text, to=Author(id="1", name=name, address="ann@customers.example")),
        ACCOUNT,
    )

    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == text.strip()
    assert message["To"].addresses[0].addr_spec == "ann@customers.example"
    assert shown_name(raw) == name
    assert plain(message).strip() == text.strip()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def shown_name(raw):
    """Decode as RFC 2047 asks; the new parser puts blanks between the parts of a long name."""
    name, _ = parseaddr(message_from_bytes(raw)["To"].replace("\r\n", ""))
    return str(make_header(decode_header(name)))


@pytest.mark.parametrize("name", ["Doe, Jane", 'Jane "JD" Doe', "Back\\slash", "Дое, Яна <x@y>", "a@b, c@d"])
def test_a_name_is_one_name_whatever_is_in_it(name):
    message = written(to=Author(id="1", name=name, address="ann@customers.example"))

    assert [address.addr_spec for address in message["To"].addresses] == ["ann@customers.example"]
    assert message["To"].addresses[0].display_name == name


INJECTION = "x\r\nBcc: all@everyone.example\nX: y\u2028\x00"


@pytest.mark.parametrize(
    "field", ["subject", "from_name", "external_id", "in_reply_to", "quote_author", "thread_token"]
)
def test_nothing_entered_starts_a_header(field):
    raw = compose(make_outgoing(**{field: INJECTION, "quote": "q", "references": (INJECTION,)}), ACCOUNT)

    message = message_from_bytes(raw, policy=policy.default)
    assert "Bcc" not in message
    assert "X" not in message
    assert b"\r\nBcc" not in raw.partition(b"\r\n\r\n")[0]


def test_nothing_in_a_file_starts_a_header():
    file = File(
        name=INJECTION, content_type=f"image/png{INJECTION}", data=b"1", content_id=INJECTION, is_inline=True
    )

    raw = compose(
        make_outgoing(files=(file, File(name=INJECTION, content_type="a\r\nb/c", data=b"2"))), ACCOUNT
    )

    assert b"\r\nBcc" not in raw


@pytest.mark.parametrize(
    "address", ["ann@x.example\r\nRCPT TO:<b@x.example>", "ann b@x.example", "@x.example", "ann", "a<b@x"]
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(Refused) as caught:
        written(to=Author(id="1", address=address))

    assert "\n" not in str(caught.value)


def test_a_domain_in_any_script_is_written_for_the_wire():
    message = written(to=Author(id="1", address="ann@bücher.example"))

    assert message["To"].addresses[0].addr_spec == "ann@xn--bcher-kva.example"


def test_replies_are_asked_for_at_the_signed_address():
    assert written(thread_token="abc123")["Reply-To"].addresses[0].addr_spec == "care+abc123@shop.example"


def test_replies_come_to_the_plain_address_where_plus_is_off():
    account = make_account(1, 1, plus_addressing="no")

    assert "Reply-To" not in written(account, thread_token="abc123")


def test_a_signed_address_is_never_too_long():
    assert with_token("a" * 40 + "@x.example", "t" * 23) != ""
    assert with_token("a" * 41 + "@x.example", "t" * 23) == ""


def test_the_question_is_quoted_below():
    message = written(
        text="Yes.",
        quote="Is it <red>?\n> older",
        quote_author="Ann",
        quote_sent_at=datetime(2026, 11, 21, 9, 5, tzinfo=UTC),
    )

    assert plain(message) == "Yes.\n\nAnn, 2026-11-21 09:05 UTC:\n> Is it <red>?\n>> older\n"
    assert '<blockquote type="cite"><p>Is it &lt;red&gt;?<br>' in page(message)


def test_a_huge_quote_is_cut():
    assert len(plain(written(quote="word " * 100_000))) < 30_000


def test_the_page_says_the_same_and_links_work():
    text = "See https://shop.example/a?b=1&c=2.\nOr (https://shop.example/d)\n\n"
    text += "  <b>not bold</b> javascript:alert(1)"

    html = page(written(text=text))

    assert '<a href="https://shop.example/a?b=1&amp;c=2">https://shop.example/a?b=1&amp;c=2</a>.<br>' in html
    assert '(<a href="https://shop.example/d">https://shop.example/d</a>)' in html
    assert "&nbsp;&nbsp;&lt;b&gt;not bold&lt;/b&gt; javascript:alert(1)" in html
    assert tags(html) == {"html", "head", "meta", "body", "p", "a", "br"}


def test_a_link_can_not_break_out_of_its_tag():
    html = page(written(text="https://x.example/\"onmouseover='alert(1)' https://x.example/<script>"))

    assert "script" not in tags(html)
    assert html.count("<a ") == 2
    assert "onmouseover" not in html.partition('">')[0]


def tags(html):
    found = set()

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.add(tag)

    Tags().feed(html)
    return found


def test_control_characters_and_halves_of_characters_are_left_out():
    assert plain(written(text="a\x00b\x1b[31m\ud83dc\r\nd\re")) == "ab[31m?c\nd\ne\n"


def test_files_are_attached_with_their_names_and_bytes():
    files = (
        File(name="счёт №5.pdf", content_type="application/pdf", data=b"%PDF\r\n\x00"),
        File(name="old mail.eml", content_type="message/rfc822", data=b"Subject: x\n\ny"),
        File(name="", content_type="nonsense", data=b""),
        File(name="notes.txt", content_type="text/plain; charset=utf-16", data="né".encode("utf-16")),
    )

    attached = list(written(files=files).iter_attachments())

    assert [part.get_filename() for part in attached] == ["счёт №5.pdf", "old mail.eml", "file", "notes.txt"]
    assert [part.get_payload(decode=True) for part in attached] == [file.data for file in files]
    assert [part.get_content_type() for part in attached][:3] == [
        "application/pdf",
        "application/octet-stream",
        "application/octet-stream",
    ]


def test_a_picture_shows_in_the_page():
    picture = File(
        name="map.png", content_type="image/png", data=b"\x89PNG", content_id="<map 1@x>", is_inline=True
    )

    message = written(files=(picture,))

    html = page(message)
    assert '<img src="cid:map_1@x" alt="map.png">' in html
    related = [part for part in message.walk() if part.get("Content-ID")]
    assert [(part["Content-ID"], part.get_content_disposition()) for part in related] == [
        ("<map_1@x>", "inline")
    ]
    assert list(message.iter_attachments()) == []


def test_every_line_ends_as_mail_lines_do():
    raw = compose(make_outgoing(text="a\nb\rc\r\nd"), ACCOUNT)

    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    assert raw.endswith(b"\r\n")
