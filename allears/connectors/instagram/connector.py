"""The connector of Instagram: comments, mentions and direct messages of one account."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from allears.connectors.errors import Refused
from allears.connectors.instagram.asking import complete, read_mention
from allears.connectors.instagram.comments import (
    NOBODY,
    NOT_FOR_US,
    event_in,
    mention_in,
    name_change,
    read_comment,
)
from allears.connectors.instagram.connecting import (
    check_account,
    check_account_subscription,
    find_account,
    refresh_account,
    subscribe_account,
)
from allears.connectors.instagram.describing import BUDGETS, ENTERED, GUIDE
from allears.connectors.instagram.judging import judge
from allears.connectors.instagram.keys import graph_of
from allears.connectors.instagram.polled import post_of, read_polled
from allears.connectors.instagram.polling import MEDIA_FIELDS, cut_page, poll_account
from allears.connectors.instagram.sending import do_deed, look_up_reply, send_reply
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
from allears.connectors.meta.door import (
    HEADERS,
    TAKEN,
    Happening,
    cut_delivery,
    greet_subscriber,
    list_happenings,
    verify_signature,
)
from allears.connectors.meta.errors import GONE
from allears.connectors.meta.files import fetch_remote
from allears.connectors.meta.graph import parse_answer
from allears.connectors.meta.messaging import name_messaging, read_messaging
from allears.connectors.meta.polling import Us
from allears.connectors.meta.values import parse_object
from allears.connectors.words import mark


class InstagramConnector:
    """Hears and answers what is said to an Instagram account, in public and in its direct messages."""

    kind = "instagram"
    label = mark("Instagram")
    knows_people_everywhere = False
    fields = ENTERED
    guide = GUIDE
    budgets = BUDGETS
    headers = HEADERS
    poll_seconds = 60
    can = frozenset(
        {
            Ability.HEAR_PUSHED,
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

    def address_of(self, settings: Mapping[str, str]) -> str:
        """Customers know an account by its handle."""
        handle = settings.get("handle", "")
        return f"@{handle}" if handle else ""

    def objection(self, settings: Mapping[str, str]) -> str:
        """An account can always answer something."""
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try the token, its permissions, and reading."""
        return check_account(account)

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
        """Cut a delivery into one piece for each change and each event of a chat."""
        return cut_delivery(delivery, _name)

    def cut(self, page: bytes) -> list[Piece]:
        """Cut an answer of the Graph API."""
        return cut_page(parse_answer(page))

    def read(self, delivery: Delivery, account: Account) -> Sequence[Record] | Nothing:
        """Translate one change, one event of a chat or one polled node. A mention's words are asked for."""
        body = parse_object(delivery.body)
        if "polled" in body:
            return read_polled(body, _us(account), delivery.received_at)
        about, happenings = list_happenings(delivery.body, delivery.received_at)
        if about != "instagram":
            return Nothing(NOT_FOR_US)
        found = [_read(happening, account) for happening in happenings]
        records = [record for one in found if not isinstance(one, Nothing) for record in one]
        if records:
            return complete(records, account)
        return next((one for one in found if isinstance(one, Nothing)), Nothing(NOT_FOR_US))

    def poll(self, account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
        """Ask for comments, tags and messages since the marks."""
        return poll_account(account, cursors)

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Write a comment or a direct message."""
        return send_reply(outgoing, account)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Look for a reply of unknown fate where it would stand."""
        return look_up_reply(outgoing, account)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Say what can be done with an item at this moment."""
        return judge(item, account.settings, at)

    def act(self, deed: Deed, account: Account) -> None:
        """Put a heart, hide, show again, delete or mark as seen."""
        do_deed(deed, account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask which account this is."""
        return find_account(account)

    def subscribe(self, account: Account) -> None:
        """Have Instagram deliver what happens to the account."""
        subscribe_account(account)

    def subscription(self, account: Account) -> Check:
        """Ask whether it delivers."""
        return check_account_subscription(account)

    def refresh(self, account: Account) -> Tokens:
        """Renew the token."""
        return refresh_account(account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring a picture, a video or a voice message."""
        return fetch_remote(remote, account)

    def see_post(self, post_id: str, account: Account) -> Post | None:
        """Ask for a post with its reach."""
        try:
            node = graph_of(account).get(post_id, fields=MEDIA_FIELDS)
        except Refused as error:
            if error.detail == GONE:
                return None
            raise
        return post_of(node, _us(account))


def _us(account: Account) -> Us:
    return Us(id=account.settings.get("account_id", ""), handle=account.settings.get("handle", ""))


def _name(happening: Happening) -> tuple[str, str]:
    event = happening if happening.place != "changes" else event_in(happening)
    return name_messaging(event.value, event.at) if event else name_change(happening)


def _read(happening: Happening, account: Account) -> list[Record] | Nothing:
    event = happening if happening.place in {"messaging", "standby"} else event_in(happening)
    if event is not None:
        return read_messaging(event, nobody=NOBODY, reply_key=account.reply_key)
    mention = mention_in(happening)
    if mention is not None:
        return read_mention(*mention, account, happening.at)
    return read_comment(happening)


CONNECTOR = InstagramConnector()
