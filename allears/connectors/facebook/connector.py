"""The connector of Facebook: a page's comments and its Messenger in one channel."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from allears.connectors.errors import Refused
from allears.connectors.facebook.asking import complete
from allears.connectors.facebook.connecting import (
    check_page,
    check_page_subscription,
    find_out_page,
    refresh_page,
    subscribe_page,
)
from allears.connectors.facebook.describing import BUDGETS, ENTERED, GUIDE
from allears.connectors.facebook.feed import NOBODY, SITE, name_change, read_change
from allears.connectors.facebook.judging import judge
from allears.connectors.facebook.keys import graph_of
from allears.connectors.facebook.polled import post_of, read_polled
from allears.connectors.facebook.polling import cut_page, poll_page
from allears.connectors.facebook.sending import do_deed, look_up_reply, send_reply
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

NOT_A_PAGE = mark("It is not about a page.")
SEEN_FIELDS = (
    "id,message,story,from,created_time,permalink_url,full_picture,is_published,status_type,shares,"
    "reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0)"
)


class FacebookConnector:
    """Hears and answers what is said to a page, in public and in Messenger."""

    kind = "facebook"
    label = mark("Facebook and Messenger")
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
        """Customers know a page by its name in the address, or by its name."""
        handle = settings.get("handle", "")
        return f"{SITE}{handle}" if handle else settings.get("page_name", "")

    def objection(self, settings: Mapping[str, str]) -> str:
        """A page can always answer something."""
        return ""

    def check(self, account: Account) -> list[Check]:
        """Try the token, its permissions, and reading."""
        return check_page(account)

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
        """Translate one change, one event of a chat or one polled node."""
        body = parse_object(delivery.body)
        us = Us(id=account.settings.get("account_id", ""), handle=account.settings.get("handle", ""))
        if "polled" in body:
            return read_polled(body, us, delivery.received_at)
        about, happenings = list_happenings(delivery.body, delivery.received_at)
        if about != "page":
            return Nothing(NOT_A_PAGE)
        found = [_read(happening, account) for happening in happenings]
        records = [record for one in found if not isinstance(one, Nothing) for record in one]
        if records:
            return complete(records, account)
        return next((one for one in found if isinstance(one, Nothing)), Nothing(NOT_A_PAGE))

    def poll(self, account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
        """Ask for comments, posts, recommendations and messages since the marks."""
        return poll_page(account, cursors)

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Write a comment or a private message."""
        return send_reply(outgoing, account)

    def look_up(self, outgoing: Outgoing, account: Account) -> Sent | None:
        """Look for a reply of unknown fate where it would stand."""
        return look_up_reply(outgoing, account)

    def abilities(self, item: Item, account: Account, at: datetime) -> Abilities:
        """Say what can be done with an item at this moment."""
        return judge(item, account.settings, at)

    def act(self, deed: Deed, account: Account) -> None:
        """Like, hide, show again, delete or mark as seen."""
        do_deed(deed, account)

    def find_out(self, account: Account) -> Mapping[str, str]:
        """Ask which page this is."""
        return find_out_page(account)

    def subscribe(self, account: Account) -> None:
        """Have Facebook deliver what happens to the page."""
        subscribe_page(account)

    def subscription(self, account: Account) -> Check:
        """Ask Facebook whether it delivers."""
        return check_page_subscription(account)

    def refresh(self, account: Account) -> Tokens:
        """Trade the token for a long-lived one, and find the page's."""
        return refresh_page(account)

    def fetch_file(self, remote: str, account: Account) -> File:
        """Bring a picture, a video, a voice message or a file."""
        return fetch_remote(remote, account)

    def see_post(self, post_id: str, account: Account) -> Post | None:
        """Ask for a post with its reach."""
        try:
            node = graph_of(account).get(post_id, fields=SEEN_FIELDS)
        except Refused as error:
            if error.detail == GONE:
                return None
            raise
        return post_of(node, Us(id=account.settings.get("account_id", "")))


def _name(happening: Happening) -> tuple[str, str]:
    if happening.place == "changes":
        return name_change(happening)
    return name_messaging(happening.value, happening.at)


def _read(happening: Happening, account: Account) -> list[Record] | Nothing:
    if happening.place == "changes":
        return read_change(happening)
    if happening.place == "changed_fields":
        return Nothing(NOT_A_PAGE)
    return read_messaging(happening, nobody=NOBODY, reply_key=account.reply_key)


CONNECTOR = FacebookConnector()
