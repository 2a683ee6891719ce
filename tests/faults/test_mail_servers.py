"""Mail servers that drop the line, forget, stall and lie: nothing is lost, nothing is heard or sent twice."""

import random
import threading
from email.message import EmailMessage

import pytest

from allears.connectors.email.tests.fake_imap import FakeFolder, FakeImap
from allears.connectors.email.tests.fake_smtp import FakeSmtp
from tests.faults.rig import wait_until

pytestmark = pytest.mark.slow
KILLS = 8


@pytest.fixture
def imap():
    server = FakeImap()
    server.folders["Sent"] = FakeFolder()
    yield server
    server.stop()


@pytest.fixture
def smtp():
    server = FakeSmtp()
    yield server
    server.stop()


@pytest.fixture
def mailbox(rig, imap, smtp):
    rig.do("found_desk", "")
    return rig.do("add_mailbox", str(imap.port), str(smtp.port))


def mail(number):
    message = EmailMessage()
    message["From"] = f"Customer {number} <customer{number}@customers.example>"
    message["To"] = "care@shop.example"
    message["Subject"] = f"Question {number}"
    message["Message-ID"] = f"<m{number}@customers.example>"
    message.set_content(f"This is question {number}.")
    return message.as_bytes()


def stored(rig):
    return sorted(id_ for id_, _, _ in rig.do("look")["messages"])


def has_heard(rig, count):
    return lambda: len(stored(rig)) >= count


def expected(count):
    return sorted(f"m{n}@customers.example" for n in range(count))


def expect_all_once(rig, count):
    assert stored(rig) == expected(count)
    audit = rig.audit()
    assert audit["problems"] == []
    assert audit["inbound_messages"] == count


def test_mail_is_heard_once_though_the_listener_is_killed_again_and_again(rig, imap, mailbox):
    chance = random.Random(41)
    count = 0
    pid = rig.start("work")
    wait_until(lambda: "SELECT" in " ".join(imap.commands) or "EXAMINE" in " ".join(imap.commands), "a line")
    for _ in range(KILLS):
        for _ in range(4):
            imap.deliver(mail(count))
            count += 1
        threading.Event().wait(chance.uniform(0, 0.6))
        rig.kill(pid)
        pid = rig.start("work")

    wait_until(has_heard(rig, count), "every mail")
    rig.kill(pid)
    expect_all_once(rig, count)


def test_a_line_that_drops_in_the_middle_of_a_mail_is_taken_up_again(rig, imap, mailbox):
    pid = rig.start("work")
    wait_until(lambda: imap.commands, "a line")
    imap.drops_at_uids = {2}
    lines = imap.connections
    for n in range(3):
        imap.deliver(mail(n))
    wait_until(lambda: imap.connections > lines, "a line taken up again")
    imap.drops_at_uids = set()

    wait_until(has_heard(rig, 3), "every mail", 100)
    rig.kill(pid)
    expect_all_once(rig, 3)


@pytest.fixture
def heard(rig, imap, mailbox):
    """A worker that has heard one mail, which is answered and due."""
    pid = rig.start("work")
    wait_until(lambda: imap.commands, "a line")
    imap.deliver(mail(0))
    wait_until(has_heard(rig, 1), "the mail")
    return pid


def state(rig):
    return list(rig.do("look")["dispatches"].values())


def test_a_server_that_takes_the_mail_and_falls_silent_gets_it_once(rig, imap, smtp, heard):
    smtp.drops_at = "verdict"
    rig.do("answer_all")
    wait_until(lambda: state(rig) == ["unknown"], "an unknown fate")

    searches = sum("SEARCH" in command for command in imap.commands)
    rig.kill(heard)
    pid = rig.start("work")
    wait_until(lambda: sum("SEARCH" in command for command in imap.commands) > searches, "a look")
    rig.kill(pid)

    assert len(smtp.mails) == 1
    assert state(rig) == ["unknown"]
    assert rig.audit()["problems"] == []


def test_a_server_that_took_the_mail_after_all_is_found_out_by_its_sent_folder(rig, imap, smtp, heard):
    smtp.drops_at = "verdict"
    rig.do("answer_all")
    wait_until(lambda: state(rig) == ["unknown"], "an unknown fate")
    imap.deliver(smtp.mails[0], "Sent")

    rig.kill(heard)
    pid = rig.start("work")

    wait_until(lambda: state(rig) == ["sent"], "the look at the Sent folder", 90)
    rig.kill(pid)
    assert len(smtp.mails) == 1
    assert rig.audit()["problems"] == []


def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(rig, smtp, heard):
    smtp.answers = {"RCPT": "450 4.2.1 come back later"}
    rig.do("answer_all")
    wait_until(lambda: state(rig) == ["waiting"], "a postponed reply")
    assert smtp.mails == []
    smtp.answers = {"RCPT": "550 5.1.1 no such person"}

    rig.do("retry_all")
    wait_until(lambda: state(rig) == ["refused"], "a refusal")
    tried = sum(command.upper().startswith("RCPT") for command in smtp.commands)

    assert tried == 2
    assert rig.audit()["problems"] == []
