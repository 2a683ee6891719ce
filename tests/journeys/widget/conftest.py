from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from allears.foundation.workspaces.models import Role
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.public.chat.conftest import SECRET, Site
from allears.public.chat.queries.places import script_tag
from tests.journeys.widget.sites import OtherSite, RunningDesk, running_site
from tests.journeys.worlds import World, join, make_world

AWAY = "net::ERR"


@pytest.fixture
def desk(settings) -> Iterator[RunningDesk]:
    desk = RunningDesk()
    settings.BASE_URL = desk.url
    yield desk
    desk.stop()


@pytest.fixture
def site(desk) -> Site:
    world: World = make_world("Harbour")
    channel, _ = add_channel(world.owner.workspace, "chat", "Web", {"secret": SECRET})
    return Site(world, channel, join(world.owner, Role.AGENT, "ines@harbour.example"))


@pytest.fixture
def shop(desk, site) -> Iterator[OtherSite]:
    with running_site() as shop:
        shop.tag = script_tag(site.channel.key)
        shop.policy = (
            f"default-src 'none'; style-src 'self'; script-src {desk.url}; connect-src {desk.url}; "
            "require-trusted-types-for 'script'"
        )
        Channel.objects.filter(id=site.channel.id).update(settings={"origins": shop.url})
        yield shop


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, shop: OtherSite) -> Iterator[Visit]:
    """Open the shop as a visitor; what a page writes to the console as an error fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_shop(context: BrowserContext | None = None, **options: Any) -> Page:
        options = {"viewport": {"width": 1024, "height": 768}, "locale": "en-GB", **options}
        context = context or browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: shop.asked.append(request.url.rpartition("/")[2]))
        page.goto(shop.url)
        return page

    yield open_shop
    for context in dict.fromkeys(contexts):
        context.close()
    assert [text for text in complaints if AWAY not in text and "429" not in text] == []
