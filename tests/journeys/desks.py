"""A small desk for the browser: All Ears itself in a thread, three customers who wait, and pages signed in."""

import socket
from collections.abc import Callable, Iterator
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from allears.foundation.workspaces.actions import create_account, create_workspace
from allears.foundation.workspaces.models import Member, Role
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation
from tests.journeys.worlds import PASSWORD, browser_of, deliver, join, message_from

# What axe calls these would keep people out.
SERIOUS = {"serious", "critical"}


class World:
    """A workspace with an owner, an agent and three customers who wait."""

    def __init__(self) -> None:
        self.anna = create_workspace(create_account("Anna Lind", "anna@lantern.example", PASSWORD), "Lantern")
        self.boris = join(self.anna, Role.AGENT, "boris@lantern.example")
        values = {"webhook_url": "https://shop.example/answers"}
        self.channel: Channel = add_channel(self.anna.workspace, "api", "Shop", values, self.anna)[0]
        for number, name in enumerate(["Maria Petrova", "Trần Minh", "Дмитрий Соколов"]):
            self.write(name, f"Where is parcel {number}?")

    def write(self, name: str, text: str, visibility: str = "private") -> Conversation:
        """Let a customer write."""
        deliver(self.channel, message_from(name, text, visibility))
        return Conversation.objects.filter(customer_name=name).latest("id")


@pytest.fixture
def address(world) -> Iterator[str]:
    """All Ears itself, live updates included, in a thread."""
    from allears.asgi import make_application

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            make_application(with_workers=False), log_config=None, timeout_graceful_shutdown=1, ws="none"
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = monotonic() + 20
        while not server.started and monotonic() < until:
            sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


Desk = Callable[..., Page]


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Desk]:
    """Open the desk as a member; whatever a page writes to the console as an error fails the test."""
    contexts, complaints = [], []

    def open_desk(member: Member, path: str = "/desk/open/", **options: object) -> Page:
        options = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in signed_in(member)]
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert complaints == []


def signed_in(member: Member) -> list[tuple[str, str]]:
    client: Client = browser_of(member)
    return [(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)]


def open_first(page: Page) -> None:
    page.locator(".row > a").first.click()
    expect(page.locator("conversation-view")).to_be_visible()
