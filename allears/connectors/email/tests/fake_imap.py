"""A small IMAP server that misbehaves on request: what no real server can be made to do."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

CAPABILITIES = "IMAP4rev1 IDLE ID"


@dataclass
class FakeFolder:
    validity: int = 1
    mails: dict[int, bytes] = field(default_factory=dict)
    arrived: dict[int, datetime] = field(default_factory=dict)
    flags: str = "\\HasNoChildren"
    is_read_only: bool = False

    def add(self, mail: bytes, uid: int = 0, arrived_at: datetime | None = None) -> int:
        uid = uid or max(self.mails, default=0) + 1
        self.arrived[uid] = arrived_at or datetime.now(UTC)
        self.mails[uid] = mail
        return uid


def quoted(rest: str, *, last: bool = False) -> str:
    """Give the first or last argument of a command, in quotes or not."""
    words = re.findall(r'"([^"]*)"|(\S+)', rest)[1:]
    return "".join(words[-1] if last else words[0])


class FakeImap(socketserver.ThreadingTCPServer):
    """Each attribute below is one way to misbehave."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.folders = {"INBOX": FakeFolder()}
        self.capabilities = CAPABILITIES
        self.greeting = "* OK ready"
        self.refuses_login_with = ""
        self.drops_at_login = False
        self.refuses_idle = False
        self.drops_at_survey_of: set[int] = set()
        self.drops_at_uids: set[int] = set()
        self.refuses_uids: set[int] = set()
        self.forgets_to_notify = False
        self.tells_next_uid = True
        self.tells_wrong_exists = False
        self.repeats_last_uid = True
        self.is_silent_on: set[str] = set()
        self.hangs_up_in_idle = threading.Event()
        self.changed = threading.Condition()
        self.commands: list[str] = []
        self.connections = 0
        self.greatest_fetch = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def deliver(self, mail: bytes, folder: str = "INBOX", **more: object) -> int:
        with self.changed:
            uid = self.folders[folder].add(mail, **more)  # type: ignore[arg-type]
            self.changed.notify_all()
        return uid

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Talk(socketserver.StreamRequestHandler):
    server: FakeImap
    folder: FakeFolder

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.server.connections += 1
        self.say(self.server.greeting)
        try:
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                tag, _, rest = line.partition(" ")
                self.server.commands.append(rest)
                name = re.sub("^UID ", "UID_", rest.upper()).partition(" ")[0]
                if name in self.server.is_silent_on:
                    self.rfile.readline()
                    return
                if not getattr(self, f"do_{name.lower()}", self.unknown)(tag, rest):
                    return
        except (ConnectionError, ValueError):
            return

    def ok(self, tag: str, text: str = "done") -> bool:
        self.say(f"{tag} OK {text}")
        return True

    def unknown(self, tag: str, rest: str) -> bool:
        self.say(f"{tag} BAD unknown")
        return True

    def do_capability(self, tag: str, rest: str) -> bool:
        self.say(f"* CAPABILITY {self.server.capabilities}")
        return self.ok(tag)

    def do_login(self, tag: str, rest: str) -> bool:
        if self.server.drops_at_login:
            return False
        if self.server.refuses_login_with:
            self.say(f"{tag} NO {self.server.refuses_login_with}")
            return True
        return self.ok(tag)

    def do_id(self, tag: str, rest: str) -> bool:
        self.say("* ID NIL")
        return self.ok(tag)

    def do_noop(self, tag: str, rest: str) -> bool:
        return self.ok(tag)

    def do_logout(self, tag: str, rest: str) -> bool:
        self.say("* BYE")
        return not self.ok(tag)

    def do_list(self, tag: str, rest: str) -> bool:
        wanted = quoted(rest, last=True)
        for name, folder in self.server.folders.items():
            if wanted in ("*", name):
                self.say(f'* LIST ({folder.flags}) "/" "{name}"')
        return self.ok(tag)

    def do_select(self, tag: str, rest: str) -> bool:
        name = quoted(rest)
        if name not in self.server.folders:
            self.say(f"{tag} NO no such folder")
            return True
        self.folder = self.server.folders[name]
        count = 999_999 if self.server.tells_wrong_exists else len(self.folder.mails)
        self.say(f"* {count} EXISTS")
        self.say("* 0 RECENT")
        self.say("* FLAGS ()")
        self.say(f"* OK [UIDVALIDITY {self.folder.validity}] ok")
        if self.server.tells_next_uid:
            self.say(f"* OK [UIDNEXT {max(self.folder.mails, default=0) + 1}] ok")
        is_read_only = self.folder.is_read_only or rest.upper().startswith("EXAMINE")
        return self.ok(tag, "[READ-ONLY]" if is_read_only else "[READ-WRITE]")

    do_examine = do_select

    def do_uid_search(self, tag: str, rest: str) -> bool:
        found = sorted(self.folder.mails)
        if match := re.search(r"UID (\d+):\*", rest):
            newer = [uid for uid in found if uid >= int(match[1])]
            found = newer or (found[-1:] if self.server.repeats_last_uid else [])
        elif "UID *" in rest[4:]:
            found = found[-1:]
        elif match := re.search(r"SINCE (\S+)", rest):
            day = datetime.strptime(match[1].strip('"'), "%d-%b-%Y").replace(tzinfo=UTC)
            found = [uid for uid in found if self.folder.arrived[uid] >= day]
        elif match := re.search(r'HEADER "?Message-ID"? "?<?([^">]+)', rest, re.IGNORECASE):
            found = [uid for uid in found if match[1].encode() in self.folder.mails[uid]]
        self.say("* SEARCH " + " ".join(map(str, found)))
        return self.ok(tag)

    def do_uid_fetch(self, tag: str, rest: str) -> bool:
        uids = [int(uid) for uid in rest.split()[2].split(",")]
        if "BODY.PEEK[]" in rest:
            self.server.greatest_fetch = max(self.server.greatest_fetch, len(uids))
            if self.server.refuses_uids & set(uids):
                self.say(f"{tag} NO can't read that")
                return True
        if "RFC822.SIZE" in rest and self.server.drops_at_survey_of & set(uids):
            return False
        for uid in uids:
            if uid in self.folder.mails and not self.fetch_one(uid, rest):
                return False
        return self.ok(tag)

    def fetch_one(self, uid: int, rest: str) -> bool:
        mail = self.folder.mails[uid]
        arrived = self.folder.arrived[uid].strftime("%d-%b-%Y %H:%M:%S +0000")
        parts = [f"UID {uid}"]
        if "INTERNALDATE" in rest:
            parts.append(f'INTERNALDATE "{arrived}"')
        if "RFC822.SIZE" in rest:
            parts.append(f"RFC822.SIZE {len(mail)}")
        name = ""
        if "HEADER.FIELDS" in rest:
            name, mail = (
                "BODY[HEADER.FIELDS (MESSAGE-ID)]",
                b"\r\n".join(re.findall(rb"(?im)^message-id:.*$", mail)),
            )
        elif "BODY.PEEK[]" in rest:
            name = "BODY[]"
        head = f"* 1 FETCH ({' '.join(parts)}"
        if not name:
            self.say(f"{head})")
            return True
        self.wfile.write(f"{head} {name} {{{len(mail)}}}\r\n".encode())
        if uid in self.server.drops_at_uids and name == "BODY[]":
            self.wfile.write(mail[: len(mail) // 2])
            return False
        self.wfile.write(mail + b")\r\n")
        return True

    def do_append(self, tag: str, rest: str) -> bool:
        name = quoted(rest)
        size = int(rest.rpartition("{")[2].rstrip("}"))
        if name not in self.server.folders or self.server.folders[name].is_read_only:
            self.say(f"{tag} NO [TRYCREATE] no")
            return True
        self.say("+ go on")
        mail = self.rfile.read(size)
        self.rfile.readline()
        self.server.deliver(mail, name)
        return self.ok(tag)

    def do_idle(self, tag: str, rest: str) -> bool:
        if self.server.refuses_idle:
            return self.unknown(tag, rest)
        known = len(self.folder.mails)
        self.say("+ idling")
        self.connection.settimeout(0.05)
        while True:
            if self.server.hangs_up_in_idle.is_set():
                return False
            if len(self.folder.mails) != known and not self.server.forgets_to_notify:
                known = len(self.folder.mails)
                self.say(f"* {known} EXISTS")
            try:
                said = self.connection.recv(100)
            except TimeoutError:
                continue
            self.connection.settimeout(None)
            return bool(said) and self.ok(tag)
