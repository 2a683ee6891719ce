"""A page and an Instagram account of ours on a fake of the Graph API, reached by the true web client."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from allears.connectors.instagram import keys
from allears.connectors.interface import Account, Author, Item, ItemKind, Outgoing, Visibility
from allears.connectors.meta import graph
from allears.foundation.web_client import WebClient
from tests.networks.graph import FakeGraph
from tests.networks.graph_parts import ACCOUNT, ANN, IG_TOKEN, PAGE, PAGE_TOKEN, SECRET

KEY = b"the channel's own key"
WEB: list[WebClient] = []


@contextmanager
def graph_of_ours(monkeypatch, *, is_own_login: bool = False) -> Iterator[FakeGraph]:
    """Run the fake in place of graph.facebook.com and graph.instagram.com; at the end Meta has no objections."""
    with FakeGraph(is_own_login=is_own_login) as fake:
        for module in (graph, keys):
            monkeypatch.setattr(module, "FACEBOOK", fake.url)
            monkeypatch.setattr(module, "INSTAGRAM", fake.url)
        WEB.append(WebClient(longest=4.0))
        try:
            yield fake
        finally:
            WEB.pop()._client.close()
    assert fake.objected == []


def page_account(*, token: str = PAGE_TOKEN, **settings: str) -> Account:
    return Account(
        channel_id=1,
        name="Shop",
        settings={"account_id": PAGE, "handle": "shop", "verify_token": "willow", **settings},
        secrets={"token": token, "app_secret": SECRET},
        reply_key=KEY,
        web=WEB[-1],
        door="https://desk.example/in/key",
        since=datetime.now(UTC) - timedelta(days=30),
    )


def instagram_account(*, is_own_login: bool = False, **settings: str) -> Account:
    login = "instagram" if is_own_login else "facebook"
    known = {"account_id": ACCOUNT, "page_id": PAGE, "handle": "shop", "login": login}
    return Account(
        channel_id=2,
        name="Shop",
        settings={**known, "verify_token": "willow", **settings},
        secrets={"token": IG_TOKEN if is_own_login else PAGE_TOKEN, "app_secret": SECRET},
        reply_key=KEY,
        web=WEB[-1],
        door="https://desk.example/in/key",
        since=datetime.now(UTC) - timedelta(days=30),
    )


def item(name: str, *, hours: float = 1, is_private: bool = False, **told) -> Item:
    """Make an item of Ann's, written some hours ago."""
    return Item(
        external_id=name,
        author=Author(id=ANN, name="Ann"),
        sent_at=datetime.now(UTC) - timedelta(hours=hours),
        visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
        **{"kind": ItemKind.DIRECT if is_private else ItemKind.COMMENT, **told},
    )


def reply(
    answered: Item | None, text: str = "Xin chào Ann", *, is_private: bool | None = None, **told
) -> Outgoing:
    """Make a reply to an item, as public or private as that is unless said otherwise."""
    private = (
        is_private if is_private is not None else bool(answered and answered.visibility is Visibility.PRIVATE)
    )
    return Outgoing(
        **{
            "key": "dispatch-1-2",
            "external_id": "ours",
            "text": text,
            "visibility": Visibility.PRIVATE if private else Visibility.PUBLIC,
            "to": Author(id=ANN, name="Ann"),
            "thread": ANN if private and answered and answered.visibility is Visibility.PRIVATE else "",
            "in_reply_to": answered.external_id if answered else "",
            "sent_at": datetime.now(UTC),
            "item": answered,
            **told,
        }
    )
