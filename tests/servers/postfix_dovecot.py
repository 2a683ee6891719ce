"""Postfix and Dovecot of our own: configured in a folder of their own, on free ports of this machine."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POSTFIX_DAEMONS = Path("/usr/lib/postfix/sbin")
PASSWORD = "open-sesame"
MAILBOXES = ("care@shop.example", "ann@customers.example", "bob@customers.example")

DOVECOT_CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
recipient_delimiter = +
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Gesendet {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  unix_listener {folder}/queue/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"""

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.shop.example
mynetworks = 192.0.2.1/32
mydestination =
alias_maps =
recipient_delimiter = +
virtual_mailbox_domains = shop.example, customers.example
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
local_transport = error:none here
default_transport = error:none here
message_size_limit = 2000000
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
"""

# The services a receiving and relaying server needs, none of them in a chroot.
MASTER_CF = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class MailMissing(RuntimeError):
    """Postfix and Dovecot can't run here; the message says why."""


class MailFailed(RuntimeError):
    """Postfix or Dovecot did not start; the message is what they wrote to their logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealMail:
    """Both servers running. `certificate` is their own, for `localhost`."""

    folder: Path
    imap: int
    imaps: int
    lmtp: int
    smtp: int
    smtps: int

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def names(self) -> Mapping[str, str]:
        """What the configurations are filled in with."""
        ports = {name: str(getattr(self, name)) for name in ("imap", "imaps", "lmtp", "smtp", "smtps")}
        mailboxes = ", ".join(f"{address}=yes" for address in MAILBOXES)
        return ports | {
            "folder": str(self.folder),
            "daemons": str(POSTFIX_DAEMONS),
            "mailboxes": mailboxes,
            "password": PASSWORD,
        }


@contextmanager
def running_mail() -> Iterator[RealMail]:
    """Run Postfix and Dovecot for the length of a block. Raise MailMissing where they can't run."""
    see_what_is_missing()
    # Unix sockets live in there, and their paths may not be long.
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    folder.chmod(0o755)
    ports = dict(zip(("imap", "imaps", "lmtp", "smtp", "smtps"), free_ports(5), strict=True))
    mail = RealMail(folder=folder, **ports)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        configure(mail)
        processes.append(run("/usr/sbin/dovecot", "-F", "-c", f"{folder}/dovecot.conf"))
        wait_for(mail, [mail.imap, mail.imaps, mail.lmtp], processes)
        # Its own start script would stay between us and the server.
        subprocess.run(
            ["/usr/sbin/postfix", "-c", f"{folder}/postfix", "check"], check=True, capture_output=True
        )
        processes.append(run(str(POSTFIX_DAEMONS / "master"), "-c", f"{folder}/postfix", "-s"))
        wait_for(mail, [mail.smtp, mail.smtps], processes)
        yield mail
    finally:
        for process in reversed(processes):
            end(process)
        shutil.rmtree(folder, ignore_errors=True)


def see_what_is_missing() -> None:
    if not Path("/usr/sbin/postfix").exists() or not Path("/usr/sbin/dovecot").exists():
        raise MailMissing(
            "Postfix and Dovecot are not both installed (postfix, dovecot-imapd, dovecot-lmtpd)"
        )
    if os.geteuid() != 0:
        raise MailMissing("Postfix can only be started by root")


def configure(mail: RealMail) -> None:
    """Write what both read, and make the folders they write to."""
    folder = mail.folder
    for name in ("run", "state", "mail", "postfix", "queue", "queue/private", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "mail", "mail", "mail")
    for name in ("queue/private", "data"):
        shutil.chown(folder / name, pwd.getpwnam("postfix").pw_uid)
    (folder / "dovecot.conf").write_text(DOVECOT_CONF.format_map(mail.names))
    (folder / "postfix/main.cf").write_text(MAIN_CF.format_map(mail.names))
    (folder / "postfix/master.cf").write_text(MASTER_CF.format_map(mail.names))
    make_certificate(folder)


def make_certificate(folder: Path) -> None:
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    outputs = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *outputs],
        check=True,
        capture_output=True,
    )


def run(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop one server by its process id; both take their children with them."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_ports(count: int) -> list[int]:
    """Find ports nobody listens on, all of them different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def wait_for(mail: RealMail, ports: list[int], processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait until every port is answered, or say what the servers wrote."""
    until = time.monotonic() + 30
    for port in ports:
        while not is_open(port):
            if time.monotonic() > until or any(process.poll() is not None for process in processes):
                raise MailFailed("\n".join(log.read_text()[-2000:] for log in mail.folder.glob("*.log")))
            time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
