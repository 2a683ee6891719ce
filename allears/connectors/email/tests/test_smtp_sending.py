from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from allears.connectors.email import smtp
from allears.connectors.email.refusals import (
    ADDRESS_UNKNOWN,
    LOOKS_LIKE_SPAM,
    MAILBOX_FULL,
    NOT_AS_THIS_SENDER,
    NOT_TO_OTHERS,
    TOO_LARGE,
)
from allears.connectors.email.sources import message_id_in
from allears.connectors.email.tests.conftest import PASSWORD, make_account, make_outgoing
from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Author


def send(connector, fake_smtp, fake_imap=None, outgoing=None, **settings):
    account = make_account(fake_imap.port if fake_imap else 1, fake_smtp.port, **settings)
    return connector.send(outgoing or make_outgoing(), account)


def send_without_copy(connector, fake_smtp, outgoing=None, **settings):
    return send(connector, fake_smtp, None, outgoing, sent_folder="-", **settings)


def test_a_reply_is_sent_once_and_a_copy_is_kept(connector, fake_smtp, fake_imap):
    fake_imap.folders["Sent"] = type(fake_imap.folders["INBOX"])()
    outgoing = make_outgoing(text="First\n.\n..dots stay\n")

    sent = send(connector, fake_smtp, fake_imap, outgoing)

    assert sent.external_id == outgoing.external_id
    assert sent.note == ""
    assert len(fake_smtp.mails) == 1
    assert list(fake_imap.folders["Sent"].mails.values()) == fake_smtp.mails
    text = message_from_bytes(fake_smtp.mails[0], policy=policy.default).get_body(("plain",)).get_content()
    assert text.split() == ["First", ".", "..dots", "stay"]


def test_the_sent_folder_is_found_by_its_mark_or_its_name(connector, fake_smtp, fake_imap):
    make = type(fake_imap.folders["INBOX"])
    fake_imap.folders["Sent Items"] = make()
    send(connector, fake_smtp, fake_imap, sent_folder="")
    fake_imap.folders["Raus"] = make(flags="\\HasNoChildren \\Sent")
    send(connector, fake_smtp, fake_imap, sent_folder="")

    assert len(fake_imap.folders["Sent Items"].mails) == 1
    assert len(fake_imap.folders["Raus"].mails) == 1


def test_a_copy_the_server_made_itself_is_enough(connector, fake_smtp, fake_imap):
    outgoing = make_outgoing()
    fake_imap.folders["Sent"] = type(fake_imap.folders["INBOX"])()
    fake_imap.deliver(f"Message-ID: <{outgoing.external_id}>\r\n\r\nIt\r\n".encode(), "Sent")

    send(connector, fake_smtp, fake_imap, outgoing)

    assert len(fake_smtp.mails) == 1
    assert len(fake_imap.folders["Sent"].mails) == 1


@pytest.mark.parametrize("trouble", ["no folder", "read only", "no login", "no server"])
def test_a_copy_that_fails_is_only_a_note(connector, fake_smtp, fake_imap, trouble):
    if trouble == "read only":
        fake_imap.folders["Sent"] = type(fake_imap.folders["INBOX"])(is_read_only=True)
    fake_imap.refuses_login_with = "no" if trouble == "no login" else ""

    sent = send(connector, fake_smtp, None if trouble == "no server" else fake_imap)

    assert len(fake_smtp.mails) == 1
    assert sent.note


def test_no_copy_is_kept_where_none_is_wanted(connector, fake_smtp, fake_imap):
    assert send(connector, fake_smtp, fake_imap, sent_folder="-").note == ""
    assert fake_imap.connections == 0


@pytest.mark.parametrize("moment", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "body"])
def test_a_line_lost_before_the_end_may_be_tried_again(connector, fake_smtp, moment):
    fake_smtp.drops_at = moment
    outgoing = make_outgoing(text="long " * 500_000) if moment == "body" else make_outgoing()

    with pytest.raises(Unreachable):
        send_without_copy(connector, fake_smtp, outgoing)

    assert fake_smtp.mails == []


@pytest.mark.parametrize("way", ["drops_at", "stalls_at"])
def test_no_answer_after_the_end_leaves_it_unknown(connector, fake_smtp, monkeypatch, way):
    monkeypatch.setattr(smtp, "VERDICT_SECONDS", 0.2)
    setattr(fake_smtp, way, "verdict")

    with pytest.raises(Unknown):
        send_without_copy(connector, fake_smtp)

    assert len(fake_smtp.mails) == 1


def test_nonsense_after_the_end_leaves_it_unknown(connector, fake_smtp):
    fake_smtp.answers["verdict"] = "what?"

    with pytest.raises(Unknown):
        send_without_copy(connector, fake_smtp)


def test_a_lost_goodbye_changes_nothing(connector, fake_smtp):
    fake_smtp.drops_at = "QUIT"

    assert send_without_copy(connector, fake_smtp).note == ""


@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "verdict"])
def test_a_temporary_refusal_slows_down(connector, fake_smtp, moment):
    fake_smtp.answers[moment] = "451 4.7.1 greylisted, come back later"

    with pytest.raises(SlowDown) as caught:
        send_without_copy(connector, fake_smtp)

    assert 60 < (caught.value.until - datetime.now(UTC)).total_seconds() < 600
    assert "greylisted" not in str(caught.value)


@pytest.mark.parametrize(
    ("moment", "answer", "sentence"),
    [
        (
            "RCPT",
            "550 5.1.1 <ann@customers.example>: Recipient address rejected: User unknown",
            ADDRESS_UNKNOWN,
        ),
        ("RCPT", "550 Requested action not taken", ADDRESS_UNKNOWN),
        ("RCPT", "552 5.2.2 The recipient's inbox is out of storage space", MAILBOX_FULL),
        ("RCPT", "554 5.7.1 <ann@customers.example>: Relay access denied", NOT_TO_OTHERS),
        ("verdict", "552 5.3.4 Message size exceeds fixed limit", TOO_LARGE),
        ("verdict", "552 Message too big", TOO_LARGE),
        (
            "verdict",
            "550 5.7.1 Our system has detected that this message is likely unsolicited",
            LOOKS_LIKE_SPAM,
        ),
        ("MAIL", "553 5.7.1 Sender address rejected: not owned by user", NOT_AS_THIS_SENDER),
    ],
)
def test_a_refusal_for_good_says_why(connector, fake_smtp, moment, answer, sentence):
    fake_smtp.answers[moment] = answer

    with pytest.raises(Refused) as caught:
        send_without_copy(connector, fake_smtp)

    assert caught.value.detail == sentence
    assert "%(" not in str(caught.value)
    assert answer in caught.value.raw


def test_a_daily_limit_is_waited_out(connector, fake_smtp):
    fake_smtp.answers["verdict"] = "550 5.4.5 Daily user sending limit exceeded"

    with pytest.raises(SlowDown) as caught:
        send_without_copy(connector, fake_smtp)

    assert (caught.value.until - datetime.now(UTC)).total_seconds() > 3000


def test_a_wrong_password_disconnects(connector, fake_smtp):
    fake_smtp.answers["AUTH"] = "535 5.7.8 Bad credentials"

    with pytest.raises(Disconnected):
        send_without_copy(connector, fake_smtp, smtp_user="care@shop.example")

    assert fake_smtp.mails == []


def test_a_login_the_server_can_not_check_now_is_tried_later(connector, fake_smtp):
    fake_smtp.answers["AUTH"] = "454 4.7.0 Temporary authentication failure"

    with pytest.raises(SlowDown):
        send_without_copy(connector, fake_smtp, smtp_user="care@shop.example")


def test_a_login_is_needed_unless_it_is_declined(connector, fake_smtp):
    fake_smtp.extensions = ["SIZE 10000000"]

    with pytest.raises(Disconnected):
        send_without_copy(connector, fake_smtp, smtp_user="care@shop.example")

    assert send_without_copy(connector, fake_smtp, smtp_user="-")


def test_letters_beyond_ascii_are_fine_in_a_login(connector, fake_smtp):
    send_without_copy(connector, fake_smtp, smtp_user="büro@shop.example")

    assert fake_smtp.logins == [f"\0büro@shop.example\0{PASSWORD}"]


def test_what_is_too_large_is_not_even_offered(connector, fake_smtp):
    fake_smtp.extensions = ["SIZE 1000"]

    with pytest.raises(Refused) as caught:
        send_without_copy(connector, fake_smtp, make_outgoing(text="long " * 1000))

    assert "too large" in str(caught.value)
    assert not any(command.startswith("mail") for command in fake_smtp.commands)


def test_a_name_beyond_ascii_needs_a_server_that_takes_it(connector, fake_smtp):
    outgoing = make_outgoing(to=Author(id="1", address="анна@пример.example"))
    with pytest.raises(Refused):
        send_without_copy(connector, fake_smtp, outgoing)

    fake_smtp.extensions.append("SMTPUTF8")
    send_without_copy(connector, fake_smtp, outgoing)

    assert any("SMTPUTF8" in command for command in fake_smtp.commands)
    assert b"<=?" not in fake_smtp.mails[0]


def test_nothing_listens_there(connector):
    with pytest.raises(Unreachable):
        connector.send(make_outgoing(), make_account(1, 1))


def test_a_mail_that_can_not_be_written_is_refused_before_any_connection(connector, fake_smtp):
    with pytest.raises(ConnectorError):
        send_without_copy(connector, fake_smtp, make_outgoing(to=Author(id="nobody")))

    assert fake_smtp.commands == []


def test_look_up_finds_what_was_sent_and_nothing_else(connector, mail_server):
    account = make_account(mail_server.imap_port, mail_server.smtp_port)
    mail_server.create_folder(account.address, "Sent")
    outgoing = make_outgoing()

    assert connector.look_up(outgoing, account) is None
    assert connector.send(outgoing, account).note == ""
    assert connector.look_up(outgoing, account).external_id == outgoing.external_id
    assert connector.look_up(make_outgoing(), account) is None


def test_look_up_without_a_sent_folder_finds_nothing(connector, fake_imap):
    assert connector.look_up(make_outgoing(), make_account(fake_imap.port, 1, sent_folder="")) is None


def test_look_up_says_when_it_could_not_look(connector):
    with pytest.raises(Unreachable):
        connector.look_up(make_outgoing(), make_account(1, 1))


def test_the_customer_gets_the_reply_in_the_same_thread(connector, mail_server, listen):
    account = make_account(mail_server.imap_port, mail_server.smtp_port, "desk@shop.example")
    asked = mail_server.deliver(account.address).strip("<>")
    assert listen(account).hears(1)
    customer = make_account(mail_server.imap_port, mail_server.smtp_port, "ann@customers.example")

    outgoing = make_outgoing(in_reply_to=asked, references=(asked,))
    connector.send(outgoing, account)

    inbox = listen(customer)
    assert inbox.hears(1)
    mails = [message_from_bytes(piece.body, policy=policy.default) for piece in inbox.pieces]
    reply = next(mail for mail in mails if mail["Message-ID"] == f"<{outgoing.external_id}>")
    assert reply["In-Reply-To"] == f"<{asked}>"
    assert reply["References"] == f"<{asked}>"
    assert reply["Subject"] == "Re: Hello"


def test_the_source_is_listed_and_fetched_again(connector, mail_server):
    account = make_account(mail_server.imap_port, mail_server.smtp_port, "list@shop.example")
    message_id = mail_server.deliver(account.address).strip("<>")
    mail_server.deliver(account.address)
    since = datetime(2020, 1, 1, tzinfo=UTC)

    items = list(connector.list_source(account, since))

    assert len(items) == 2
    assert items[0].external_id == message_id
    pieces = list(connector.fetch_source(account, [items[0].source, "INBOX/1/1"]))
    assert [piece.source for piece in pieces] == [items[0].source]
    assert message_id.encode() in pieces[0].body
    assert list(connector.list_source(account, datetime(2100, 1, 1, tzinfo=UTC))) == []


def test_a_sender_in_any_script_is_written_for_the_wire(connector, fake_smtp):
    send_without_copy(connector, fake_smtp, address="care@bücher.example")

    assert any("FROM:<care@xn--bcher-kva.example>" in command for command in fake_smtp.commands)


def test_the_list_names_mails_as_their_reader_does():
    assert message_id_in(b"Message-ID:\r\n <a@x>\r\n\r\n") == "a@x"
    assert message_id_in(b"message-id: bare@x\r\n\r\n") == "bare@x"
    assert message_id_in(b"Message-ID: <>\r\n\r\n") == ""
    assert message_id_in(b"\r\n") == ""


def test_every_mail_the_fake_lists_is_fetched_again(connector, fake_imap):
    fake_imap.folders["Orders/New"] = type(fake_imap.folders["INBOX"])(validity=9)
    fake_imap.deliver(b"Message-ID: <a@x>\r\n\r\nA\r\n")
    fake_imap.deliver(b"Message-ID: <b@x>\r\n\r\nB\r\n", "Orders/New")
    account = make_account(fake_imap.port, 1, imap_folders="INBOX, Orders/New")

    items = list(connector.list_source(account, datetime(2020, 1, 1, tzinfo=UTC)))
    pieces = list(connector.fetch_source(account, [item.source for item in items]))

    assert [(item.source, item.external_id) for item in items] == [
        ("INBOX/1/1", "a@x"),
        ("Orders/New/9/1", "b@x"),
    ]
    assert [piece.body[-3:] for piece in pieces] == [b"A\r\n", b"B\r\n"]


def test_what_lay_in_a_folder_made_anew_is_not_fetched(connector, fake_imap):
    fake_imap.deliver(b"Message-ID: <a@x>\r\n\r\nA\r\n")
    account = make_account(fake_imap.port, 1)

    assert list(connector.fetch_source(account, ["INBOX/2/1", "INBOX/1/5"])) == []
    assert len(list(connector.fetch_source(account, ["INBOX/1/1"]))) == 1
