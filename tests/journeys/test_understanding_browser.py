"""What was read is seen, corrected and taken back by keys alone; praise is thanked for; many report the same."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from allears.pipeline.conversations.models import Conversation, Correction
from tests.fake_reader import put_in
from tests.journeys.desks import SERIOUS, World, open_first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def world(monkeypatch) -> World:
    put_in(monkeypatch)
    return World()


def chip(page: Page):
    return page.locator(".reading-chip summary")


def test_one_key_opens_what_was_read_and_enter_corrects_it(world, desk):
    page = desk(world.anna)
    open_first(page)
    expect(chip(page)).to_contain_text("Question")

    page.keyboard.press("c")
    expect(page.locator(".reading button[value='sentiment:negative']")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("Mood: Unhappy")
    expect(chip(page)).to_contain_text("Unhappy · Question")
    expect(chip(page)).to_be_focused()
    assert Correction.objects.filter(question="sentiment", after="negative", undone_at=None).exists()

    page.reload()
    expect(chip(page)).to_contain_text("Unhappy · Question")
    page.keyboard.press("c")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#toasts")).to_contain_text("What was read counts again")
    expect(chip(page)).not_to_contain_text("Unhappy")
    assert not Correction.objects.filter(undone_at=None).exists()


@pytest.mark.parametrize("size", [(360, 640), (1024, 600)])
def test_the_panel_lies_over_what_would_cut_it_off(world, desk, size):
    conversation = Conversation.objects.earliest("id")
    view = {"width": size[0], "height": size[1]}
    page = desk(world.anna, f"/desk/open/{conversation.id}/", viewport=view, color_scheme="dark")

    page.keyboard.press("c")
    last = page.locator(".reading > p")
    expect(last).to_contain_text("English")
    expect(page.locator(".reading button[aria-pressed=true]")).to_have_count(4)
    last.scroll_into_view_if_needed()

    box, menu = last.bounding_box(), page.locator(".reading-menu").bounding_box()
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= size[0]
    assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]
    on_top = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.reading'))"
    assert page.evaluate(on_top, [box["x"] + 5, box["y"] + box["height"] / 2])
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []
    page.keyboard.press("Escape")
    expect(chip(page)).to_be_focused()


def test_praise_is_thanked_for_and_leaves_its_place(world, desk):
    world.write("Ida Lund", "I love your shop")
    world.write("Ola Dahl", "I love your shop, but it came broken")
    page = desk(world.anna, "/desk/praise/")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_contain_text("Praise")

    open_first(page)
    page.locator("textarea[data-field=reply]").fill("You made our day.")
    page.get_by_label("Send and …").click()
    page.get_by_role("button", name="Send and solve").click()

    expect(page.locator("#queue")).to_contain_text("Ida Lund")
    page.goto("/desk/praise/")
    expect(page.locator(".row")).to_have_count(0)
    assert Conversation.objects.get(customer_name="Ida Lund").status == "solved"


def test_those_who_report_the_same_stand_beside_it(world, desk):
    for number, name in enumerate(["Ida Lund", "Ola Dahl", "Liv Moe"]):
        world.write(name, f"The app took my money twice for one parcel, it is broken, number {number}")
    page = desk(world.anna)
    page.locator(".row", has_text="Liv Moe").locator("a").first.click()

    expect(page.locator(".context")).to_contain_text("3 people report this")
    expect(page.locator("#conversation-head")).to_contain_text("3 people report this")
    page.get_by_role("link", name="2 others are open").click()

    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator("#queue")).not_to_contain_text("Maria Petrova")
