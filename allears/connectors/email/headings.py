"""The header lines of a mail we write. Nothing that was entered can start a line of its own."""

import re
from collections.abc import Sequence
from email.header import Header

from allears.connectors.errors import Refused
from allears.connectors.words import mark

MOST_REFERENCES = 20
LONGEST_ID = 900
LONGEST_LOCAL_PART = 64
REPLY_PREFIX = re.compile(
    r"^\s*(?:re|aw|antw|sv|vs|odp|rif|res|ответ|отв|на|trả lời|tl)(?:\[\d+\]|\(\d+\))?\s*[:：]\s*",
    re.IGNORECASE,
)
UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f<>()\[\],;:\\\"]")


def one_line(value: str) -> str:
    """Take out everything that could end a header line, and what no terminal should be shown."""
    value = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", value)
    return value.encode("utf-8", "replace").decode().strip()


def text_header(name: str, value: str) -> str:
    """Write a header of free text, encoded where it must be and folded."""
    return f"{name}: {encoded(name, one_line(value))}"


def encoded(name: str, value: str) -> str:
    is_plain = value.isascii() and "=?" not in value
    return Header(value, "us-ascii" if is_plain else "utf-8", header_name=name).encode(linesep="\r\n")


def address_header(name: str, shown_name: str, address: str) -> str:
    """Write a header that holds one address."""
    shown = one_line(shown_name)
    if not shown:
        return f"{name}: {address}" if "<" not in address else f"{name}: <{address}>"
    if shown.isascii() and "=?" not in shown and len(shown) <= 200:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f'"{escaped}"'
    else:
        phrase = Header(shown, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {phrase}\r\n <{address}>"


def ids_header(name: str, ids: Sequence[str]) -> str:
    return f"{name}: " + "\r\n ".join(f"<{message_id}>" for message_id in ids)


def clean_ids(ids: Sequence[str]) -> list[str]:
    """Keep the ids that a header can carry, each once, in order."""
    trimmed = (one_line(message_id).strip("<> ") for message_id in ids)
    return list(
        dict.fromkeys(
            i for i in trimmed if i and i.isascii() and len(i) <= LONGEST_ID and "<" not in i and ">" not in i
        )
    )


def bounded(ids: list[str]) -> list[str]:
    """Keep the first, which names the thread, and the nearest ones."""
    return ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]]


def reply_subject(subject: str, *, is_reply: bool) -> str:
    """Put one "Re:" before the subject of a reply, however many it had in whatever language."""
    subject = one_line(subject)
    if not is_reply:
        return subject
    while found := REPLY_PREFIX.match(subject):
        subject = subject[found.end() :]
    return f"Re: {subject}".strip()


def sendable_address(address: str) -> str:
    """Give an address as it goes over the wire, its domain in ASCII. Raise Refused if it can't be one."""
    local, _, domain = address.strip().rpartition("@")
    quoted = len(local) > 2 and local.startswith('"') and local.endswith('"')
    is_safe = not UNSAFE_IN_ADDRESS.search(domain) and (quoted or not UNSAFE_IN_ADDRESS.search(local))
    if not local or not domain or not is_safe or one_line(local) != local:
        raise no_address(address)
    if domain.isascii():
        return f"{local}@{domain}"
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise no_address(address) from error


def no_address(address: str) -> Refused:
    return Refused(
        mark("“%(address)s” is not an address that mail can be sent to."), address=one_line(address)[:200]
    )


def with_token(address: str, token: str) -> str:
    """Give the address with a token after a plus, or nothing where that would grow too long."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{one_line(token)}"
    if not token or local.startswith('"') or UNSAFE_IN_ADDRESS.search(tagged):
        return ""
    return f"{tagged}@{domain}" if len(tagged.encode()) <= LONGEST_LOCAL_PART else ""
