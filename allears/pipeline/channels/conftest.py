"""A network that knows who we are, gives each key once, and is told where to deliver."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from allears.connectors.errors import ConnectorError, Expired
from allears.connectors.interface import Ability, Account, Budget, Check, Field, Price, Tokens
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Workspace
from allears.foundation.workspaces.queries import Member
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import close_opened_channels
from tests.fake_network import FakeConnector, plug_in

REVOKED = Expired("These keys have ended.")


class ConnectedNetwork(FakeConnector):
    """Counts what it was asked; `keys` are refresh keys that still count, each once."""

    label = "Harbour"
    can = FakeConnector.can | {Ability.FIND_OUT, Ability.SUBSCRIBE, Ability.REFRESH, Ability.HEAR_POLLING}
    fields = (
        Field(name="handle", label="Handle", is_required=False),
        Field(name="refresh_key", label="Refresh key", is_secret=True),
    )
    budgets = (Budget(name="read", most=10, seconds=60), Budget(name="write", most=5, seconds=60))
    prices = (Price(name="post.read", label="Post read", micro_dollars=5000),)
    poll_seconds = 60

    def __init__(self) -> None:
        super().__init__()
        self.account_id = "42"
        self.keys = {"key-0"}
        self.lasting = timedelta(hours=2)
        self.refreshes = 0
        self.while_refreshing: Callable[[Account], None] = lambda account: None
        self.is_subscribed = True
        self.takes_subscriptions: bool | ConnectorError = True
        self.subscribes = 0

    def find_out(self, account: Account) -> Mapping[str, str]:
        self.authorise(account)
        return {"account_id": self.account_id, "handle": "@lantern"}

    def address_of(self, settings: Mapping[str, str]) -> str:
        return settings.get("handle", "")

    def authorise(self, account: Account) -> None:
        if "access" not in account.secrets:
            raise REVOKED

    def refresh(self, account: Account) -> Tokens:
        self.refreshes += 1
        self.while_refreshing(account)
        if account.secrets["refresh_key"] not in self.keys:
            raise REVOKED
        self.keys = {f"key-{self.refreshes}"}
        given = {"access": f"access-{self.refreshes}", "refresh_key": f"key-{self.refreshes}"}
        return Tokens(secrets=given, ends_at=now() + self.lasting)

    def subscribe(self, account: Account) -> None:
        self.authorise(account)
        self.subscribes += 1
        if isinstance(self.takes_subscriptions, ConnectorError):
            raise self.takes_subscriptions
        self.is_subscribed = self.takes_subscriptions

    def subscription(self, account: Account) -> Check:
        self.authorise(account)
        if self.is_subscribed:
            return Check(name="Subscription", is_good=True, message="It delivers.")
        return Check(
            name="Subscription", is_good=False, message="It does not deliver.", advice="Subscribe again."
        )


@pytest.fixture
def harbour(monkeypatch) -> ConnectedNetwork:
    network = ConnectedNetwork()
    plug_in(monkeypatch, network)
    return network


@pytest.fixture
def lines(harbour, owner: Member) -> Channel:
    """A channel on it, as it was just added."""
    return add_harbour(owner.workspace, "Harbour")


def add_harbour(workspace: Workspace, name: str, key: str = "key-0") -> Channel:
    return add_channel(workspace, "fake", name, {"refresh_key": key})[0]


@pytest.fixture
def in_public(owner: Member) -> None:
    """Let the internet reach the workspace."""
    Workspace.objects.filter(id=owner.workspace_id).update(public_url="https://care.lantern.example")
    close_opened_channels()


def end_keys(channel: Channel, at: datetime) -> None:
    Channel.objects.filter(id=channel.id).update(tokens_end_at=at)
