"""Address lists as people really write them, and one form for each address."""

import re
import unicodedata
from dataclasses import dataclass

from allears.connectors.email.charsets import clean_text
from allears.connectors.email.encoded_words import read_words

MOST_ADDRESSES = 200
_LONGEST_LIST = 60_000
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 200
_LONGEST_PHRASE = 1_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\((?:[^()\\]|\\.)*\)|[,;:]|[^",;:<(]+|.', re.DOTALL)
_BARE = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_ESCAPED = re.compile(r"\\(.)")
# Direction marks let a name pretend to be another.
_TRICKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address with its name as written; the name may be empty."""

    name: str
    address: str

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def read_mailboxes(raw: str) -> list[Mailbox]:
    """Read a raw address list: groups, comments, quoted and encoded names, missing brackets."""
    found: list[Mailbox] = []
    for tokens in _split(raw[:_LONGEST_LIST]):
        mailbox = _read_mailbox(tokens)
        if mailbox:
            found.append(mailbox)
        if len(found) >= MOST_ADDRESSES:
            break
    return found


def _split(raw: str) -> list[list[str]]:
    entries: list[list[str]] = [[]]
    for token in _TOKEN.findall(raw):
        if token in {",", ";"}:
            entries.append([])
        elif token.startswith(":"):
            entries[-1] = _after_colon(entries[-1])
        else:
            entries[-1].append(token)
    return entries


def _after_colon(tokens: list[str]) -> list[str]:
    # "Group: a@b.c;" or "mailto:a@b.c"; a colon after an address belongs to a name.
    return [*tokens, ":"] if any("@" in token for token in tokens) else []


def _read_mailbox(tokens: list[str]) -> Mailbox | None:
    angle = next((token for token in reversed(tokens) if token[0] == "<" and token[-1] == ">"), "")
    comment = " ".join(token[1:-1] for token in tokens if token[0] == "(" and len(token) > 1)
    words = [token for token in tokens if token != angle and token[0] != "("]
    phrase = "".join(words)[:_LONGEST_PHRASE]
    address = normalise_address(angle[1:-1]) if angle else ""
    if not address:
        bare = _BARE.search(phrase)
        address = normalise_address(bare[0]) if bare else ""
        phrase = phrase.replace(bare[0], " ", 1) if bare else phrase
    if not address:
        return None
    return Mailbox(clean_name(phrase) or clean_name(comment), address)


def clean_name(raw: str) -> str:
    """Give a name as a person would write it: decoded, without quotes, on one line."""
    name = raw.strip()
    if '"' in name:
        name = _ESCAPED.sub(r"\1", name.replace('\\"', "\0")).replace('"', "").replace("\0", '"')
    name = _TRICKS.sub("", read_words(name)).strip(" \t'\"<>,;")
    return name[:_LONGEST_NAME].strip()


def normalise_address(raw: str) -> str:
    """Give the one form of an address (lower case, NFC, domain in ASCII where it can be), or ""."""
    text = read_words(raw) if "=?" in raw or not raw.isascii() else clean_text(raw)
    text = "".join(text.split()).strip("<>\"',;").removeprefix("mailto:")
    text = unicodedata.normalize("NFC", _TRICKS.sub("", text)).lower()
    local, _, domain = text.rpartition("@")
    domain = _to_ascii(domain.rstrip("."))
    if not local or not domain or len(local) + len(domain) >= _LONGEST_ADDRESS:
        return ""
    return f"{local}@{domain}"


def _to_ascii(domain: str) -> str:
    # Python's codec is the older standard, which would change these two letters.
    if domain.isascii() or "ß" in domain or "ς" in domain:
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
