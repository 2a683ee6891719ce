"""The page on which a stranger learns the API, and a script written from its words alone."""

import json
import re
import subprocess
import sys
from html import unescape

import pytest
from django.test import Client
from playwright.sync_api import Page

from allears.foundation.tokens.actions import make_api_token
from allears.pipeline.conftest import send_everything
from allears.pipeline.conversations.models import Conversation
from allears.web.api.document import open_api, operations_in
from tests.fake_network import add_fake_channel, plug_in, said
from tests.journeys.worlds import make_world


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("language", ["en", "ru", "vi"])
def test_everyone_may_read_it_and_it_names_every_operation_and_problem(language):
    make_world("Lantern")
    page = Client().get("/api/docs", headers={"Accept-Language": language}).content.decode()
    for path, verb, operation in operations_in(open_api()):
        assert f'id="{operation["operationId"]}"' in page
        assert f'data-method="{verb.upper()}">{verb.upper()}</span> <code>{path}</code>' in page
    for code in ("someone-answered", "key-used-before", "too-fast", "not-visible", "broken"):
        assert f'id="{code}"' in page


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_script_on_the_page_answers_who_waits_longest(live_server, monkeypatch, world_with_customers):
    network, token = world_with_customers
    page = Client().get("/api/docs").content.decode()
    script = next(
        unescape(code) for code in re.findall(r"<code>(.*?)</code>", page, re.DOTALL) if "urllib" in code
    )
    environment = {"ALLEARS": live_server.url, "TOKEN": token}

    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "First Customer wrote: I have waited longest." in done.stdout
    send_everything()
    assert [(sent.to.id, sent.text) for sent in network.sent] == [
        ("first", "Thank you! It left this morning.")
    ]
    assert Conversation.objects.get(customer_name="First Customer").status == "solved"
    assert Conversation.objects.get(customer_name="Second Customer").waiting_since is not None


@pytest.fixture
def world_with_customers(monkeypatch):
    """Two customers who wait on a network where we see what arrives, and a token."""
    from allears.connectors.interface import Author
    from allears.pipeline.conftest import read_all, store

    network = plug_in(monkeypatch)
    world = make_world("Lantern")
    Conversation.objects.update(waiting_since=None)
    channel = add_fake_channel(world.owner.workspace)
    for number, (id_, name, text) in enumerate(
        [
            ("second", "Second Customer", "I came later."),
            ("first", "First Customer", "I have waited longest."),
        ]
    ):
        author = Author(id=id_, name=name)
        piece = network.piece(said(id_, text, minutes_ago=5 + 60 * number, thread=id_, author=author))
        store(channel, piece)
    read_all()
    return network, make_api_token(world.agent, "Stranger", None)[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_page_is_clean_and_copies_code(page: Page, live_server):
    from axe_playwright_python.sync_playwright import Axe

    make_world("Lantern")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/api/docs")
    page.locator("copy-code").first.get_by_role("button", name="Copy").click()
    assert "export ALLEARS=" in page.evaluate("navigator.clipboard.readText()")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    assert json.loads(page.evaluate("fetch('/api/openapi.json').then((answer) => answer.text())"))["openapi"]
