"""Many conversations in a real browser: narrowed, kept as a view, tagged, changed at once and undone, by keys."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from allears.pipeline.conversations.actions import bulk
from allears.pipeline.conversations.actions.bulk import carry_on_bulk
from allears.pipeline.conversations.actions.tagging import make_tag, tag_conversations
from allears.pipeline.conversations.models import BulkChange, Conversation, SavedView
from allears.pipeline.conversations.queries.tags import tags_of
from tests.journeys.desks import SERIOUS, World, open_first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def world() -> World:
    world = World()
    for number in range(60):
        world.write(f"Customer {number:02}", "Is anybody there?")
    return world


def serious_faults(page):
    """Say what axe finds on a page that would keep people out."""
    faults = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in faults if one["impact"] in SERIOUS]


def priorities():
    return sorted(set(Conversation.objects.values_list("priority", flat=True)))


def test_all_that_match_are_selected_shown_changed_and_undone(world, desk, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 10)
    monkeypatch.setattr(bulk, "BATCH", 20)
    page = desk(world.anna)
    page.keyboard.press("Control+a")
    bar = page.locator("bulk-bar")
    expect(bar.get_by_role("status")).to_have_text("50 selected")
    bar.get_by_role("button", name="Select all 63 that match").click()
    expect(bar.get_by_role("status")).to_have_text("All 63 that match are selected")
    page.keyboard.press("e")
    expect(bar.locator(".bulk-preview")).to_contain_text("63 wait for an answer and are left open.")
    assert serious_faults(page) == []
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    change = bar.get_by_role("button", name="Change 63")
    expect(change).to_be_focused()
    page.keyboard.press("Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("0 of 63")
    assert priorities() == [2]

    carry_on_bulk(BulkChange.objects.get().id)

    expect(toast).to_contain_text("63 conversations changed.")
    expect(page.locator(".row").first).to_contain_text("Urgent")
    assert priorities() == [0]
    page.keyboard.press("Control+z")
    expect(page.locator(".toast")).to_contain_text("0 of 63")
    carry_on_bulk(BulkChange.objects.get().id)
    expect(page.locator(".toast")).to_contain_text("63 conversations are as they were.")
    assert priorities() == [2]


def test_rows_are_selected_by_keys_and_stay_selected_while_others_write(world, desk):
    page = desk(world.anna)
    expect(page.locator("html[data-line=held]")).to_be_attached()
    selected = page.locator(".row-select:checked")
    for key in ("x", "j", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(selected).to_have_count(4)
    name = page.locator(".row:has(:checked) .row-name").last.inner_text()
    world.write(name, "Hello?")
    expect(page.locator(".row", has_text="Hello?")).to_have_count(1)
    expect(selected).to_have_count(4)
    expect(page.locator("bulk-bar").get_by_role("status")).to_have_text("4 selected")

    page.keyboard.press("Escape")

    expect(selected).to_have_count(0)
    expect(page.locator("bulk-bar")).to_be_hidden()


def test_a_list_is_narrowed_kept_and_opened_by_its_number(world, desk):
    tag = make_tag(world.anna, "Lost parcel")
    chosen = Conversation.objects.filter(customer_name__in=["Customer 07", "Customer 08"])
    tag_conversations(list(chosen.values_list("id", flat=True)), [tag.id], world.anna)
    page = desk(world.anna)
    page.keyboard.press("f")
    bar = page.locator("filter-bar")
    bar.locator("summary", has_text="Tag").click()
    bar.get_by_label("Lost parcel").check()
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(2)
    assert serious_faults(page) == []
    bar.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name").fill("Parcels")
    page.keyboard.press("Enter")
    expect(page.locator("h1", has_text="Parcels")).to_be_visible()
    assert serious_faults(page) == []
    page.goto("/desk/open/")

    page.keyboard.press("g")
    page.keyboard.press("1")

    expect(page.locator(".row")).to_have_count(2)
    assert page.url.endswith(f"/desk/view-{SavedView.objects.get().id}/")


def test_a_tag_is_found_made_and_put_on_by_keys(world, desk):
    make_tag(world.anna, "Возврат")
    page = desk(world.anna)
    open_first(page)
    page.keyboard.press("t")
    picker = page.get_by_role("combobox", name="Find or make a tag")
    expect(picker).to_be_focused()
    page.keyboard.type("возв")
    expect(page.get_by_role("option", name="Возврат")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("tag-picker [role=status]")).to_have_text("Возврат is on")
    expect(picker).to_have_value("")
    page.keyboard.type("Broken zip")
    expect(page.get_by_role("option", name="Make “Broken zip”")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Broken zip")).to_have_attribute("aria-selected", "true")
    assert serious_faults(page) == []

    page.keyboard.press("Escape")

    expect(page.locator(".conversation-facts .tag")).to_have_count(2)
    [worn] = tags_of(list(Conversation.objects.values_list("id", flat=True))).values()
    assert [tag.name for tag in worn] == ["Broken zip", "Возврат"]


def test_the_bar_fits_a_phone(world, desk):
    page = desk(world.anna, viewport={"width": 360, "height": 740})
    page.locator(".row-select").first.check(force=True)
    page.locator(".row-select").nth(1).check(force=True)
    expect(page.locator(".bulk-verbs")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious_faults(page) == []
