"""How the widget stands on a page: in nobody's way, whatever the page is."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from allears.pipeline.conversations.models import Conversation
from tests.journeys.widget.steps import bubbles, close_for_today, open_chat, sent, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
LOOKS = [(1024, "light", "en"), (360, "dark", "ru"), (360, "light", "vi")]


def test_the_page_around_it_never_moves(site, visit):
    page = visit()
    page.evaluate(
        """window.shifts = 0;
        const count = (one) => { shifts += one.hadRecentInput ? 0 : one.value; };
        new PerformanceObserver((list) => list.getEntries().forEach(count))
          .observe({ type: "layout-shift", buffered: true });"""
    )
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    expect(page.locator(".launcher")).to_be_visible()
    before = page.evaluate(size)
    open_chat(page)
    write(page, "Hold still")
    sent(page)
    assert page.evaluate(size) == before
    assert page.evaluate("shifts") == 0
    # What the site does to its own buttons is not done to ours, and the other way round.
    assert page.locator(".launcher").evaluate("(one) => getComputedStyle(one).position") == "fixed"
    assert page.locator("h1").evaluate("(one) => getComputedStyle(one).color") == "rgb(176, 0, 90)"


@pytest.mark.parametrize(
    ("doctype", "before"), [("", ""), ("<!doctype html>", '<base href="https://elsewhere.example/deep/">')]
)
def test_odd_pages_have_it_too(shop, visit, doctype, before):
    shop.doctype, shop.before, shop.sheet = doctype, before, ""
    shop.policy = ""
    page = visit()
    open_chat(page)
    write(page, "Odd page")
    sent(page)


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_it_stands_in_nobodys_way(site, shop, visit, width, scheme, language):
    shop.language, shop.sheet = language, ""
    shop.policy = ""  # axe puts a script of its own into the page
    page = visit(viewport={"width": width, "height": 740}, color_scheme=scheme)
    close_for_today(site)
    page.reload()
    page.locator(".launcher").click()
    expect(page.locator(".first")).to_be_visible()
    found = serious(page, "the form")
    page.locator(".first .quiet").click()
    page.locator(".composer textarea").fill("Xin chào, где мой заказ? " * 6)
    page.locator(".send").click()
    sent(page)
    site.read()
    site.answer(Conversation.objects.get(channel=site.channel), "One moment.")
    expect(bubbles(page, "theirs").last).to_have_text("One moment.")
    found += serious(page, "the talk")
    page.locator(".head .icon-button").first.click()
    found += serious(page, "the menu")
    page.keyboard.press("Escape")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if width == 360:
        box = page.locator(".panel").bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
        for _ in range(12):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "allears-chat"
    page.locator(".head .close").click()
    found += serious(page, "the button")
    assert found == []


def serious(page: Page, what: str) -> list[str]:
    """List what axe finds, with the part of the chat that was open."""
    violations = Axe().run(page).response["violations"]
    return [f"{what}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in violations]
