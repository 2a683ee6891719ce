from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest

from allears.connectors.email.tests.conftest import make_account, wait_until
from allears.connectors.errors import Disconnected, Unreachable

LONG_AGO = datetime.now(UTC) - timedelta(days=30)
LAST_WEEK = datetime.now(UTC) - timedelta(days=7)


def mail(number=1, size=0):
    return f"Message-ID: <{number}@customers.example>\r\n\r\nHello {number}\r\n".encode() + b"x" * size


def fresh(mail_server, **settings):
    return make_account(
        mail_server.imap_port, mail_server.smtp_port, f"care-{uuid4().hex}@shop.example", **settings
    )


def ids(listening):
    return [message_from_bytes(piece.body)["Message-ID"] for piece in listening.pieces]


def test_new_mail_is_heard_within_seconds(mail_server, listen):
    account = fresh(mail_server)
    listening = listen(account)
    assert wait_until(lambda: listening.cursors.get("INBOX"))

    message_id = mail_server.deliver(account.address)

    assert listening.hears(1)
    assert ids(listening) == [message_id]
    assert listening.pieces[0].is_silent is False


def test_several_mails_come_in_one_go_and_in_order(mail_server, listen):
    account = fresh(mail_server)
    expected = [mail_server.deliver(account.address) for _ in range(5)]

    listening = listen(account)

    assert listening.hears(5)
    assert ids(listening) == expected
    assert [len(heard.pieces) for heard in listening.heard if heard.pieces] == [5]


def test_it_resumes_where_it_stopped(mail_server, listen):
    account = fresh(mail_server)
    mail_server.deliver(account.address)
    first = listen(account)
    assert first.hears(1)
    assert first.end() < 1.5
    message_id = mail_server.deliver(account.address)

    second = listen(account, first.cursors)

    assert second.hears(1)
    assert ids(second) == [message_id]


def test_hearing_does_not_mark_as_read(mail_server, listen):
    from imapclient import IMAPClient

    account = fresh(mail_server)
    mail_server.deliver(account.address)
    assert listen(account).hears(1)

    with IMAPClient("127.0.0.1", mail_server.imap_port, ssl=False) as client:
        client.login(account.address, account.secrets["password"])
        client.select_folder("INBOX", readonly=True)
        assert len(client.search(["UNSEEN"])) == 1


def test_stop_is_honoured_within_a_second_while_idling(mail_server, listen):
    listening = listen(fresh(mail_server))
    assert wait_until(lambda: listening.cursors.get("INBOX"))

    assert listening.end() < 1.2
    assert listening.error is None


def test_other_folders_are_heard_too(fake_imap, listen):
    fake_imap.folders["Orders"] = type(fake_imap.folders["INBOX"])()
    listening = listen(make_account(fake_imap.port, 1, imap_folders="INBOX, Orders"))
    assert wait_until(lambda: len(listening.cursors) == 2)

    fake_imap.deliver(mail(1), "Orders")
    fake_imap.deliver(mail(2), "INBOX")

    assert listening.hears(2)
    assert {piece.source for piece in listening.pieces} == {"INBOX/1/1", "Orders/1/1"}


def test_a_folder_that_is_gone_does_not_silence_the_others(fake_imap, listen):
    listening = listen(make_account(fake_imap.port, 1, imap_folders="INBOX, Gone"))

    fake_imap.deliver(mail())

    assert listening.hears(1)


def test_the_bytes_are_exact(fake_imap, listen):
    body = b"Subject: caf\xe9\r\nX: \x00\r\n\r\n\xff\xfe bare\nline\r\n.\r\n"
    fake_imap.deliver(body)

    listening = listen(make_account(fake_imap.port, 1))

    assert listening.hears(1)
    assert listening.pieces[0].body == body
    assert set(listening.pieces[0].headers) == {"internaldate", "folder"}


def test_the_past_comes_as_far_back_as_asked_and_silently(fake_imap, listen):
    fake_imap.deliver(mail(1), arrived_at=LONG_AGO)
    fake_imap.deliver(mail(2), arrived_at=LAST_WEEK)
    fake_imap.deliver(mail(3))

    listening = listen(make_account(fake_imap.port, 1))

    assert listening.hears(2)
    assert [(piece.source, piece.is_silent) for piece in listening.pieces] == [
        ("INBOX/1/2", True),
        ("INBOX/1/3", False),
    ]
    assert wait_until(lambda: listening.cursors == {"INBOX": "1/3"})


def test_an_interrupted_past_goes_on_silently(fake_imap, listen):
    for number in range(1, 4):
        fake_imap.deliver(mail(number), arrived_at=LAST_WEEK)

    listening = listen(make_account(fake_imap.port, 1), {"INBOX": "1/1/3"})

    assert listening.hears(2)
    assert [piece.is_silent for piece in listening.pieces] == [True, True]


def test_a_new_uidvalidity_starts_over(fake_imap, listen):
    fake_imap.folders["INBOX"].validity = 2
    fake_imap.deliver(mail(1))

    listening = listen(make_account(fake_imap.port, 1), {"INBOX": "1/900"})

    assert listening.hears(1)
    assert wait_until(lambda: listening.cursors["INBOX"] == "2/1")


@pytest.mark.parametrize("tells_next_uid", [True, False])
def test_a_lying_server_is_not_heard_twice(fake_imap, listen, tells_next_uid):
    fake_imap.tells_wrong_exists = True
    fake_imap.tells_next_uid = tells_next_uid
    fake_imap.deliver(mail(1))
    listening = listen(make_account(fake_imap.port, 1))
    assert listening.hears(1)

    fake_imap.deliver(mail(2))

    assert listening.hears(2)
    asked = len([command for command in fake_imap.commands if "UID SEARCH" in command])
    assert wait_until(lambda: len([c for c in fake_imap.commands if "UID SEARCH" in c]) > asked)
    assert [piece.source for piece in listening.pieces] == ["INBOX/1/1", "INBOX/1/2"]


def test_a_server_that_forgets_to_notify_is_asked(fake_imap, listen):
    fake_imap.forgets_to_notify = True
    listening = listen(make_account(fake_imap.port, 1))
    assert wait_until(lambda: "IDLE" in fake_imap.commands)

    fake_imap.deliver(mail())

    assert listening.hears(1)


def test_a_server_without_idle_is_polled(fake_imap, listen):
    fake_imap.capabilities = "IMAP4rev1"
    listening = listen(make_account(fake_imap.port, 1))
    assert wait_until(lambda: "INBOX" in listening.cursors)

    fake_imap.deliver(mail())

    assert listening.hears(1)
    assert "IDLE" not in fake_imap.commands


def test_a_server_that_takes_back_idle_is_polled(fake_imap, listen):
    fake_imap.refuses_idle = True
    listening = listen(make_account(fake_imap.port, 1))
    assert wait_until(lambda: "IDLE" in fake_imap.commands)

    fake_imap.deliver(mail())

    assert listening.hears(1)
    assert fake_imap.commands.count("IDLE") == 1


def test_a_mail_that_breaks_the_line_when_surveyed_is_heard_all_the_same(fake_imap, listen):
    fake_imap.drops_at_survey_of = {3}
    for number in range(1, 6):
        fake_imap.deliver(mail(number))

    listening = listen(make_account(fake_imap.port, 1))

    assert listening.hears(5)
    assert [piece.source for piece in listening.pieces] == [f"INBOX/1/{uid}" for uid in range(1, 6)]


def test_a_missing_first_folder_is_named(fake_imap, listen):
    listening = listen(make_account(fake_imap.port, 1, imap_folders="Gone"))

    assert wait_until(lambda: listening.error)
    assert str(listening.error) == "The folder Gone does not exist in the mailbox, or can't be opened."


def test_a_login_is_quoted_and_can_not_smuggle_commands(fake_imap, listen):
    listening = listen(make_account(fake_imap.port, 1, user='care "desk"\r\nX DELETE INBOX'))

    assert wait_until(lambda: listening.cursors)
    assert [command for command in fake_imap.commands if "LOGIN" in command] == [
        'LOGIN "care \\"desk\\" X DELETE INBOX" "open sesame"'
    ]


@pytest.mark.parametrize("misbehaviour", ["drops_at_uids", "refuses_uids"])
def test_one_bad_mail_does_not_hold_up_the_next(fake_imap, listen, misbehaviour):
    setattr(fake_imap, misbehaviour, {2})
    for number in range(1, 4):
        fake_imap.deliver(mail(number))

    listening = listen(make_account(fake_imap.port, 1))

    assert listening.hears(2)
    assert [piece.source for piece in listening.pieces] == ["INBOX/1/1", "INBOX/1/3"]
    assert wait_until(lambda: listening.cursors["INBOX"] == "1/3")


def test_a_bad_mail_alone_is_passed_over(fake_imap, listen):
    fake_imap.refuses_uids = {1}
    fake_imap.deliver(mail())

    listening = listen(make_account(fake_imap.port, 1))

    assert wait_until(lambda: listening.cursors.get("INBOX") == "1/1")
    assert listening.pieces == []


def test_batches_are_bounded_by_count_and_by_bytes(fake_imap, listen):
    for number in range(60):
        fake_imap.deliver(mail(number))
    fake_imap.deliver(mail(60, 9_000_000))
    fake_imap.deliver(mail(61))

    listening = listen(make_account(fake_imap.port, 1))

    assert listening.hears(62)
    assert [len(heard.pieces) for heard in listening.heard if heard.pieces] == [50, 10, 1, 1]
    assert fake_imap.greatest_fetch == 50


def test_a_dropped_line_is_unreachable(fake_imap, listen):
    listening = listen(make_account(fake_imap.port, 1))
    assert wait_until(lambda: "IDLE" in fake_imap.commands)

    fake_imap.hangs_up_in_idle.set()

    assert wait_until(lambda: listening.error)
    assert isinstance(listening.error, Unreachable)


def test_a_refused_login_is_disconnected(fake_imap, listen):
    fake_imap.refuses_login_with = "[AUTHENTICATIONFAILED] Invalid credentials"

    listening = listen(make_account(fake_imap.port, 1))

    assert wait_until(lambda: listening.error)
    assert isinstance(listening.error, Disconnected)
    assert "Invalid credentials" not in str(listening.error)


@pytest.mark.parametrize(
    "answer", ["[UNAVAILABLE] Temporary authentication failure", "[ALERT] Too many connections"]
)
def test_a_login_refused_for_now_is_only_unreachable(fake_imap, listen, answer):
    fake_imap.refuses_login_with = answer

    listening = listen(make_account(fake_imap.port, 1))

    assert wait_until(lambda: listening.error)
    assert isinstance(listening.error, Unreachable)


def test_a_line_that_breaks_at_login_is_unreachable(fake_imap, listen):
    fake_imap.drops_at_login = True

    listening = listen(make_account(fake_imap.port, 1))

    assert wait_until(lambda: listening.error)
    assert isinstance(listening.error, Unreachable)


def test_stop_cuts_a_server_that_answers_slowly(fake_imap, listen):
    fake_imap.is_silent_on = {"UID_FETCH"}
    fake_imap.deliver(mail())
    listening = listen(make_account(fake_imap.port, 1))
    assert wait_until(lambda: any("FETCH" in command for command in fake_imap.commands))

    assert listening.end() < 1.5
    assert listening.error is None


def test_private_addresses_are_refused_unless_allowed(fake_imap, listen):
    from dataclasses import replace

    account = make_account(fake_imap.port, 1)

    listening = listen(replace(account, may_reach_private_addresses=False))

    assert wait_until(lambda: listening.error)
    assert isinstance(listening.error, Disconnected)
    assert fake_imap.connections == 0
