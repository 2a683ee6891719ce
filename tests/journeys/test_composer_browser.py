"""The composer in a real browser: what the network takes is counted, shown and kept, before a word is sent."""

import random
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from allears.connectors.measuring import has_link, length_of
from allears.connectors.speaking import Unit
from allears.pipeline.conversations.models import Message
from allears.pipeline.replies.actions.deeds import do_due_deeds
from allears.pipeline.replies.elsewhere import ELSEWHERE, sends_elsewhere
from allears.pipeline.replies.models import Dispatch, Draft
from tests.fake_network import plug_in
from tests.journeys.desks import SERIOUS
from tests.journeys.squares import WARNING, SquareWorld, look
from tests.measured import LINKED, MEASURED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
MEASURE = """async (texts) => {
  const { lengthOf, hasLink } = await import("/static/desk/js/measuring.js");
  const units = ["characters", "utf16", "bytes", "graphemes", "weighted", "short_links"];
  return texts.map((text) => [...units.map((unit) => lengthOf(text, unit)), hasLink(text)]);
}"""
PARTS = [
    "a",
    "Ж",
    "đ",
    "e\u0301",
    "の",
    "👍🏽",
    "👩‍🔬",
    "🇻🇳",
    "1️⃣",
    "❤️",
    "☺",
    " ",
    "\n",
    ".",
    "-",
    "@ann",
    "@ann@far.example",
]
PARTS += [
    "https://lantern.example/a?b=1",
    "lantern.com",
    "shop.co/x.",
    "www.a-b.example",
    "…",
    "“",
    "(",
    ")",
    "/",
]


@pytest.fixture
def world(monkeypatch) -> SquareWorld:
    return SquareWorld(plug_in(monkeypatch))


def serious(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in SERIOUS]


def test_the_browser_counts_as_the_server_does(world, desk):
    page = desk(world.anna)
    dice = random.Random(7)
    made = ["".join(dice.choices(PARTS, k=dice.randrange(1, 14))) for _ in range(400)]
    texts = [*MEASURED, *LINKED, *made]
    here = [[*(length_of(text, unit) for unit in Unit), has_link(text)] for text in texts]
    there = page.evaluate(MEASURE, texts)
    assert [pair for pair in zip(texts, here, there, strict=True) if pair[1] != pair[2]] == []


def test_the_browser_notices_what_the_server_notices(world, desk):
    page = desk(world.anna)
    texts = [
        "Please e-mail us at a@b.example",
        "Позвоните нам",
        "Vui lòng gọi tổng đài",
        "It left today.",
        "Всё готово",
    ]
    found = page.evaluate("([p, all]) => all.map((one) => new RegExp(p, 'iu').test(one))", [ELSEWHERE, texts])
    assert found == [sends_elsewhere(text) for text in texts] == [True, True, True, False, False]


def test_what_is_too_long_or_costs_is_said_before_it_is_sent(world, desk):
    conversation = world.write("Where is my parcel?")
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    form = page.locator("form[data-mode=reply]")
    expect(form.locator(".composer-to strong")).to_have_text("Reply publicly to Ann Berg")
    expect(form.locator("text-count")).to_have_text("31 left")
    page.keyboard.press("r")
    page.keyboard.type("It is on its way, dear Ann, and more")
    expect(form.locator("text-count")).to_have_text("5 too many")
    form.get_by_role("button", name="Post publicly").click()
    expect(form.locator("textarea")).to_be_focused()
    assert not Dispatch.objects.exists()

    form.locator("textarea").fill("See lantern.com")
    expect(form.get_by_text(WARNING)).to_be_visible()
    expect(form.locator("text-count")).to_have_text("4 left")
    form.locator("textarea").fill("Please e-mail us")
    expect(form.get_by_text(WARNING)).to_be_hidden()
    expect(form.get_by_text("You send them elsewhere")).to_be_visible()
    look(page, "composer-public")
    assert serious(page) == []

    form.get_by_role("button", name="Write privately here instead").click()
    private = page.locator("textarea[data-field=private]")
    expect(private).to_be_focused()
    expect(form).to_be_hidden()


def test_taken_to_private_and_back_the_two_never_mix(world, desk):
    conversation = world.write("Where is my parcel?")
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    page.get_by_role("button", name="Take to private").click()
    page.keyboard.type("Your number, please?")
    form = page.locator("form[data-mode=private]")
    expect(form.locator(".draft-state")).to_have_text("Draft saved")
    expect(form.locator("window-left")).to_contain_text("6 d 23 h left to answer here")
    look(page, "composer-private")
    assert serious(page) == []

    page.reload()
    expect(page.locator("textarea[data-field=private]")).to_have_value("Your number, please?")
    expect(page.locator("form[data-mode=reply]")).to_be_hidden()
    page.get_by_role("button", name="Back to public").click()
    expect(page.locator("textarea[data-field=reply]")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .entry[data-direction=out]")).to_have_count(1)
    assert Message.objects.get(direction="out").visibility == "private"
    assert not Draft.objects.exists()
    page.locator("#mode-private + label").click()
    expect(page.get_by_text("One private message to each comment")).to_be_visible()
    look(page, "composer-closed")
    page.locator("toast-note").get_by_role("button", name="Undo").click()
    expect(page.locator("textarea[data-field=private]")).to_have_value("Your number, please?")
    expect(page.locator("textarea[data-field=reply]")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1024])
def test_it_is_whole_on_every_screen(world, desk, scheme, width):
    conversation = world.write("Где мой заказ?")
    size = {"width": width, "height": 760}
    page = desk(
        world.anna, f"/desk/open/{conversation.id}/", viewport=size, color_scheme=scheme, locale="ru-RU"
    )
    page.locator("#mode-private + label").click()
    page.locator("textarea[data-field=private]").fill("Позвоните нам")
    look(page, f"composer-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious(page) == []


def test_a_window_that_ends_takes_the_button_away(world, desk):
    conversation = world.write_privately("Hello?", hours_ago=23.5)
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    left = page.locator("form[data-mode=reply] window-left")
    expect(left).to_contain_text("min left to answer here")
    page.clock.install()
    page.clock.fast_forward(timedelta(minutes=31).total_seconds() * 1000)
    page.reload()
    page.evaluate(
        "document.querySelector('window-left').dataset.until = new Date(Date.now() + 1000).toISOString()"
    )
    page.clock.fast_forward(20_000)
    expect(left).to_have_text("The time to answer here is over.")
    expect(page.locator("form[data-mode=reply] .button-group [type=submit]").first).to_be_disabled()


def test_likes_and_hides_stand_under_the_message_with_who_and_why(world, desk):
    conversation = world.write("Buy my pills")
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    page.keyboard.press("l")
    page.get_by_role("button", name="👍").click()
    expect(page.get_by_text("Being liked")).to_be_visible()
    do_due_deeds()
    page.reload()
    expect(page.get_by_text("Anna Lind liked it 👍")).to_be_visible()
    page.keyboard.press("Shift+H")
    look(page, "deeds-menu")
    page.get_by_role("button", name="Spam or advertising").click()
    expect(page.get_by_text("Being hidden")).to_be_visible()
    do_due_deeds()
    page.reload()
    expect(page.get_by_text("Anna Lind hid it on the network (Spam or advertising)")).to_be_visible()
    look(page, "deeds-done")
    assert serious(page) == []
    page.locator("form.delivery").filter(has_text="hid it").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Being shown again")).to_be_visible()
    do_due_deeds()
    assert [(one.kind, one.emoji) for one in world.network.deeds] == [
        ("like", "👍"),
        ("hide", ""),
        ("unhide", ""),
    ]


def test_outside_the_window_a_template_is_chosen_filled_and_sent(world, desk):
    conversation = world.write_privately("Где посылка?", hours_ago=30)
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    expect(page.locator("textarea[data-field=reply]")).to_have_count(0)
    look(page, "templates-only")
    page.get_by_role("link", name="Choose a template").click()
    expect(page.locator(".template-card h2").first).to_contain_text("ru")
    look(page, "templates")
    assert serious(page) == []
    card = page.locator(".template-card").last
    card.get_by_label("What goes into 1").fill("Ann")
    card.get_by_label("What goes into 2").fill("4711")
    card.get_by_role("button", name="Send").click()
    expect(page.locator("#timeline .entry[data-direction=out]")).to_contain_text("Hello Ann, parcel 4711")
    assert Dispatch.objects.get().template["values"] == {"1": "Ann", "2": "4711"}
