"""The connector of Mastodon."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event

from allears.connectors.errors import ConnectorError, Unverified
from allears.connectors.interface import (
    Abilities,
    Ability,
    Account,
    Check,
    Deed,
    Delivery,
    File,
    Heard,
    Item,
    Nothing,
    Outgoing,
    Piece,
    Post,
    Record,
    Sent,
)
from allears.connectors.mastodon.client import BUDGETS, base_of
from allears.connectors.mastodon.connecting import (
    FIELDS,
    GUIDE,
    address_of,
    check_account,
    find_out,
    see_status,
)
from allears.connectors.mastodon.hearing import hear_account, poll_account
from allears.connectors.mastodon.judging import judge
from allears.connectors.mastodon.reading import cut_page, read_piece
from allears.connectors.mastodon.sending import do_deed, fetch_media, look_up_status, send_status
from allears.connectors.words import mark

NO_SERVER = mark("The channel has no server that All Ears could speak to. Enter its address in the settings.")


class MastodonConnector:
    """Hears and answers on one instance of the fediverse."""

    kind = "mastodon"
    label = mark("Mastodon")
    knows_people_everywhere = False
    fields = FIELDS
    guide = GUIDE
    budgets = BUDGETS
    poll_seconds = 60
    can = frozenset(
        {
            Ability.HEAR_LISTENING,
            Ability.HEAR_POLLING,
            Ability.REPLY_PUBLICLY,
            Ability.REPLY_PRIVATELY,
            Ability.ATTACH,
            Ability.REACT,
            Ability.DELETE,
            Ability.LOOK_UP,
            Ability.JUDGE_ITEMS,
            Ability.FIND_OUT,
            Ability.FETCH_FILES,
            Ability.SEE_POSTS,
        }
    )

    def address_of(self, settings: Mapping[str, str]) -> str:
        """The account's full name, as others mention it."""
        return address_of(settings)

    def objection(self, settings: Mapping[str, str]) -> str:
        """Without the address of a server nothing can be sent."""
        try:
            base_of(settings)
        except ConnectorError:
            return NO_SERVER
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try the token, its permissions, the server and its stream."""
        return check_account(account)

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Nobody posts to us: an instance is asked."""
        raise Unverified

    def split(self, delivery: Delivery) -> list[Piece]:
        """Cut as a page is cut."""
        return cut_page(delivery.body)

    def cut(self, page: bytes) -> list[Piece]:
        """Cut a list of notifications, statuses or conversations, or what a stream said."""
        return cut_page(page)

    def read(self, delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
        """Translate one status, reaction or deletion."""
        return read_piece(delivery, account.settings.get("account_id", ""))

    def poll(self, account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
        """Ask for what is for us, our own posts and wanted words, and look at recent ones again."""
        return poll_account(account, cursors)

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        """Hold the user's stream open."""
        return hear_account(account, stop)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Judge by the item's audience and the instance's limits."""
        return judge(item, account.settings)

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Post a status in reply, seen by as many as the item was, or fewer."""
        return send_status(outgoing, account)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Look among our own posts; within the hour of the idempotency key, posting again is safe too."""
        return look_up_status(outgoing, account)

    def act(self, deed: Deed, account: Account) -> None:
        """Favourite, or delete our own."""
        do_deed(deed, account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask who we are, and for the instance's limits."""
        return find_out(account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring media from where it lies."""
        return fetch_media(remote, account)

    def see_post(self, post_id: str, account: Account) -> Post | None:
        """Ask for a status as it stands now."""
        return see_status(post_id, account)


CONNECTOR = MastodonConnector()
