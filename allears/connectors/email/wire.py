"""The IMAP library on a socket of ours: a checked address, bounded sizes, an IDLE that misses nothing."""

import imaplib
import select
import socket
import ssl
import threading
from contextlib import suppress
from io import BufferedReader
from typing import TYPE_CHECKING, Literal

from imapclient import IMAPClient

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

READ_SECONDS = 30.0
LARGEST_MAIL = 100_000_000
SEND_AT_ONCE = 65536


class Wire(imaplib.IMAP4):
    """The protocol over a socket that is already open."""

    def __init__(self, host: str, port: int, line: socket.socket) -> None:
        self.ready_line = line
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self.ready_line

    def login(self, user: str, password: str) -> tuple[Literal["OK"], list[bytes]]:
        # The library puts only the password in quotes.
        quoted: str = self._quote(user)
        return super().login(quoted, password)

    def read(self, size: int) -> bytes:
        # The server names the size and we would reserve it.
        if size > LARGEST_MAIL:
            message = "literal too large"
            raise self.abort(message)
        return super().read(size)

    def send(self, data: "Buffer") -> None:
        # The time limit of sendall is for the whole, so a large mail goes in pieces.
        view = memoryview(data)
        for start in range(0, len(view), SEND_AT_ONCE):
            self.sock.sendall(view[start : start + SEND_AT_ONCE])

    def begin_idle(self) -> bytes:
        """Start IDLE and give its tag; what the server says before agreeing is kept for later."""
        tag: bytes = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands[tag]:
                message = "IDLE refused"
                raise self.error(message)
        return tag

    def end_idle(self, tag: bytes) -> None:
        self.send(b"DONE\r\n")
        self._command_complete("IDLE", tag)

    def has_news(self, seconds: float) -> bool:
        """Wait until the server says something, or hangs up, or the time is over."""
        if self.has_buffered():
            return True
        poller = select.poll()
        poller.register(self.sock.fileno(), select.POLLIN)
        return bool(poller.poll(seconds * 1000))

    def has_buffered(self) -> bool:
        """Say whether bytes wait that were read from the socket already, which a poll would not see."""
        self.sock.setblocking(False)
        try:
            reader = self.file
            return isinstance(reader, BufferedReader) and bool(reader.peek(1))
        except ssl.SSLWantReadError:
            return False
        finally:
            self.sock.settimeout(READ_SECONDS)


class Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient on a Wire; `_create_IMAP4` is where the library opens its connection."""

    def __init__(self, host: str, port: int, line: socket.socket) -> None:
        self.ready_line = line
        super().__init__(host, port, ssl=False, timeout=READ_SECONDS)
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802
        self.wire = Wire(self.host, self.port, self.ready_line)
        return self.wire


class Cutter:
    """Hangs up as soon as it is asked to stop, so that no read outlives the wish to end."""

    def __init__(self, line: socket.socket, stop: threading.Event) -> None:
        self.line = line
        self.stop = stop
        self.is_over = threading.Event()
        threading.Thread(target=self.watch, daemon=True, name="hang up on stop").start()

    def watch(self) -> None:
        while not self.is_over.wait(0.5):
            if self.stop.is_set():
                # The plain shutdown: the TLS one forgets its state under the reader's feet.
                with suppress(OSError):
                    socket.socket.shutdown(self.line, socket.SHUT_RDWR)

    def retire(self) -> None:
        self.is_over.set()
