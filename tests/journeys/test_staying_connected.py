"""An administrator connects an account, sees how it is, what it costs, and connects it again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allears.connectors.interface import DOOR, Ability, Budget, Field, Step
from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Account, Workspace
from allears.pipeline.channels.conftest import ConnectedNetwork, add_harbour
from allears.pipeline.channels.metering import prices_of
from allears.pipeline.channels.models import Channel, Price, Spending
from allears.pipeline.channels.queries import account_of, close_opened_channels
from allears.watch.health.findings import Light
from allears.watch.health.queries import examine_installation
from tests.journeys.worlds import browser_of, make_world

pytestmark = pytest.mark.django_db(databases="__all__")


class Guided(ConnectedNetwork):
    """A network that says how to get connected."""

    fields = (*ConnectedNetwork.fields, Field(name="verify_token", label="Verify token", is_required=False))
    guide = (
        Step(text="Make an app.", url="https://harbour.example/apps"),
        Step(text="Enter this address there.", words=(DOOR, "messages:read")),
    )

    def authorise(self, account):
        """Let a key in that was not traded yet: what a person copies still counts for an hour."""


@pytest.fixture
def harbour(monkeypatch) -> Guided:
    network = Guided()
    monkeypatch.setitem(all_connectors(), "fake", network)
    return network


@pytest.fixture
def world(harbour):
    return make_world("Lantern")


@pytest.fixture
def admin(world):
    return browser_of(world.owner)


@pytest.fixture
def in_public(world):
    Workspace.objects.filter(id=world.owner.workspace_id).update(public_url="https://care.lantern.example")
    close_opened_channels()


CONNECT = "/settings/channels/new/fake/"
VALUES = {"name": "Harbour", "value-handle": "", "value-refresh_key": "key-0", "value-verify_token": "word"}


def channel_of(world) -> Channel:
    return Channel.objects.get(workspace=world.owner.workspace_id, kind="fake")


def test_the_steps_show_the_very_address_that_the_channel_will_have(admin, world, in_public):
    page = admin.get(CONNECT).content.decode()
    again = admin.get(CONNECT).content.decode()

    door = page.partition("https://care.lantern.example/in/")[2].partition('"')[0]
    assert ("messages:read" in page, "https://harbour.example/apps" in page, len(door) > 30) == (
        True,
        True,
        True,
    )
    assert door in again
    admin.post(CONNECT, VALUES)
    assert channel_of(world).key == door
    assert door not in admin.get(CONNECT).content.decode()


def test_a_verify_token_is_thought_up_once(admin, in_public):
    pages = [admin.get(CONNECT).content.decode() for _ in range(2)]

    words = {page.partition('name="value-verify_token" value="')[2].partition('"')[0] for page in pages}
    [word] = words
    assert (len(word) > 20, pages[0].count(word)) == (True, 2)


def test_connecting_learns_who_we_are_and_has_the_network_deliver(admin, world, harbour, in_public):
    answer = admin.post(CONNECT, VALUES, follow=True)

    channel = channel_of(world)
    assert (channel.account_id, channel.address, channel.subscription) == ("42", "@lantern", "alive")
    assert b"Connected. What customers write shows on the desk by itself." in answer.content
    assert b"alive: the network delivers here" in answer.content


def test_connected_but_not_subscribed_is_red(admin, world, harbour, in_public):
    harbour.is_subscribed = harbour.takes_subscriptions = False
    answer = admin.post(CONNECT, VALUES, follow=True)

    channel = channel_of(world)
    assert channel.subscription == "dead"
    assert b"Saved, but the network does not deliver here yet: It does not deliver." in answer.content
    page = admin.get("/settings/channels/").content.decode()
    assert ("Not subscribed" in page, 'data-state="hot"' in page) == (True, True)
    [finding] = [
        one for one in examine_installation() if one.group == "channels" and one.facts["id"] == channel.id
    ]
    assert (finding.light, finding.message) == (Light.HOT, "It does not deliver.")

    harbour.takes_subscriptions = True
    admin.post(reverse("subscribe_channel", args=[channel.id]))
    assert channel_of(world).subscription == "alive"


def test_the_same_account_is_offered_to_be_connected_again(admin, world, harbour, in_public):
    admin.post(CONNECT, VALUES)
    first = channel_of(world)
    Channel.objects.filter(id=first.id).update(state="disconnected", trouble="Keys ended.")

    offered = admin.post(CONNECT, {**VALUES, "name": "Again", "value-refresh_key": "key-9"})
    assert (offered.status_code, b"This account is connected already" in offered.content) == (422, True)
    refused = admin.post(CONNECT, {**VALUES, "name": "Again", "anyway": "yes"})
    assert (refused.status_code, Channel.objects.filter(kind="fake").count()) == (422, 1)

    again = {**VALUES, "name": "Again", "value-refresh_key": "key-9", "again": str(first.id)}
    assert admin.post(CONNECT, again).status_code == 302
    found = channel_of(world)
    assert (found.id, found.name, found.key, found.state) == (first.id, "Harbour", first.key, "on")
    assert account_of(found).secrets["refresh_key"] == "key-9"


def test_a_channel_can_not_become_another_account(admin, world, harbour, in_public):
    admin.post(CONNECT, VALUES)
    channel = channel_of(world)
    harbour.account_id = "43"

    answer = admin.post(reverse("reconnect_channel", args=[channel.id]), VALUES)
    assert answer.status_code == 422
    assert b"These keys belong to another account." in answer.content
    assert channel_of(world).account_id == "42"


def test_without_a_public_address_it_says_who_is_asked_instead(admin, world):
    add_harbour(world.owner.workspace, "Harbour")
    page = admin.get("/settings/channels/").content.decode()
    assert ("No network can deliver here" in page, "asked by polling instead" in page) == (True, True)

    form = {
        "name": "Lantern",
        "language": "en",
        "time_zone": "UTC",
        "public_url": "https://care.lantern.example",
    }
    assert admin.post("/settings/workspace/", form).status_code == 302
    assert "No network can deliver here" not in admin.get("/settings/channels/").content.decode()
    assert account_of(channel_of(world)).door.startswith("https://care.lantern.example/in/")
    inside = admin.post("/settings/workspace/", {**form, "public_url": "https://192.168.1.7"})
    assert (inside.status_code, b"Networks deliver only to https" in inside.content) == (422, True)


def test_a_public_address_that_can_not_be_heard_without_is_red(admin, world, harbour, monkeypatch):
    monkeypatch.setattr(harbour, "can", harbour.can - {Ability.HEAR_POLLING})
    add_harbour(world.owner.workspace, "Harbour")

    page = admin.get("/settings/channels/").content.decode()
    assert "All Ears has no public address, so nothing can be heard here" in page


def test_what_it_costs_by_use_and_day_and_at_which_price(admin, world):
    channel = add_harbour(world.owner.workspace, "Harbour")
    today = now().date()
    Spending.objects.create(channel=channel, on=today, name="post.read", count=20, micro_dollars=100_000)
    Channel.objects.filter(id=channel.id).update(daily_budget=1_000_000)

    page = admin.get("/settings/costs/").content.decode()
    assert ("$0.10" in page, "Post read" in page, "of $1.00 a day" in page) == (True, True, True)
    before = today.replace(day=1) - timedelta(days=1)
    assert "Nothing was used" in admin.get(f"/settings/costs/?month={before:%Y-%m}").content.decode()
    assert admin.get("/settings/costs/?month=nonsense").status_code == 200

    assert admin.post("/settings/costs/fake/prices/", {"fake-post.read": "0.0025"}).status_code == 302
    assert prices_of(world.owner.workspace_id, "fake") == {"post.read": 2500}
    admin.post("/settings/costs/fake/prices/", {"fake-post.read": ""})
    assert (prices_of(world.owner.workspace_id, "fake"), Price.objects.count()) == ({"post.read": 5000}, 0)
    assert Event.objects.filter(kind="channel.prices_changed").count() == 2
    assert admin.post("/settings/costs/nowhere/prices/", {}).status_code == 404


def test_costs_are_for_administrators_and_one_workspace(world):
    channel = add_harbour(world.owner.workspace, "Harbour")
    Spending.objects.create(
        channel=channel, on=now().date(), name="post.read", count=1, micro_dollars=777_000
    )

    assert browser_of(world.agent).get("/settings/costs/").status_code == 403
    other = browser_of(make_world("Quay").owner).get("/settings/costs/").content.decode()
    assert ("$0.777" in other, "Nothing here costs anything" in other) == (False, True)


def test_a_budget_is_set_in_dollars_and_backfill_in_days(admin, world):
    channel = add_harbour(world.owner.workspace, "Harbour")
    form = {"signature": "", "keep_raw_days": "365", "backfill_days": "7", "daily_budget": "2.5"}

    assert admin.post(reverse("save_manners", args=[channel.id]), form).status_code == 302
    found = channel_of(world)
    assert (found.backfill_days, found.daily_budget) == (7, 2_500_000)
    assert account_of(found).since == found.created_at - timedelta(days=7)
    admin.post(reverse("save_manners", args=[channel.id]), {**form, "daily_budget": ""})
    assert channel_of(world).daily_budget is None


@pytest.mark.parametrize("path", ["/settings/channels/", "/settings/costs/", "/settings/health/"])
def test_pages_ask_the_same_for_one_channel_and_for_three(admin, world, path):
    add_harbour(world.owner.workspace, "Harbour 1")
    admin.get(path)
    with CaptureQueriesContext(
        connection,
    ) as one:
        admin.get(path)
    for number in (2, 3):
        add_harbour(world.owner.workspace, f"Harbour {number}", f"key-{number}")
    with CaptureQueriesContext(connection) as three:
        admin.get(path)
    assert len(three) == len(one)


def test_no_secret_and_no_token_is_ever_shown(admin, world, in_public):
    admin.post(CONNECT, {**VALUES, "value-refresh_key": "very-secret-key"})
    channel = channel_of(world)

    for path in (reverse("channel", args=[channel.id]), reverse("reconnect_channel", args=[channel.id])):
        assert b"very-secret-key" not in admin.get(path).content


@pytest.mark.parametrize(
    ("language", "told"), [("en", "reading 10/10 · write 5/5"), ("ru", "чтение 10/10 · write 5/5")]
)
def test_what_is_left_to_ask_is_told_in_the_readers_words(admin, world, harbour, language, told):
    harbour.budgets = (
        Budget(name="read", most=10, seconds=60, label="reading"),
        Budget(name="write", most=5, seconds=60),
    )
    admin.post(CONNECT, VALUES)
    Account.objects.filter(id=world.owner.account_id).update(language=language)

    page = admin.get(f"/settings/channels/{channel_of(world).id}/").content.decode()
    assert page.count(told) == 1
