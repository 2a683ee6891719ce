"""Everything by keys, on every layout: the table of keys, the command palette, saved replies, a working day."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.models import Dispatch
from allears.web.desk.keys import KEYS
from tests.journeys.desks import SERIOUS, World, open_first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]
LATIN = "QWERTYUIOPASDFGHJKLZXCVBNM"
RUSSIAN = {
    **dict(zip([f"Key{letter}" for letter in LATIN], "йцукенгшщзфывапролдячсмить", strict=True)),
    "BracketLeft": "х",
    "BracketRight": "ъ",
    "Slash": ".",
}
# The Vietnamese layout has letters where others have figures and brackets.
VIETNAMESE = {
    **{f"Key{letter}": letter.lower() for letter in LATIN},
    **dict(zip([f"Digit{n}" for n in range(1, 10)], "ăâêôˋˀ~´.", strict=True)),
    "BracketLeft": "ư",
    "BracketRight": "ơ",
    "Slash": "/",
}
MODIFIERS = {"Mod": 2, "Shift": 8}
HEAR = """() => {
  window.told = [];
  document.addEventListener("key", (event) => { window.told.push(event.detail.does); event.preventDefault(); });
}"""


@pytest.fixture
def world() -> World:
    return World()


def press(page: Page, chord: str, layout: dict[str, str]) -> None:
    """Press a physical key as a keyboard of that layout would, modifiers held."""
    *held, code = chord.split("+")
    modifiers = sum(MODIFIERS[name] for name in held)
    key = layout.get(code, code.removeprefix("Digit") if code.startswith("Digit") else code)
    line = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        line.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": key, "modifiers": modifiers})
    line.detach()


@pytest.mark.parametrize("layout", [RUSSIAN, VIETNAMESE], ids=["russian", "vietnamese"])
def test_every_key_of_the_table_is_found_by_where_it_stands(world, desk, layout):
    page = desk(world.anna)
    page.evaluate(HEAR)
    # The palette listens itself, for it also opens where no table is.
    keys = [key for group in KEYS for key in group.keys if key.does != "palette"]
    for key in keys:
        for chord in key.codes.split(" "):
            press(page, chord, layout)
    assert page.evaluate("window.told") == [key.does for key in keys]
    press(page, "Mod+KeyK", layout)
    expect(page.locator("command-palette dialog")).to_be_visible()


def test_a_key_with_another_modifier_or_while_composing_does_nothing(world, desk):
    page = desk(world.anna)
    page.evaluate(HEAR)
    for chord in ("Mod+KeyJ", "Mod+Shift+KeyE", "Shift+KeyJ"):
        press(page, chord, RUSSIAN)
    page.evaluate(
        """() => document.body.dispatchEvent(new KeyboardEvent("keydown",
            {code: "KeyJ", key: "Process", isComposing: true, bubbles: true}))"""
    )
    page.locator("[data-key=search]").first.focus()
    press(page, "KeyJ", RUSSIAN)
    assert page.evaluate("window.told") == []


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("command-palette [role=option]").first).to_be_visible()


def test_the_palette_finds_what_is_typed_on_the_wrong_layout(world, desk):
    page = desk(world.anna)
    open_first(page)
    open_palette(page)
    page.keyboard.type("ыщдму")
    field = page.locator("command-palette input")
    chosen = page.locator("command-palette [aria-selected=true]")
    expect(chosen).to_contain_text("Solve")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    field.fill("zzz qqq")
    expect(page.locator("command-palette [role=option]:visible")).to_have_count(2)
    expect(chosen).to_contain_text("Search for “zzz qqq”")


def test_the_palette_does_goes_and_remembers(world, desk):
    page = desk(world.anna)
    open_first(page)
    open_palette(page)
    page.keyboard.type("boris")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key=assign]")).to_contain_text("Boris")
    open_palette(page)
    expect(page.locator("command-palette .chooser-group").first).to_have_text("Used lately")
    expect(page.locator("command-palette [aria-selected=true]")).to_contain_text("Give it to Boris")
    page.locator("command-palette input").fill("customers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/")
    open_palette(page)
    expect(page.get_by_role("option", name="Give it to Boris")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("command-palette dialog")).to_be_hidden()
    assert Conversation.objects.filter(assignee=world.boris).count() == 1


def test_a_saved_reply_is_found_filled_and_its_gap_is_not_sent(world, desk):
    text = "Dear {{ customer.first_name }}, about {{ conversation.subject }}: it is on its way."
    create_saved_reply(world.anna, SavedWords(title="Where it is", text=text, shortcut="where"))
    create_saved_reply(world.anna, SavedWords(title="Thanks", text="Thank you!"))
    page = desk(world.anna)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("/")
    expect(page.locator("saved-replies [role=option]:visible")).to_have_count(2)
    page.keyboard.type("where")
    expect(page.locator("saved-replies .chooser-preview mark")).to_have_text("{{ conversation.subject }}")
    page.keyboard.press("Enter")
    field = page.locator("textarea[data-field=reply]")
    expect(field).to_have_value("Dear Maria, about {{ conversation.subject }}: it is on its way.")
    expect(page.locator(".gaps")).to_contain_text("conversation.subject")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("your parcel")
    expect(field).to_have_value("Dear Maria, about your parcel: it is on its way.")
    assert Dispatch.objects.count() == 0
    page.keyboard.press("Control+Enter")
    expect(page.locator("toast-note")).to_contain_text("Goes out in")
    assert len(Dispatch.objects.get().before["saved_replies"]) == 1


def test_escape_leaves_the_slash_where_it_was_meant(world, desk):
    create_saved_reply(world.anna, SavedWords(title="Thanks", text="Thank you!"))
    page = desk(world.anna)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("and")
    page.keyboard.type("/or ")
    page.keyboard.type("/")
    expect(page.locator("saved-replies [role=option]")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.type("path")
    expect(page.locator("textarea[data-field=reply]")).to_have_value("and/or /path")


def test_a_day_goes_by_without_a_mouse(world, desk):
    page = desk(world.anna)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("conversation-view")).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key=priority]")).to_contain_text("Urgent")
    page.keyboard.press("r")
    page.keyboard.type("It leaves today.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("toast-note")).to_contain_text("Goes out in")
    page.keyboard.press("Control+z")
    expect(page.locator("textarea[data-field=reply]")).to_have_value("It leaves today.")
    page.keyboard.press("r")
    first = page.locator("conversation-view").get_attribute("data-conversation")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(f"conversation-view:not([data-conversation='{first}'])")).to_be_visible()
    page.keyboard.press("]")
    expect(page.locator("#context")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/customers/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_nothing_stands_in_anyones_way(world, desk, scheme, width):
    create_saved_reply(world.anna, SavedWords(title="Thanks", text="Dear {{ conversation.subject }}"))
    conversation = Conversation.objects.earliest("id")
    customer = conversation.customer_id
    view = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    found = []
    for path in (
        "/customers/",
        f"/customers/{customer}/",
        f"/customers/{customer}/merge/?q=minh",
        f"/customers/{customer}/merge/{Conversation.objects.latest('id').customer_id}/",
        f"/desk/conversations/{conversation.id}/print/",
        "/settings/saved-replies/",
        "/settings/saved-replies/new/",
        f"/desk/open/{conversation.id}/",
    ):
        page = desk(world.anna, path, **view)
        if path.startswith("/desk/open/"):
            open_palette(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found += [
            f"{path}: {one['id']} {one['nodes'][0]['html']}"
            for one in Axe().run(page).response["violations"]
            if one["impact"] in SERIOUS
        ]
    assert found == []
