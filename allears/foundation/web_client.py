"""The one way out to the web: it times out, limits sizes and refuses private addresses.

The very address that was checked (addresses.py) is connected to, so no changing name leads inside;
redirects are not followed.
"""

import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from threading import Event
from time import monotonic
from typing import Any

import httpcore
import httpx

from allears.connectors.errors import Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.words import mark
from allears.foundation.addresses import resolve_public_address
from allears.foundation.clock import now

SILENCE = 15.0
LONGEST = 60.0
LARGEST_ANSWER = 8 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
LOOK_UP_EVERY = 0.5


class _Until(threading.local):
    """The moment at which this thread's request has to be over; for a line, the event that ends it."""

    moment: float | None = None
    stop: Event | None = None


_until = _Until()


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    _until.moment = monotonic() + seconds
    try:
        yield
    finally:
        _until.moment = None


def _time_left(timeout: float | None) -> float | None:
    """Return what may be waited for one step. Raise ReadTimeout when the request's time is up."""
    if _until.moment is None:
        return timeout
    left = _until.moment - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(left, timeout)


class _Stopped(Exception):
    """A line was ended by us."""


def _read_until_stopped(line: httpcore.NetworkStream, size: int, silence: float | None, stop: Event) -> bytes:
    """Wait for bytes, looking up now and then whether to stop. Raise _Stopped, or ReadTimeout after a silence."""
    ends_at = monotonic() + (silence or 0)
    while not stop.is_set():
        try:
            return line.read(size, LOOK_UP_EVERY)
        except httpcore.ReadTimeout:
            if silence is not None and monotonic() >= ends_at:
                raise
    raise _Stopped


class _BoundedStream(httpcore.NetworkStream):
    """A line whose every step, together, ends in time: nobody can hold us by trickling."""

    def __init__(self, line: httpcore.NetworkStream) -> None:
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if _until.stop is not None:
            return _read_until_stopped(self._line, max_bytes, timeout, _until.stop)
        return self._line.read(max_bytes, _time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.write(buffer, _time_left(timeout))

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._line.start_tls(ssl_context, server_hostname, _time_left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


class _GuardedBackend(httpcore.SyncBackend):
    """Connect only to public addresses, unless this installation allows private ones."""

    def __init__(self, *, is_strict: bool = False) -> None:
        self._is_strict = is_strict

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = resolve_public_address(host, port, is_strict=self._is_strict)
        return _BoundedStream(super().connect_tcp(address, port, timeout, local_address, socket_options))


@contextmanager
def _meaning_of(*, reads: bool) -> Iterator[None]:
    """Turn what went wrong with a request into what it means."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Unreachable(raw=type(error).__name__) from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Refused(mark("The address is not a web address."), raw=str(error)) from error
    except httpx.UnsupportedProtocol as error:
        raise Refused(mark("The address must begin with https:// or http://."), raw=str(error)) from error
    except httpx.HTTPError as error:
        raise (Unreachable if reads else Unknown)(raw=type(error).__name__) from error


def _raise_for_line(response: httpx.Response) -> None:
    """Turn the status of a line that was not opened into what it means."""
    status = response.status_code
    if status in {401, 403}:
        raise Disconnected(raw=str(status))
    if status == 429:
        raise SlowDown(now() + timedelta(minutes=1), raw=str(status))
    if status != 200:
        raise Unreachable(raw=str(status))


def _lines_of(response: httpx.Response, stop: Event) -> Iterator[bytes]:
    """Cut what comes into lines, at line feeds alone: other separators may stand inside JSON."""
    chunks, rest = response.iter_bytes(), b""
    while not stop.is_set():
        chunk = _next_chunk(chunks, stop)
        if chunk is None:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE or any(len(line) > LONGEST_LINE for line in lines):
            raise Unreachable(raw="line too long")
        for line in lines:
            if stop.is_set():
                return
            yield line.removesuffix(b"\r")


def _next_chunk(chunks: Iterator[bytes], stop: Event) -> bytes | None:
    """Return the next bytes, None when the line ended, by the network or by us.

    The event stands only while this thread waits here, for between two lines it may ask for other things.
    """
    _until.stop = stop
    try:
        return next(chunks, None)
    except _Stopped:
        return None
    finally:
        _until.stop = None


class WebClient:
    """Speaks HTTP for connectors and webhooks. Thread-safe.

    A request takes at most `longest` seconds once its host is known, with no silence longer than `silence`, and
    of an answer at most `largest` bytes are read; `is_strict` as in `resolve_public_address`.
    """

    def __init__(
        self,
        *,
        longest: float = LONGEST,
        largest: int = LARGEST_ANSWER,
        silence: float = SILENCE,
        is_strict: bool = False,
    ) -> None:
        self._longest = longest
        self._largest = largest
        self._timeout = httpx.Timeout(silence, connect=8.0)
        self._is_strict = is_strict

    @cached_property
    def _client(self) -> httpx.Client:
        """Open on first use: reading the machine's certificates takes longer than a whole start may."""
        certificates = httpx.create_ssl_context()
        transport = httpx.HTTPTransport(verify=certificates, retries=0)
        transport._pool = httpcore.ConnectionPool(  # noqa: SLF001
            ssl_context=certificates,
            network_backend=_GuardedBackend(is_strict=self._is_strict),
            keepalive_expiry=20,
        )
        return httpx.Client(transport=transport, timeout=self._timeout, trust_env=False)

    def request(  # noqa: PLR0913 - a request has that many parts
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        budget: str = "",
        reads: bool = False,
        largest: int = 0,
    ) -> httpx.Response:
        """Ask once. Raise Refused, Unreachable (nothing was sent, or it only reads), or Unknown (it may have been)."""
        with _meaning_of(reads=reads or method in {"GET", "HEAD"}):
            request = self._client.build_request(
                method,
                url,
                content=body or None,
                headers=dict(headers or {}),
                params=dict(query or {}) or None,
            )
            with _within(self._longest):
                return self._send(request, largest or self._largest)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        budget: str = "",
        largest: int = 0,
    ) -> httpx.Response:
        """Ask for something, once. Raise Refused or Unreachable."""
        return self.request("GET", url, headers=headers, query=query, budget=budget, largest=largest)

    def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], budget: str = "", reads: bool = False
    ) -> httpx.Response:
        """Post bytes, once. Raise as `request` does."""
        return self.request("POST", url, body=body, headers=headers, budget=budget, reads=reads)

    def lines(
        self, url: str, *, headers: Mapping[str, str] | None = None, stop: Event, silence: float = 90.0
    ) -> Iterator[bytes]:
        """Hold a GET open and yield its lines until `stop`. Raise Unreachable when it breaks or falls silent.

        A line longer than a megabyte is no line of any network: it ends the talk.
        """
        timeout = httpx.Timeout(15.0, connect=8.0, read=silence)
        with _meaning_of(reads=True):
            request = self._client.build_request("GET", url, headers=dict(headers or {}), timeout=timeout)
            response = self._client.send(request, stream=True)
            try:
                _raise_for_line(response)
                yield from _lines_of(response, stop)
            finally:
                response.close()

    def _send(self, request: httpx.Request, largest: int) -> httpx.Response:
        response = self._client.send(request, stream=True)
        try:
            content = b""
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > largest:
                    break
            headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
            return httpx.Response(response.status_code, headers=headers, content=content)
        finally:
            response.close()
