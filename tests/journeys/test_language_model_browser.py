"""The language model in a real browser: one key asks, the page hears when it is written, nothing leaves."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from allears.pipeline.replies.models import Dispatch
from allears.pipeline.suggesting.actions.keeping import set_language_model
from allears.pipeline.suggesting.conftest import wanted, write_all
from tests.journeys.desks import SERIOUS, World, open_first
from tests.networks.language_model import FakeModel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def fake(settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True
    with FakeModel("Maria asks where parcel 0 is.\nNothing was answered yet.") as fake:
        yield fake


def test_a_key_asks_the_page_hears_and_a_draft_lands_in_the_composer(world, desk, fake):
    set_language_model(world.anna, wanted(fake))
    page = desk(world.boris)
    open_first(page)
    machine = page.locator("#machine")
    expect(machine.get_by_role("button", name="Summarise")).to_be_visible()
    page.locator("conversation-view").focus()
    page.keyboard.press("Shift+S")
    expect(machine.get_by_text("is being written")).to_be_visible()
    write_all()
    expect(machine.get_by_text("Nothing was answered yet.")).to_be_visible()
    fake.says = ["We look for parcel 0 now."]
    page.keyboard.press("Shift+R")
    expect(machine.get_by_text("is being written")).to_be_visible()
    write_all()
    machine.get_by_role("button", name="Put it into the reply").click()
    expect(page.get_by_label("Your reply")).to_have_value("We look for parcel 0 now.")
    expect(machine.get_by_text("Written by a machine").first).to_be_visible()
    assert Dispatch.objects.count() == 0
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []
