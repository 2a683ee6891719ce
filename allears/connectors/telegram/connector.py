"""The connector of Telegram."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from threading import Event

from allears.connectors.errors import ConnectorError, Unverified
from allears.connectors.interface import (
    DOOR,
    Abilities,
    Ability,
    Account,
    Answer,
    Asked,
    Check,
    Deed,
    Delivery,
    Field,
    File,
    Heard,
    Item,
    Nothing,
    Outgoing,
    Piece,
    Record,
    Sent,
    SourceItem,
    Step,
)
from allears.connectors.telegram import connecting
from allears.connectors.telegram.calling import BUDGETS, bot_id
from allears.connectors.telegram.judging import abilities_of
from allears.connectors.telegram.reading import cut_update, cut_updates, read_update
from allears.connectors.telegram.sending import do_deed, send_reply
from allears.connectors.words import mark


class TelegramConnector:
    """Hears and answers whoever writes to a bot."""

    kind = "telegram"
    label = mark("Telegram")
    knows_people_everywhere = True
    headers = frozenset({connecting.SECRET_HEADER})
    budgets = BUDGETS
    can = frozenset(
        {
            Ability.HEAR_PUSHED,
            Ability.HEAR_LISTENING,
            Ability.REPLY_PUBLICLY,
            Ability.REPLY_PRIVATELY,
            Ability.ATTACH,
            Ability.REACT,
            Ability.DELETE,
            Ability.JUDGE_ITEMS,
            Ability.FIND_OUT,
            Ability.SUBSCRIBE,
            Ability.FETCH_FILES,
        }
    )
    fields = (
        Field(
            name="token",
            label=mark("Token of the bot"),
            help=mark("From BotFather, such as 123456789:AAE..."),
            is_secret=True,
        ),
        Field(
            name="groups",
            label=mark("In groups, hear"),
            default="all",
            choices=(
                ("all", mark("Everything that Telegram lets the bot hear")),
                ("addressed", mark("Only what mentions somebody, answers the bot or comments on a post")),
            ),
        ),
        Field(
            name="hear_by",
            label=mark("How messages arrive"),
            default="webhook",
            choices=(
                ("webhook", mark("Telegram delivers them, where All Ears has a public address")),
                (connecting.BY_ASKING, mark("All Ears asks for them")),
            ),
            group=mark("Advanced"),
        ),
        Field(
            name="api_url",
            label=mark("Bot API server of your own"),
            help=mark("Leave it empty to use Telegram's."),
            is_required=False,
            group=mark("Advanced"),
        ),
    )
    guide = (
        Step(
            text=mark("In Telegram, write to BotFather and make a bot. It answers with a token."),
            words=("/newbot",),
            url="https://t.me/BotFather",
        ),
        Step(
            text=mark("If the bot shall hear everything in groups, switch its privacy mode off there."),
            words=("/setprivacy", "Disable"),
        ),
        Step(
            text=mark(
                "If it shall answer for a business account, switch business mode on, and have the account "
                "connect it under Settings, Telegram Business, Chatbots."
            ),
            words=("/mybots", "Bot Settings", "Business Mode"),
        ),
        Step(
            text=mark(
                "Add the bot to your groups as an administrator if you want to see reactions and delete spam; "
                "comments on a channel's posts are heard in the group that is linked to it."
            ),
            words=("Delete Messages",),
        ),
        Step(
            text=mark(
                "Enter the token here. Where All Ears has a public address, it tells Telegram to deliver to it; "
                "there is nothing to copy."
            ),
            words=(DOOR,),
        ),
    )

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Name the bot as customers do."""
        handle = settings.get("handle", "")
        return f"@{handle}" if handle else ""

    def objection(self, settings: Mapping[str, str]) -> str:
        """A bot can always answer."""
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try the token, and say what the bot hears."""
        return connecting.check_account(account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask who the bot is."""
        return connecting.found_out(connecting.ask_who(account))

    def subscribe(self, account: Account) -> None:
        """Set the webhook, or remove it where All Ears asks."""
        connecting.subscribe(account)

    def subscription(self, account: Account) -> Check:
        """Say whether Telegram delivers to us, and how well."""
        return connecting.check_subscription(account)

    def greet(self, asked: Asked, account: Account) -> Answer | None:
        """Telegram asks nothing before it delivers."""
        if asked.method == "GET":
            raise Unverified
        return None

    def acknowledge(self, delivery: Delivery) -> Answer:
        """Answer with nothing: what stands in an answer, Telegram would take for a method to call."""
        return Answer(status=200)

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Compare the secret word that we gave with the webhook."""
        connecting.verify_secret(delivery, account)

    def split(self, delivery: Delivery) -> list[Piece]:
        """A delivery is one update."""
        return cut_update(delivery.body)

    def cut(self, page: bytes) -> list[Piece]:
        """Cut an answer of `getUpdates`."""
        return cut_updates(page)

    def read(self, delivery: Delivery, account: Account) -> list[Record] | Nothing:
        """Translate one update."""
        groups = account.settings.get("groups", "all")
        return read_update(delivery.body, _us(account), groups, delivery.received_at)

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        """Ask for updates, where Telegram does not deliver them."""
        return connecting.hear_by_asking(account, cursors, stop)

    def list_source(self, account: Account, since: datetime) -> Iterator[SourceItem]:
        """Telegram keeps no history for bots."""
        return iter(())

    def fetch_source(self, account: Account, sources: list[str]) -> Iterator[Piece]:
        """Telegram keeps no history for bots."""
        return iter(())

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Say what can be done with a message."""
        return abilities_of(item, at)

    def act(self, deed: Deed, account: Account) -> None:
        """React or delete."""
        do_deed(deed, account)

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Send a reply, once. Telegram knows no key of ours and no look-up: what is unknown, a person decides."""
        return send_reply(outgoing, account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring a file by its id."""
        return connecting.fetch(remote, account)


def _us(account: Account) -> str:
    try:
        return account.settings.get("account_id") or bot_id(account)
    except ConnectorError:
        return ""


CONNECTOR = TelegramConnector()
