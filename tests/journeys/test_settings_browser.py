"""The first minutes in a real browser: set up, connect, be shown a secret once; and every page for axe."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from allears.foundation.workspaces.models import Workspace
from allears.foundation.workspaces.queries import default_brand_of
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import secrets_of
from allears.pipeline.intake.models import Ending
from allears.watch.webhooks.models import Call, Endpoint
from tests.journeys.worlds import PASSWORD, browser_of, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
SERIOUS = {"serious", "critical"}
PAGES = (
    "/me/",
    "/settings/channels/",
    "/settings/channels/{channel}/",
    "/settings/channels/{channel}/change/",
    "/settings/channels/new/",
    "/settings/channels/new/email/",
    "/settings/channels/new/facebook/",
    "/settings/channels/new/x/",
    "/settings/costs/",
    "/settings/members/",
    "/settings/members/{member}/",
    "/settings/members/invite/",
    "/settings/teams/",
    "/settings/teams/new/",
    "/settings/brands/",
    "/settings/brands/new/",
    "/settings/brands/{brand}/",
    "/settings/workspace/",
    "/settings/webhooks/",
    "/settings/webhooks/new/",
    "/settings/webhooks/{webhook}/",
    "/settings/webhooks/{webhook}/change/",
    "/settings/webhooks/calls/{call}/",
    "/settings/audit/",
    "/settings/dead-letters/",
    "/settings/dead-letters/{letter}/",
    "/settings/health/",
    "/settings/ledger/",
    "/nowhere/",
)


@pytest.fixture
def traveller(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(timezone_id="Europe/Riga", locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_a_newcomer_sets_up_and_connects_a_program(traveller: Page, live_server: LiveServer):
    page = traveller
    page.goto(live_server.url)
    page.get_by_label("Name of your workspace").fill("Lantern")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@lantern.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the workspace").click()
    expect(page.get_by_role("heading", name="Connect your first channel")).to_be_visible()
    assert Workspace.objects.get().time_zone == "Europe/Riga"
    page.locator(".network-card", has_text="API").click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("button", name="Check and connect").click()
    expect(page.get_by_text("Copy the secret now")).to_be_visible()
    secret = secrets_of(Channel.objects.get())["secret"]
    expect(page.get_by_label("Secret", exact=True)).to_have_value(secret)
    page.reload()
    expect(page.get_by_label("Address", exact=True)).to_be_visible()
    expect(page.get_by_label("Secret", exact=True)).to_have_count(0)


def test_a_password_stays_in_its_field_while_the_servers_are_tried(browser: Browser, live_server: LiveServer):
    page = signed_in(browser, live_server, make_world("Lantern").owner)
    page.goto("/settings/channels/new/email/")
    page.get_by_label("E-mail address").fill("care@lantern.example")
    page.get_by_label("Password", exact=True).fill("not shown to anyone")
    page.get_by_text("Server details").click()
    for label in ("IMAP server", "SMTP server"):
        page.get_by_label(label).fill("127.0.0.1")
    page.get_by_role("button", name="Check and connect").click()
    expect(page.get_by_role("button", name="Save anyway")).to_be_visible()
    expect(page.get_by_label("Password", exact=True)).to_have_value("not shown to anyone")
    assert "not shown to anyone" not in page.content()
    page.context.close()


# In the dark only the colours differ, and these pages have all of them.
@pytest.mark.parametrize(("scheme", "pages"), [("light", PAGES), ("dark", PAGES[2::6])])
def test_axe_finds_nothing_serious(browser: Browser, live_server: LiveServer, scheme, pages):
    world = make_world("Lantern")
    letter = Ending.objects.get(ended_as="dead").envelope_id
    brand = default_brand_of(world.owner.workspace_id)
    ids = {"channel": world.channel.id, "member": world.agent.id, "letter": letter, "brand": brand.id}
    ids |= {"webhook": Endpoint.objects.get().id, "call": Call.objects.get().id}
    page = signed_in(browser, live_server, world.owner, color_scheme=scheme)
    for path in pages:
        page.goto(path.format(**ids))
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in SERIOUS] == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
    page.context.close()


def signed_in(browser: Browser, live_server: LiveServer, member, **options) -> Page:
    context = browser.new_context(
        base_url=live_server.url, bypass_csp=True, viewport={"width": 360, "height": 780}, **options
    )
    name = settings.SESSION_COOKIE_NAME
    value = browser_of(member).cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return context.new_page()
