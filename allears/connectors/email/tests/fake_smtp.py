"""A small SMTP server that misbehaves on request, above all around the end of the mail."""

import socketserver
import threading
from base64 import b64decode


class FakeSmtp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.extensions = ["SIZE 10000000", "AUTH PLAIN LOGIN", "8BITMIME"]
        self.answers: dict[str, str] = {}
        self.drops_at = ""
        self.stalls_at = ""
        self.mails: list[bytes] = []
        self.commands: list[str] = []
        self.logins: list[str] = []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def stop(self) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()


class Talk(socketserver.StreamRequestHandler):
    """The moments: greeting, EHLO, AUTH, MAIL, RCPT, DATA, body, verdict, QUIT."""

    server: FakeSmtp

    def answer(self, moment: str, usual: str) -> bool:
        if self.server.drops_at == moment:
            return False
        if self.server.stalls_at == moment:
            self.server.released.wait(10)
            return False
        self.wfile.write(self.server.answers.get(moment, usual).encode() + b"\r\n")
        return True

    def handle(self) -> None:
        try:
            goes_on = self.answer("greeting", "220 fake ready")
            while goes_on and (line := self.rfile.readline().decode(errors="replace").rstrip()):
                goes_on = self.obey(line)
        except ConnectionError:
            return

    def obey(self, line: str) -> bool:
        self.server.commands.append(line)
        verb = line.split(maxsplit=1)[0].upper()
        if verb == "EHLO":
            lines = ["fake", *self.server.extensions]
            usual = "\r\n".join(f"250{' ' if text is lines[-1] else '-'}{text}" for text in lines)
            return self.answer("EHLO", usual)
        if verb == "AUTH":
            self.server.logins.append(b64decode(line.rsplit(maxsplit=1)[-1]).decode())
            return self.answer("AUTH", "235 welcome")
        if verb == "DATA":
            return self.take_mail()
        if verb == "QUIT":
            return self.answer("QUIT", "221 bye") and False
        return self.answer(verb, "250 fine")

    def take_mail(self) -> bool:
        if not self.answer("DATA", "354 go on"):
            return False
        if not self.server.answers.get("DATA", "354").startswith("354"):
            return True
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or self.server.drops_at == "body":
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(b"".join(lines))
        return self.answer("verdict", "250 taken")
