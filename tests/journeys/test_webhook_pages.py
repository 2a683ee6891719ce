"""An administrator lets a program be told, tries it, and looks at what it answered."""

import re
from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook

from allears.foundation.clock import now
from allears.foundation.events.queries import last_event_id
from allears.foundation.workspaces.actions import create_team
from allears.watch.webhooks.actions.telling import put_test_call
from allears.watch.webhooks.catalogue import LEFT_OUT, is_told
from allears.watch.webhooks.conftest import Answer, Program
from allears.watch.webhooks.models import Call, Endpoint
from allears.web.settings.ledger_words import WORDS
from tests.generated_docs import DOCS, TABLES, wanted
from tests.journeys.worlds import browser_of, make_world
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


@pytest.fixture
def program():
    program = Program()
    yield program
    program.shutdown()
    program.server_close()


def test_a_program_is_added_tried_and_its_answer_shown(browser, program):
    given = {"name": "Chat bot", "url": program.url, "scope": "chosen", "kinds-1": ["message.received"]}
    address = browser.post("/settings/webhooks/new/", given)["Location"]
    first, second = browser.get(address).text, browser.get(address).text
    secret = re.search(r"whsec_[\w+/=]+", first).group()
    assert ("whsec_" in second, "Message received" in second) == (False, True)
    program.answers = [Answer(500, body=b"<script>alert(1)</script>")]
    page = browser.get(browser.post(f"{address}test/")["Location"])
    assert Webhook(secret).verify(program.got[0].body, program.got[0].headers)["type"] == "webhook.test"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert ("<script>alert" in page.text, "500" in page.text) == (False, True)


def test_what_is_wrong_stands_beside_its_field(browser):
    address = {"name": "X", "url": "shop", "scope": "all"}
    nothing = {"name": "X", "url": "https://x.example/", "scope": "chosen"}
    taken = {"name": "orders", "url": "https://x.example/", "scope": "all"}
    pages = [browser.post("/settings/webhooks/new/", given) for given in (address, nothing, taken)]
    assert [page.status_code for page in pages] == [422] * 3
    assert [list(page.context["form"].errors) for page in pages] == [["url"], ["scope"], ["name"]]


def test_it_is_changed_paused_resumed_given_a_new_secret_and_deleted(browser, world):
    endpoint = Endpoint.objects.get()
    page = f"/settings/webhooks/{endpoint.id}/"
    browser.post(f"{page}change/", {"name": "New", "url": "https://new.example/", "scope": "all"})
    assert "https://new.example/" in browser.get(page).text
    browser.post(f"{page}pause/")
    Endpoint.objects.update(cursor=last_event_id())
    assert "nothing has happened meanwhile" in browser.get(page).text
    create_team(world.owner, "Returns")
    assert "Resume, and tell those first" in browser.get(page).text
    browser.post(f"{page}resume/", {"from_now": "yes"})
    assert Endpoint.objects.get().is_on
    assert "Make a new secret?" in browser.get(f"{page}secret/").text
    browser.post(f"{page}secret/")
    assert "whsec_" in browser.get(page).text
    assert "Delete this webhook?" in browser.get(f"{page}delete/").text
    browser.post(f"{page}delete/")
    assert not Endpoint.objects.exists()


def test_calls_are_filtered_and_what_failed_is_made_once_more(browser, world):
    endpoint = Endpoint.objects.get()
    page = f"/settings/webhooks/{endpoint.id}/"
    at = now()
    Call.objects.bulk_create(
        Call(
            endpoint=endpoint,
            key=f"evt_{number}",
            event_id=number,
            kind="team.created",
            payload="{}",
            state="failed" if number % 2 else "delivered",
            created_at=at,
            next_at=at,
        )
        for number in range(1, 121)
    )
    shown = browser.get(f"{page}?state=failed")
    assert {call.state for call in shown.context["calls"]} == {"failed"}
    assert "before=" in shown.context["older_url"]
    assert len(browser.get(f"{page}{shown.context['older_url']}").context["calls"]) == 10
    told = browser.post(f"{page}replay/", {"since": "1"}, follow=True).text
    assert "60 calls are made once more." in told
    assert Call.objects.filter(state="failed").count() == 0


def test_trouble_shows_in_the_list_and_at_the_tab(browser):
    calm = browser.get("/settings/webhooks/").text
    Endpoint.objects.update(failing_since=now(), trouble="The address could not be reached.")
    troubled = browser.get("/settings/webhooks/").text
    assert ("could not be reached" in calm, "could not be reached" in troubled) == (False, True)
    assert re.search(r'data-tone="hot">1<', troubled)


@pytest.mark.parametrize("page", ["/settings/webhooks/", "/settings/webhooks/{id}/"])
def test_a_page_costs_the_same_for_one_and_for_many(browser, world, page):
    from allears.watch.webhooks.actions.keeping import add_endpoint

    endpoint = Endpoint.objects.get()
    path = page.format(id=endpoint.id)
    browser.get(path)
    with CaptureQueriesContext(connection) as one:
        browser.get(path)
    for number in range(3):
        add_endpoint(world.owner, f"More {number}", "https://x.example/")
        put_test_call(endpoint, world.owner, f"test_more{number}")
    with CaptureQueriesContext(connection) as many:
        browser.get(path)
    assert len(one) == len(many)


def test_every_kind_in_the_ledger_can_be_told_or_is_left_out_for_a_reason():
    nowhere = [kind for kind in WORDS if not is_told(kind) and not kind.startswith(tuple(LEFT_OUT))]
    assert nowhere == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_in_the_docs_follow_the_code(name):
    """Where this fails, run `.venv/bin/python -m tests.generated_docs`."""
    assert (DOCS / name).read_text() == wanted(name)
