"""The connector of Bluesky."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from allears.connectors.bluesky.client import BUDGETS, base_of, renew
from allears.connectors.bluesky.connecting import (
    FIELDS,
    GUIDE,
    address_of,
    check_account,
    find_out,
    see_post,
)
from allears.connectors.bluesky.hearing import poll_account
from allears.connectors.bluesky.judging import judge
from allears.connectors.bluesky.reading import cut_page, read_piece
from allears.connectors.bluesky.sending import do_deed, fetch_picture, look_up_answer, send_answer
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
    Tokens,
)
from allears.connectors.words import mark

NO_SERVER = mark("The channel has no server that All Ears could speak to. Enter its address in the settings.")


class BlueskyConnector:
    """Hears and answers on the AT Protocol."""

    kind = "bluesky"
    label = mark("Bluesky")
    knows_people_everywhere = True
    fields = FIELDS
    guide = GUIDE
    budgets = BUDGETS
    poll_seconds = 15
    can = frozenset(
        {
            Ability.HEAR_POLLING,
            Ability.REPLY_PUBLICLY,
            Ability.REPLY_PRIVATELY,
            Ability.ATTACH,
            Ability.REACT,
            Ability.HIDE,
            Ability.DELETE,
            Ability.LOOK_UP,
            Ability.JUDGE_ITEMS,
            Ability.FIND_OUT,
            Ability.REFRESH,
            Ability.FETCH_FILES,
            Ability.SEE_POSTS,
        }
    )

    def address_of(self, settings: Mapping[str, str]) -> str:
        """The handle, as others mention it."""
        return address_of(settings)

    def objection(self, settings: Mapping[str, str]) -> str:
        """Without the address of a server nothing can be sent."""
        try:
            base_of(settings)
        except ConnectorError:
            return NO_SERVER
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try the app password, the network and direct messages."""
        return check_account(account)

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Nobody posts to us: a data server is asked."""
        raise Unverified

    def split(self, delivery: Delivery) -> list[Piece]:
        """Cut as a page is cut."""
        return cut_page(delivery.body)

    def cut(self, page: bytes) -> list[Piece]:
        """Cut notifications, posts, a feed, a thread, or direct messages."""
        return cut_page(page)

    def read(self, delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
        """Translate one post, reaction, deletion or direct message."""
        return read_piece(delivery, account.settings.get("account_id", ""))

    def poll(self, account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
        """Ask for notifications, our own posts and direct messages, and look at recent posts again."""
        return poll_account(account, cursors)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Judge by where the item stands and whose thread it is."""
        return judge(item, account.settings.get("account_id", ""))

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Write a reply under a key of our choosing, or send a direct message."""
        return send_answer(outgoing, account)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Write a reply again under its key, which changes nothing if it is there; look for a direct message."""
        return look_up_answer(outgoing, account)

    def act(self, deed: Deed, account: Account) -> None:
        """Like, hide under our own post, delete our own, or react to a direct message."""
        do_deed(deed, account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask who we are."""
        return find_out(account)

    def refresh(self, account: Account) -> Tokens:
        """Trade the refresh token, which counts once, or sign in anew."""
        return renew(account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring a picture from where it lies."""
        return fetch_picture(remote, account)

    def see_post(self, post_id: str, account: Account) -> Post | None:
        """Ask for a post as it stands now."""
        return see_post(post_id, account)


CONNECTOR = BlueskyConnector()
