"""The desk in a real browser: answering, taking back, being stopped, hearing at once, living by keys."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from allears.pipeline.conversations.models import Conversation, Note
from allears.pipeline.replies.models import Dispatch, DispatchState, Draft
from tests.journeys.desks import SERIOUS, World, open_first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def world() -> World:
    return World()


def test_a_reply_is_held_and_can_be_taken_back(world, desk):
    page = desk(world.anna)
    open_first(page)
    page.keyboard.press("r")
    page.keyboard.type("It leaves today.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline undo-countdown")).to_contain_text("Goes out in")
    expect(page.locator("textarea[data-field=reply]")).to_have_value("")
    page.locator("toast-note").get_by_role("button", name="Undo").click()
    expect(page.locator("textarea[data-field=reply]")).to_have_value("It leaves today.")
    assert Dispatch.objects.get().state == DispatchState.CANCELLED


def test_whoever_was_slower_is_shown_what_was_said(world, desk):
    conversation = Conversation.objects.earliest("queue_position")
    path = f"/desk/open/{conversation.id}/"
    anna, boris = desk(world.anna, path), desk(world.boris, path)
    boris.locator("textarea[data-field=reply]").fill("Your parcel is lost.")
    anna.locator("textarea[data-field=reply]").fill("Your parcel arrives on Monday.")
    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.locator("#timeline .entry[data-direction=out]")).to_have_count(1)
    boris.get_by_role("button", name="Send", exact=True).click()
    expect(boris.locator(".stop")).to_contain_text("Your parcel arrives on Monday.")
    expect(boris.locator("textarea[data-field=reply]")).to_have_value("Your parcel is lost.")
    assert Dispatch.objects.count() == 1
    boris.get_by_role("button", name="Send anyway").click()
    expect(boris.locator("#timeline .entry[data-direction=out]")).to_have_count(2)


def test_what_arrives_waits_behind_a_button(world, desk):
    page = desk(world.anna)
    expect(page.locator("html[data-line=held]")).to_be_attached()
    names = page.locator(".row-name").all_inner_texts()
    world.write("Zoë Quist", "Hello?")
    world.write("Omar Haddad", "Anyone?")
    offer = page.locator(".arrivals a")
    expect(offer).to_have_text("Show 2 new")
    assert page.locator(".row-name").all_inner_texts() == names
    offer.click()
    expect(page.locator(".row")).to_have_count(5)


def test_a_message_appears_in_the_open_conversation(world, desk):
    conversation = Conversation.objects.get(customer_name="Maria Petrova")
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    expect(page.locator("html[data-line=held]")).to_be_attached()
    page.locator("textarea[data-field=reply]").fill("Half a sent")
    world.write("Maria Petrova", "And it was a present!")
    expect(page.locator("#timeline")).to_contain_text("And it was a present!")
    expect(page.locator("textarea[data-field=reply]")).to_have_value("Half a sent")


def test_a_queue_is_worked_through_by_keys(world, desk):
    page = desk(world.anna)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("conversation-view")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("[data-key=assign]")).to_contain_text("Anna Lind")
    page.keyboard.press("y")
    page.keyboard.press("Enter")
    expect(page.locator("toast-note")).to_contain_text("Solved without a reply")
    expect(page.locator(".row[data-gone]")).to_have_count(1)
    page.keyboard.press("u")
    expect(page.locator("#workspace[data-shows=nothing]")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/desk/unassigned/")
    assert Conversation.objects.filter(status="solved", assignee=world.anna).count() == 1


def test_keys_stay_out_of_what_is_typed(world, desk):
    page = desk(world.anna)
    open_first(page)
    page.keyboard.press("n")
    page.keyboard.type("use every key: jkuremaspy?/[]")
    expect(page.locator("textarea[data-field=note]")).to_have_value("use every key: jkuremaspy?/[]")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".entry[data-kind=note]")).to_contain_text("use every key")
    assert Note.objects.count() == 1
    assert Dispatch.objects.count() == 0


def test_a_draft_is_there_again(world, desk):
    conversation = Conversation.objects.earliest("queue_position")
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    page.locator("textarea[data-field=reply]").fill("Dear Maria, half of a")
    expect(page.locator("form[data-mode=reply] .draft-state")).to_have_text("Draft saved")
    page.reload()
    expect(page.locator("textarea[data-field=reply]")).to_have_value("Dear Maria, half of a")
    colleague = desk(world.boris, f"/desk/open/{conversation.id}/")
    expect(colleague.locator(".shared-draft")).to_contain_text("Anna Lind has a draft here")
    expect(colleague.locator("#who-is-here")).to_contain_text("Anna Lind")


def test_files_are_attached_and_sent(world, desk):
    page = desk(world.anna)
    open_first(page)
    label = {"name": "label.txt", "mimeType": "text/plain", "buffer": b"a label"}
    page.locator("input[type=file]").set_input_files([label])
    expect(page.locator(".composer-files")).to_contain_text("label.txt")
    page.locator("textarea[data-field=reply]").fill("Here it is.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#timeline .entry[data-direction=out] .attachment")).to_contain_text("label.txt")


def test_an_agent_answers_without_javascript(world, desk):
    page = desk(world.anna, java_script_enabled=False)
    page.locator(".row > a").first.click()
    page.locator("textarea[name=text]").first.fill("It leaves today.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#timeline .entry[data-direction=out]")).to_contain_text("It leaves today.")
    page.locator("#timeline").get_by_role("button", name="Undo").click()
    expect(page.locator("textarea[name=text]").first).to_have_value("It leaves today.")


def test_a_lost_line_is_said_and_what_was_typed_is_kept(world, desk):
    conversation = Conversation.objects.earliest("queue_position")
    page = desk(world.anna, f"/desk/open/{conversation.id}/")
    expect(page.locator("html[data-line=held]")).to_be_attached()
    page.evaluate(
        "window.line = fetch; const no = () => Promise.reject(new TypeError('no line'));"
        "window.fetch = (url, ...rest) => (String(url).includes('/draft/') ? no() : line(url, ...rest)); 0"
    )
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator(".offline-strip")).to_be_visible()
    page.locator("textarea[data-field=reply]").fill("Written under way")
    expect(page.locator(".draft-state[data-state=failed]")).to_be_visible()
    assert not Draft.objects.exists()

    page.evaluate("window.fetch = line; dispatchEvent(new Event('online'))")
    expect(page.locator("form[data-mode=reply] .draft-state")).to_have_text("Draft saved")
    expect(page.locator(".offline-strip")).to_be_hidden()
    assert Draft.objects.get().text == "Written under way"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_nothing_stands_in_anyones_way(world, desk, scheme, width):
    conversation = world.write("Jonas Weber", "Is anyone there?", "public")
    view = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    found = []
    for path in (
        "/desk/unassigned/",
        "/desk/mine/",
        "/desk/search/?q=",
        "/desk/search/?q=nothing-like-this",
        f"/desk/open/{conversation.id}/",
    ):
        page = desk(world.anna, path, **view)
        result = Axe().run(page)
        found += [
            f"{path}: {one['id']} {one['nodes'][0]['html']}"
            for one in result.response["violations"]
            if one["impact"] in SERIOUS
        ]
    assert found == []
