"""The connector of live chat."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from allears.connectors.chat.reading import read_line
from allears.connectors.errors import Unreadable, Unverified
from allears.connectors.interface import (
    Ability,
    Account,
    Check,
    Delivery,
    Field,
    Incoming,
    Nothing,
    Outgoing,
    Piece,
    Sent,
)
from allears.connectors.words import mark

NOT_PUSHED = mark("Visitors write in the widget; nothing can be pushed here.")


class ChatConnector:
    """Hears visitors of a web site and answers them while they are there."""

    kind = "chat"
    label = mark("Live chat")
    knows_people_everywhere = False
    # Whoever chats waits for every second; a slip of the finger is seen at once.
    hold_seconds = 3
    can = frozenset(
        {Ability.REPLY_PRIVATELY, Ability.ATTACH, Ability.LOOK_UP, Ability.CHAT, Ability.MAY_GO_UNSEEN}
    )
    fields = (
        Field(
            name="origins",
            label=mark("Web sites that may show it"),
            help=mark("One address per line, such as https://shop.example. Empty: any site may."),
            is_required=False,
            is_long=True,
        ),
        Field(
            name="greeting",
            label=mark("Greeting"),
            help=mark("The first words a visitor reads. Empty: a short welcome in their language."),
            is_required=False,
        ),
        Field(
            name="ask",
            label=mark("Ask for name and e-mail address"),
            help=mark("With an address, an answer that a visitor no longer sees also goes out by mail."),
            default="closed",
            choices=(
                ("never", mark("Never")),
                ("closed", mark("Only while nobody is there")),
                ("before", mark("Before the chat begins")),
            ),
        ),
        Field(
            name="secret",
            label=mark("Secret for signed identities"),
            help=mark(
                "With it your site can tell us for certain who is writing. Leave it empty to have one made."
            ),
            is_secret=True,
            is_required=False,
            group=mark("For your developers"),
        ),
    )

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Name the first site that shows it."""
        origins = allowed_origins(settings)
        return (urlsplit(origins[0]).netloc or origins[0])[:254] if origins else ""

    def objection(self, settings: Mapping[str, str]) -> str:
        """An answer always finds its way: the visitor sees it as soon as they look."""
        return ""

    def make_secret(self) -> str:
        """Make the secret that signs identities."""
        return secrets.token_urlsafe(32)

    def check(self, account: Account) -> list[Check]:
        """Read the addresses of sites again; there is nothing else that could fail."""
        wrong = wrong_origins(account.settings)
        if wrong:
            return [
                Check(
                    name=mark("Web sites"),
                    is_good=False,
                    message=mark("This is not the address of a web site: %(origin)s"),
                    advice=mark("Write it as https://shop.example, without a path."),
                    facts={"origin": wrong[0][:80]},
                )
            ]
        if allowed_origins(account.settings):
            return [Check(name=mark("Web sites"), is_good=True, message=mark("Only your sites may show it."))]
        return [Check(name=mark("Web sites"), is_good=True, message=mark("Any web site may show it."))]

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Raise Unverified: nobody pushes anything to us."""
        raise Unverified(NOT_PUSHED)

    def split(self, delivery: Delivery) -> list[Piece]:
        """Raise Unreadable: nobody pushes anything to us."""
        raise Unreadable(NOT_PUSHED)

    def read(self, delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
        """Translate one line."""
        return [read_line(delivery.body)]

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Say that it is sent: from that moment the visitor's open page and every later visit show it."""
        return Sent(external_id=outgoing.external_id)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Find that it was sent, for sending is nothing that could have failed."""
        return Sent(external_id=outgoing.external_id)


def allowed_origins(settings: Mapping[str, str]) -> list[str]:
    """List the origins that may show a channel's widget, as browsers write them; none: any may."""
    return [line.strip().rstrip("/").lower() for line in settings.get("origins", "").split() if line.strip()]


def wrong_origins(settings: Mapping[str, str]) -> list[str]:
    """List what stands among the origins and is none."""
    return [origin for origin in allowed_origins(settings) if not _is_origin(origin)]


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_whole = f"{parts.scheme}://{parts.netloc}" == text and parts.port != 0
    except ValueError:
        return False
    return is_whole and parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def sign_identity(secret: str, id_: str) -> str:
    """Sign a customer's id as their site does: HMAC-SHA256 with the channel's secret, in hexadecimal."""
    return hmac.new(secret.encode(), id_.encode(), hashlib.sha256).hexdigest()


def is_signed(secret: str, id_: str, signature: str) -> bool:
    """Say whether an id was signed with the channel's secret."""
    wanted = sign_identity(secret, id_)
    return bool(secret and id_) and hmac.compare_digest(wanted.encode(), signature.lower().encode())


CONNECTOR = ChatConnector()
