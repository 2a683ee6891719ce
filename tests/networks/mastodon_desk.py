"""A desk on the Mastodon server of the tests, and its customer."""

from dataclasses import replace
from datetime import UTC, datetime

from allears.connectors.interface import (
    Delivery,
    Heard,
    Incoming,
    Item,
    Nothing,
    Outgoing,
    Record,
    Sent,
    Visibility,
)
from allears.connectors.mastodon import CONNECTOR
from tests.networks.mastodon import MastodonServer, Person

AT = datetime(2026, 11, 22, tzinfo=UTC)
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac\xfc\xff\xff?"
    b"\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)


class Desk:
    """Our side: hears by polling, keeps the marks, and answers."""

    def __init__(self, server: MastodonServer, brand: Person) -> None:
        self.server = server
        self.brand = brand
        self.account = server.account_for(brand)
        self.marks: dict[str, str] = {}
        self.known: set[str] = set()

    def poll(self) -> list[Record | Nothing]:
        """Hear once, and read all that was heard."""
        found: list[Record | Nothing] = []
        for heard in CONNECTOR.poll(self.account, dict(self.marks)):
            self.marks[heard.place] = heard.mark
            found += self.read(heard)
        return found

    def read(self, heard: Heard) -> list[Record | Nothing]:
        found: list[Record | Nothing] = []
        for piece in heard.pieces:
            read = CONNECTOR.read(Delivery(body=piece.body, received_at=AT), self.account)
            found += [read] if isinstance(read, Nothing) else list(read)
        return found

    def messages(self) -> list[Incoming]:
        found = {one.external_id: one for one in self.poll() if isinstance(one, Incoming) and not one.is_ours}
        return list(found.values())

    def answer(self, to: Incoming, text: str, visibility: Visibility | None = None, **more: object) -> Sent:
        return CONNECTOR.send(self.reply(to, text, visibility, **more), self.account)

    def reply(
        self, to: Incoming, text: str, visibility: Visibility | None = None, **more: object
    ) -> Outgoing:
        outgoing = Outgoing(
            key=f"dispatch-1-{to.external_id}-{len(text)}",
            external_id="",
            text=text,
            visibility=visibility or to.visibility,
            to=to.author,
            in_reply_to=to.external_id,
            sent_at=datetime.now(UTC),
            item=item_of(to),
        )
        return replace(outgoing, **more)  # type: ignore[arg-type]


def item_of(incoming: Incoming) -> Item:
    return Item(
        external_id=incoming.external_id,
        author=incoming.author,
        sent_at=incoming.sent_at,
        visibility=incoming.visibility,
        kind=incoming.item,
        text=incoming.text,
        thread=incoming.thread,
        is_ours=incoming.is_ours,
        facts=incoming.facts,
    )


def people_of(server: MastodonServer, name: str) -> tuple[Desk, Person]:
    """Let the brand with its desk, and a customer, join; each name has new ones."""
    number = abs(hash(name)) % 10**8
    return Desk(server, server.join(f"brand{number}", "Kettle Works")), server.join(f"ann{number}", "Ann")
