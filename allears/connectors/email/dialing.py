"""Open a connection to a mail server without being led into the network behind our own doors.

The name is resolved once, every address is judged, and the connection goes to a judged address, so
that a name which changes its mind between two look-ups gains nothing.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from contextlib import suppress
from itertools import chain, zip_longest

from allears.connectors.email.troubles import NoEntry, NoLine, Step
from allears.connectors.words import mark

SECONDS_FOR_ONE_ADDRESS = 5.0
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Place = tuple[socket.AddressFamily, str]


def dial(host: str, port: int, *, may_reach_private: bool, seconds: float) -> socket.socket:
    """Connect to a host by name. Raise NoLine if nothing answers, NoEntry if it is not ours to reach."""
    until = time.monotonic() + seconds
    places = resolve(host, port, seconds)
    allowed = [place for place in places if may_reach_private or is_public(place[1])]
    if not allowed:
        raise NoEntry(
            mark("%(host)s lies inside a private network, where All Ears is not allowed to go."),
            step=Step.FIND,
            advice=mark("If it is your own mail server, allow private addresses for this installation."),
            host=host,
        )
    return connect_to_any(host, port, allowed, until)


def resolve(host: str, port: int, seconds: float) -> list[Place]:
    """Look a name up within a time limit, both families taking turns."""
    answers: queue.Queue[list[Place] | OSError] = queue.Queue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([(family, str(place[0])) for family, _, _, _, place in found])
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    # The system's resolver knows no time limit of its own.
    threading.Thread(target=look_up, daemon=True, name="look up a mail server").start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        answer = OSError("timed out")
    if isinstance(answer, OSError):
        raise NoLine(
            mark("There is no server called %(host)s, or its name can't be looked up right now."),
            step=Step.FIND,
            advice=mark("Check the spelling, and look up the name of the server in the provider's help."),
            raw=str(answer),
            host=host,
        )
    return take_turns(answer)


def take_turns(places: list[Place]) -> list[Place]:
    newer = [place for place in places if place[0] == socket.AF_INET6]
    older = [place for place in places if place[0] == socket.AF_INET]
    turns = chain.from_iterable(zip_longest(newer, older))
    return [place for place in turns if place is not None]


def is_public(address: str) -> bool:
    """Say whether an address lies on the open internet, whatever disguise it wears."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            parsed = inner
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def connect_to_any(host: str, port: int, places: list[Place], until: float) -> socket.socket:
    trouble: OSError | None = None
    for family, address in places:
        left = until - time.monotonic()
        if left <= 0:
            break
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(min(left, SECONDS_FOR_ONE_ADDRESS) if len(places) > 1 else left)
        try:
            line.connect((address, port))
            return line
        except OSError as error:
            trouble = error
            line.close()
    raise no_answer(host, port, trouble)


def no_answer(host: str, port: int, trouble: OSError | None) -> NoLine:
    sentence = mark("%(host)s does not answer on port %(port)s.")
    if isinstance(trouble, ConnectionRefusedError):
        sentence = mark("%(host)s is there, but nothing listens on port %(port)s.")
    return NoLine(
        sentence,
        step=Step.CONNECT,
        advice=mark("Check the port, and whether a firewall stands between this server and that one."),
        raw=repr(trouble),
        host=host,
        port=str(port),
    )


def encrypt(line: socket.socket, host: str) -> ssl.SSLSocket:
    """Wrap an open connection in TLS, the certificate checked against the name that was entered."""
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except (OSError, ValueError) as error:
        with suppress(OSError):
            line.close()
        raise explain_encryption(error, host) from error


CERTIFICATE_TROUBLES = {
    10: mark("The certificate of %(host)s has expired."),
    18: mark("The certificate of %(host)s was signed by nobody but itself."),
    19: mark("The certificate of %(host)s comes from an authority that this server does not know."),
    20: mark("The certificate of %(host)s comes from an authority that this server does not know."),
    21: mark("The certificate of %(host)s comes without the certificates that vouch for it."),
    62: mark("The certificate of the server belongs to another name than %(host)s."),
    64: mark("The certificate of the server belongs to another name than %(host)s."),
}


def explain_encryption(error: Exception, host: str) -> NoLine:
    """Turn what TLS stumbled over into a sentence and an advice."""
    raw = repr(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = CERTIFICATE_TROUBLES.get(
            error.verify_code, mark("The certificate of %(host)s can't be trusted.")
        )
        advice = mark(
            "Enter the name that the certificate was made for, or have whoever runs that server renew it. "
            "An authority of your own must be known to the system All Ears runs on."
        )
    elif isinstance(error, TimeoutError):
        sentence = mark("%(host)s did not finish the encrypted greeting in time.")
        advice = mark("Try the other kind of encryption: SSL/TLS and STARTTLS use different ports.")
    else:
        sentence = mark("%(host)s does not speak this kind of encryption on this port.")
        advice = mark("Try the other kind of encryption: SSL/TLS and STARTTLS use different ports.")
    return NoLine(sentence, step=Step.ENCRYPT, advice=advice, raw=raw, host=host)
