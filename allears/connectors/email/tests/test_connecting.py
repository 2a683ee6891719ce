import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from imapclient import imap_utf7

from allears.connectors.email import connecting, dialing, imap, smtp
from allears.connectors.email.dialing import is_public
from allears.connectors.email.fields import FIELDS
from allears.connectors.email.logins import Reason, reason_of
from allears.connectors.email.mailbox import Security, mailbox_of
from allears.connectors.email.presets import GOOGLE_ADVICE, PROVIDERS
from allears.connectors.email.tests.conftest import make_account
from allears.connectors.errors import Disconnected, Unreachable
from allears.connectors.interface import Account


def outcome(checks):
    """Give the checks that are bad, as a person reads them."""
    return [(check.name % check.facts, check.message % check.facts) for check in checks if not check.is_good]


def test_a_good_mailbox_is_good(connector, mail_server):
    account = make_account(mail_server.imap_port, mail_server.smtp_port, "check@shop.example")
    mail_server.create_folder(account.address, "Sent")

    checks = connector.check(account)

    assert outcome(checks) == []
    assert [check.name % check.facts for check in checks] == [
        "Receiving: find 127.0.0.1",
        "Receiving: connect",
        "Receiving: encryption",
        "Receiving: log in",
        "Folder INBOX",
        "Folder for sent mail",
        "New mail is heard",
        "Sending: find 127.0.0.1",
        "Sending: connect",
        "Sending: encryption",
        "Sending: log in",
        "Sending as check@shop.example",
        "Largest mail",
    ]


def test_a_wrong_password_is_told(connector, mail_server):
    account = make_account(mail_server.imap_port, mail_server.smtp_port, "check@shop.example")

    checks = connector.check(replace(account, secrets={"password": "wrong"}))

    assert outcome(checks) == [
        ("Receiving: log in", "127.0.0.1 does not accept the user name or the password.")
    ]


def test_an_unknown_name_is_told(connector):
    checks = connector.check(make_account(1, 1, imap_host="mail.invalid", smtp_host="mail.invalid"))

    assert [name for name, _ in outcome(checks)] == [
        "Receiving: find mail.invalid",
        "Sending: find mail.invalid",
    ]


def test_a_name_that_takes_too_long_is_given_up(connector, monkeypatch):
    held = threading.Event()
    monkeypatch.setattr(dialing.socket, "getaddrinfo", lambda *_, **__: (held.wait(20), [])[1])
    monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.1)

    checks = connector.check(make_account(1, 1))
    held.set()

    assert [name for name, _ in outcome(checks)] == ["Receiving: find 127.0.0.1", "Sending: find 127.0.0.1"]


def test_a_closed_port_is_told(connector):
    checks = connector.check(make_account(1, 1))

    assert outcome(checks) == [
        ("Receiving: connect", "127.0.0.1 is there, but nothing listens on port 1."),
        ("Sending: connect", "127.0.0.1 is there, but nothing listens on port 1."),
    ]


def test_ports_that_are_swapped_are_told(connector, fake_imap, fake_smtp):
    checks = connector.check(make_account(fake_smtp.port, fake_imap.port))

    assert [name for name, _ in outcome(checks)] == ["Receiving: connect", "Sending: connect"]


def test_a_silent_server_is_given_up(connector, fake_imap, fake_smtp, monkeypatch):
    monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.2)
    fake_imap.is_silent_on = {"CAPABILITY"}
    fake_smtp.stalls_at = "greeting"

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port))

    assert [name for name, _ in outcome(checks)] == ["Receiving: connect", "Sending: connect"]


def test_private_addresses_are_told(connector, fake_imap, fake_smtp):
    account = make_account(fake_imap.port, fake_smtp.port)

    checks = connector.check(replace(account, may_reach_private_addresses=False))

    assert [name for name, _ in outcome(checks)] == ["Receiving: find 127.0.0.1", "Sending: find 127.0.0.1"]
    assert fake_imap.connections == 0


def test_a_missing_folder_is_told_with_what_is_there(connector, fake_imap, fake_smtp):
    fake_imap.folders["Sent"] = type(fake_imap.folders["INBOX"])()

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port, imap_folders="INBOX, Orders"))

    assert [name for name, _ in outcome(checks)] == ["Folder Orders"]
    bad = next(check for check in checks if not check.is_good)
    assert bad.advice % bad.facts == "Folders in this mailbox: INBOX, Sent"


def test_a_sent_folder_is_found_or_missed(connector, fake_imap, fake_smtp):
    account = make_account(fake_imap.port, fake_smtp.port, sent_folder="Nowhere")
    assert [name for name, _ in outcome(connector.check(account))] == ["Folder for sent mail"]
    account = make_account(fake_imap.port, fake_smtp.port, sent_folder="")
    assert "No folder for sent mail was found" in " ".join(c.message for c in connector.check(account))

    fake_imap.folders[imap_utf7.encode("Отправленные").decode()] = type(fake_imap.folders["INBOX"])()
    assert outcome(connector.check(account)) == []


def test_a_sent_folder_that_can_not_be_written_is_told(connector, fake_imap, fake_smtp):
    fake_imap.folders["Sent"] = type(fake_imap.folders["INBOX"])(is_read_only=True)

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port))

    assert outcome(checks) == [("Folder for sent mail", "Nothing may be put into the folder Sent.")]


def test_polling_is_said(connector, fake_imap, fake_smtp):
    fake_imap.capabilities = "IMAP4rev1"

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port, sent_folder="-"))

    assert [check.message for check in checks if check.name == connecting.AT_ONCE] == [
        "Every 20 seconds: this server can't notify."
    ]


def test_a_sender_the_server_does_not_allow_is_told(connector, fake_imap, fake_smtp):
    fake_smtp.answers["MAIL"] = "553 5.7.1 not owned by user"

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port, sent_folder="-"))

    assert outcome(checks) == [
        (
            "Sending as care@shop.example",
            "The sending server does not let this login write as care@shop.example.",
        )
    ]
    assert fake_smtp.mails == []


def test_a_line_that_breaks_at_the_sender_is_told(connector, fake_imap, fake_smtp):
    fake_smtp.drops_at = "MAIL"

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port, sent_folder="-"))

    assert [name for name, _ in outcome(checks)] == ["Sending: hand over mail"]


def test_raw_answers_stay_out_of_sight(connector, fake_imap, fake_smtp):
    fake_imap.refuses_login_with = "[ALERT] Zugangscode 17 erforderlich"
    fake_smtp.answers["MAIL"] = "553 Zugangscode 17"

    checks = connector.check(make_account(fake_imap.port, fake_smtp.port))

    assert len(outcome(checks)) == 2
    assert "Zugangscode" not in repr(checks)


def test_settings_that_make_no_sense_are_told(connector):
    assert [name for name, _ in outcome(connector.check(make_account(1, 1, imap_port="many")))] == [
        "Settings"
    ]
    assert [name for name, _ in outcome(connector.check(make_account(1, 1, address="nobody")))] == [
        "Settings"
    ]


@contextmanager
def encrypted(server, certificate):
    """Let a fake speak TLS from the start."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    plain = server.get_request

    def get_request():
        line, address = plain()
        line.settimeout(5)
        return context.wrap_socket(line, server_side=True), address

    server.get_request = get_request
    yield


def test_a_certificate_nobody_vouches_for_is_told(connector, fake_imap, certificate):
    with encrypted(fake_imap, certificate):
        checks = connector.check(make_account(fake_imap.port, 1, imap_host="localhost", imap_security="ssl"))

    assert outcome(checks)[0] == (
        "Receiving: encryption",
        "The certificate of localhost was signed by nobody but itself.",
    )


def test_a_certificate_of_another_name_is_told(connector, fake_imap, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    with encrypted(fake_imap, certificate):
        checks = connector.check(make_account(fake_imap.port, 1, imap_host="127.0.0.1", imap_security="ssl"))

    assert outcome(checks)[0] == (
        "Receiving: encryption",
        "The certificate of the server belongs to another name than 127.0.0.1.",
    )


def test_a_trusted_certificate_lets_mail_through(fake_imap, certificate, monkeypatch, listen):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    with encrypted(fake_imap, certificate):
        listening = listen(make_account(fake_imap.port, 1, imap_host="localhost", imap_security="ssl"))
        fake_imap.deliver(b"Message-ID: <1@x>\r\n\r\nHello\r\n")

        assert listening.hears(1)
        assert listening.end() < 1.5


def test_encryption_of_the_wrong_kind_is_told(connector, fake_imap, fake_smtp):
    account = make_account(fake_imap.port, fake_smtp.port, imap_security="starttls", smtp_security="ssl")

    assert outcome(connector.check(account)) == [
        ("Receiving: encryption", "127.0.0.1 offers no STARTTLS encryption on this port."),
        ("Sending: encryption", "127.0.0.1 does not speak this kind of encryption on this port."),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_private_addresses_are_known_in_any_disguise(address):
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")
    assert not is_public(address)


def test_a_name_is_resolved_once_and_only_judged_addresses_are_tried(fake_imap, monkeypatch):
    asked = []

    def resolve(*arguments, **more):
        asked.append(arguments)
        return [(2, 1, 6, "", ("127.0.0.1", fake_imap.port))]

    monkeypatch.setattr(dialing.socket, "getaddrinfo", resolve)
    account = make_account(fake_imap.port, 1, imap_host="rebinding.example")

    with pytest.raises(Disconnected):
        imap.enter(mailbox_of(replace(account, may_reach_private_addresses=False)))
    assert fake_imap.connections == 0
    imap.enter(mailbox_of(account)).close()

    assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", Reason.WRONG),
        ("LOGIN failed.", Reason.WRONG),
        ("535 5.7.8 Error: authentication failed: (reason unavailable)", Reason.WRONG),
        ("[ALERT] Application-specific password required", Reason.APP_PASSWORD),
        ("534 5.7.9 Application-specific password required", Reason.APP_PASSWORD),
        ("Application password is REQUIRED", Reason.APP_PASSWORD),
        ("[ALERT] Your account is not enabled for IMAP use.", Reason.SWITCHED_OFF),
        ("[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled", Reason.SWITCHED_OFF),
        ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", Reason.SWITCHED_OFF),
        ("[ALERT] Too many simultaneous connections. (Failure)", Reason.LATER),
        ("[UNAVAILABLE] Temporary authentication failure.", Reason.LATER),
        ("[PRIVACYREQUIRED] Plaintext authentication disallowed", Reason.UNENCRYPTED),
    ],
)
def test_the_reason_of_a_refused_login_is_understood(answer, reason):
    assert reason_of(answer) is reason


def test_gmail_advises_an_app_password(connector, fake_imap):
    fake_imap.refuses_login_with = "[ALERT] Application-specific password required"
    account = make_account(fake_imap.port, 1)
    mailbox = mailbox_of(account)
    gmail = replace(mailbox, imap=replace(mailbox.imap, advice=GOOGLE_ADVICE))

    bad = [check for check in connecting.check_receiving(gmail) if not check.is_good]

    assert [check.advice for check in bad] == [GOOGLE_ADVICE]


def bare(address, **settings):
    return mailbox_of(Account(channel_id=1, name="Shop", settings={"address": address} | settings))


def test_a_known_provider_needs_only_an_address():
    mailbox = bare("Shop@GMail.com")

    assert (mailbox.imap.host, mailbox.imap.port, mailbox.imap.security) == (
        "imap.gmail.com",
        993,
        Security.SSL,
    )
    assert (mailbox.smtp.host, mailbox.smtp.port, mailbox.smtp.security) == (
        "smtp.gmail.com",
        465,
        Security.SSL,
    )
    assert mailbox.imap.user == "Shop@gmail.com"
    assert not mailbox.wants_copies
    assert bare("shop@icloud.com").smtp.security is Security.STARTTLS


def test_an_unknown_provider_is_guessed_from_the_address():
    mailbox = bare("care@shop.example")

    assert (mailbox.imap.host, mailbox.smtp.host) == ("imap.shop.example", "smtp.shop.example")
    assert mailbox.wants_copies
    assert mailbox.folders == ("INBOX",)


def test_a_company_at_a_known_provider_is_recognised_by_its_server():
    mailbox = bare("care@shop.example", imap_host="imap.gmail.com", smtp_host="smtp.gmail.com")

    assert mailbox.imap.advice == GOOGLE_ADVICE
    assert not mailbox.wants_copies


@pytest.mark.parametrize(
    ("entered", "port", "security"),
    [
        ({}, 993, Security.SSL),
        ({"imap_port": "143"}, 143, Security.STARTTLS),
        ({"imap_security": "starttls"}, 143, Security.STARTTLS),
        ({"imap_security": "none", "imap_port": "1143"}, 1143, Security.NONE),
        ({"imap_port": "1993"}, 1993, Security.SSL),
    ],
)
def test_port_and_encryption_follow_from_each_other(entered, port, security):
    server = bare("care@shop.example", **entered).imap

    assert (server.port, server.security) == (port, security)


def test_an_unencrypted_line_is_never_chosen_by_itself():
    for provider in PROVIDERS:
        for domain in provider.domains:
            mailbox = bare(f"care@{domain}")
            assert Security.NONE not in (mailbox.imap.security, mailbox.smtp.security)


def test_fields_are_what_the_mailbox_reads(connector):
    names = {field.name for field in FIELDS}

    assert len(names) == len(FIELDS)
    assert {field.name for field in FIELDS if field.is_required} == {"address", "password"}
    assert {field.name for field in FIELDS if field.is_secret} == {"password", "smtp_password"}
    assert connector.address_of({"address": " Care@Shop.Example "}) == "Care@shop.example"


def test_a_lookup_that_fails_is_not_for_good():
    with pytest.raises(Unreachable):
        imap.enter(mailbox_of(make_account(1, 1, imap_host="mail.invalid")))
