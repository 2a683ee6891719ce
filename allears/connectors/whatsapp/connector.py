"""The connector of WhatsApp."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from allears.connectors.interface import (
    Abilities,
    Ability,
    Account,
    Answer,
    Asked,
    Check,
    Deed,
    Delivery,
    File,
    Item,
    Nothing,
    Outgoing,
    Piece,
    Record,
    Sent,
    Template,
)
from allears.connectors.meta.door import HEADERS, TAKEN, greet_subscriber, verify_signature
from allears.connectors.whatsapp import connecting
from allears.connectors.whatsapp.describing import BUDGETS, ENTERED, GUIDE
from allears.connectors.whatsapp.judging import abilities_of
from allears.connectors.whatsapp.reading import cut_delivery, read_delivery
from allears.connectors.whatsapp.sending import do_deed, send_reply
from allears.connectors.words import mark


class WhatsAppConnector:
    """Hears and answers whoever writes to a number."""

    kind = "whatsapp"
    label = mark("WhatsApp")
    knows_people_everywhere = True
    fields = ENTERED
    guide = GUIDE
    budgets = BUDGETS
    headers = HEADERS
    can = frozenset(
        {
            Ability.HEAR_PUSHED,
            Ability.REPLY_PRIVATELY,
            Ability.ATTACH,
            Ability.REACT,
            Ability.JUDGE_ITEMS,
            Ability.FIND_OUT,
            Ability.SUBSCRIBE,
            Ability.FETCH_FILES,
            Ability.TEMPLATES,
        }
    )

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Customers know the number."""
        return settings.get("handle", "")

    def objection(self, settings: Mapping[str, str]) -> str:
        """A number can always answer something."""
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try the token, its permissions, the number and the business account."""
        return connecting.check_number(account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask what must be known of our number."""
        return connecting.find_out_number(account)

    def subscribe(self, account: Account) -> None:
        """Have WhatsApp deliver to our door."""
        connecting.subscribe_number(account)

    def subscription(self, account: Account) -> Check:
        """Say whether WhatsApp delivers to our door."""
        return connecting.check_deliveries(account)

    def greet(self, asked: Asked, account: Account) -> Answer | None:
        """Answer Meta's question with its challenge."""
        return greet_subscriber(asked, account.settings.get("verify_token", ""))

    def acknowledge(self, delivery: Delivery) -> Answer:
        """Meta wants 200, soon."""
        return TAKEN

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Check the signature made with the app's secret."""
        verify_signature(delivery, account.secrets.get("app_secret", ""))

    def split(self, delivery: Delivery) -> list[Piece]:
        """Cut a delivery into one piece for each message, receipt and notice."""
        return cut_delivery(delivery.body)

    def read(self, delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
        """Translate a piece."""
        return read_delivery(delivery.body, delivery.received_at)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Say what can be done with a message."""
        return abilities_of(item, at)

    def act(self, deed: Deed, account: Account) -> None:
        """React, or show that it was read."""
        do_deed(deed, account)

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Send a reply, once. WhatsApp can't be asked what became of one; its receipts tell by our key."""
        return send_reply(outgoing, account)

    def templates(self, account: Account) -> list[Template]:
        """List what WhatsApp has approved."""
        return connecting.list_templates(account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring a file by its id."""
        return connecting.fetch_media(remote, account)


CONNECTOR = WhatsAppConnector()
