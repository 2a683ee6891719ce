"""The connector of X: what it offers, each part done by a module of its own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event
from time import sleep

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
from allears.connectors.x.connecting import check, find_out, refresh
from allears.connectors.x.cutting import cut_delivery, cut_page
from allears.connectors.x.describing import BUDGETS, FIELDS, GUIDE, POLL_SECONDS, PRICES
from allears.connectors.x.fetching import fetch_file, see_post
from allears.connectors.x.finding import find_sent
from allears.connectors.x.hearing import hear
from allears.connectors.x.judging import judge
from allears.connectors.x.polling import poll
from allears.connectors.x.reading import read_delivery
from allears.connectors.x.sending import do_deed, send_reply
from allears.connectors.x.signing import HEADERS, greet, verify_delivery
from allears.connectors.x.subscribing import check_subscription, subscribe
from allears.connectors.x.uploading import Pause

TAKEN = Answer(status=200)


class XConnector:
    """X by its API 2 and its Activity API."""

    kind = "x"
    label = mark("X")
    knows_people_everywhere = True
    fields = FIELDS
    guide = GUIDE
    headers = HEADERS
    budgets = BUDGETS
    prices = PRICES
    poll_seconds = POLL_SECONDS
    can = frozenset(
        {
            Ability.HEAR_PUSHED,
            Ability.HEAR_LISTENING,
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
            Ability.SUBSCRIBE,
            Ability.REFRESH,
            Ability.FETCH_FILES,
            Ability.SEE_POSTS,
        }
    )

    def __init__(self, pause: Pause = sleep) -> None:
        self.pause = pause

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Give our handle, once it was found out."""
        return settings.get("handle", "")

    def objection(self, settings: Mapping[str, str]) -> str:
        """Nothing open says that it can't send; keys are secret, and tried when connecting."""
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try every permission apart, and whether X tells us of news."""
        return check(account)

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Check X's signature of the body."""
        verify_delivery(delivery, account.secrets)

    def greet(self, asked: Asked, account: Account) -> Answer | None:
        """Answer the challenge by which X tries the address, hourly."""
        return greet(asked, account.secrets)

    def acknowledge(self, delivery: Delivery) -> Answer:
        """Answer 200, which is all X wants."""
        return TAKEN

    def split(self, delivery: Delivery) -> list[Piece]:
        """Cut a delivery into its events."""
        return cut_delivery(delivery.body)

    def cut(self, page: bytes) -> list[Piece]:
        """Cut an answer of API 2 into its posts and messages."""
        return cut_page(page)

    def read(self, delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
        """Translate one event, post or message."""
        return read_delivery(delivery, account)

    def poll(self, account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
        """Ask for mentions, our own posts, what goes on below them, words to watch, and messages."""
        return poll(account, cursors)

    def hear(self, account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
        """Hold the stream open, if it is chosen."""
        return hear(account, stop)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Say what can be done with an item: by the plan, by who was called, by what its author allows."""
        return judge(item, account, at)

    def act(self, deed: Deed, account: Account) -> None:
        """Hide, show, like or delete."""
        do_deed(deed, account)

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Post a reply or a direct message, once."""
        return send_reply(outgoing, account, self.pause)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Look among our latest posts, or in the exchange, for a reply of unknown fate."""
        return find_sent(outgoing, account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask X who we are."""
        return find_out(account)

    def subscribe(self, account: Account) -> None:
        """Register the webhook and subscribe to events."""
        subscribe(account)

    def subscription(self, account: Account) -> Check:
        """Ask X whether it still tells us."""
        return check_subscription(account)

    def refresh(self, account: Account) -> Tokens:
        """Renew the user's tokens."""
        return refresh(account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring a picture or film."""
        return fetch_file(remote, account)

    def see_post(self, post_id: str, account: Account) -> Post | None:
        """Ask for a post as it is now."""
        return see_post(post_id, account)


CONNECTOR = XConnector()
