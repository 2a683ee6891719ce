"""A visitor and the desk talk; nothing that was written is lost."""

import pytest
from playwright.sync_api import Route, expect

from allears.connectors.chat.connector import sign_identity
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.actions.presence import note_presence
from allears.pipeline.conversations.models import Attachment, Conversation, Message
from allears.pipeline.replies.actions.drafting import add_draft_file
from allears.public.chat.conftest import SECRET
from allears.public.chat.models import Visitor
from tests.journeys.desks import signed_in
from tests.journeys.widget.steps import answer, bubbles, close_for_today, open_chat, picture, sent, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


def test_a_visitor_and_an_agent_talk(site, shop, visit):
    page = visit()
    expect(page.locator(".launcher")).to_be_visible()
    before = list(shop.asked)
    assert [name for name in before if name.startswith(("widget", "config"))] == [
        "widget.js",
        "config?language=en",
    ]
    assert not {"hello", "live"} & set(before)
    assert page.evaluate("localStorage.length") == 0
    open_chat(page)
    write(page, "Where is my parcel? https://shop.example/orders/12.")
    sent(page)
    assert page.locator(".bubble a").get_attribute("href") == "https://shop.example/orders/12"
    site.read()
    conversation = Conversation.objects.get(channel=site.channel)
    site.answer(conversation, "Let me look.")
    expect(bubbles(page, "theirs").last).to_have_text("Let me look.")
    note_presence(site.agent, conversation, "replying")
    expect(page.locator(".typing")).to_have_text("Ines is writing")
    site.answer(conversation, "It arrives tomorrow.")
    expect(bubbles(page, "theirs").last).to_have_text("It arrives tomorrow.")
    expect(page.locator(".typing")).to_be_hidden()
    expect(page.locator(".line[data-side=theirs][data-first] .who").last).to_have_text("Ines")
    expect(page.locator(".line[data-side=mine]")).to_have_attribute("data-state", "seen")
    page.reload()
    expect(bubbles(page)).to_have_count(1)
    expect(bubbles(page, "theirs").last).to_have_text("It arrives tomorrow.")
    assert Visitor.objects.get().seen_message_id == Message.objects.latest("id").id


def test_what_comes_while_the_chat_is_closed_is_counted_and_read_out(site, visit):
    page = visit()
    open_chat(page)
    write(page, "Hello?")
    sent(page)
    site.read()
    page.get_by_role("button", name="Close the chat").first.click()
    site.answer(Conversation.objects.get(channel=site.channel), "Here I am.")
    expect(page.locator(".badge")).to_have_text("1")
    expect(page.get_by_role("button", name="Chat with us. New messages: 1")).to_be_visible()
    expect(page.locator(".launcher ~ [role=status], [role=status].for-readers").first).to_have_text(
        "New message from Ines: Here I am."
    )
    page.locator(".launcher").click()
    expect(page.locator(".badge")).to_be_hidden()


def test_the_keyboard_is_enough(visit):
    page = visit()
    expect(page.locator(".launcher")).to_be_visible()
    page.locator("#search").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_be_visible()
    if page.locator(".first").is_visible():
        page.get_by_role("button", name="Write without e-mail").focus()
        page.keyboard.press("Enter")
    page.keyboard.type("First line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(bubbles(page)).to_have_text("First line\nsecond line", use_inner_text=True)
    page.get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Forget this device")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Forget this device")).to_be_hidden()
    expect(page.locator(".panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()


def test_words_written_while_the_desk_is_away_arrive_by_themselves(site, desk, visit):
    page = visit()
    open_chat(page)
    write(page, "One")
    sent(page)
    desk.stop()
    write(page, "Two")
    write(page, "Three")
    expect(page.locator(".line[data-side=mine]").last).to_have_attribute("data-state", "waiting")
    expect(page.get_by_text("Not sent yet. It goes out by itself.").last).to_be_visible()
    desk.start()
    expect(page.locator(".line[data-state=waiting]")).to_have_count(0, timeout=60_000)
    sent(page)
    site.read()
    texts = Message.objects.filter(conversation__channel=site.channel).order_by("id")
    assert list(texts.values_list("text", flat=True)) == ["One", "Two", "Three"]
    expect(bubbles(page)).to_have_text(["One", "Two", "Three"])


def test_what_waits_survives_a_reload_and_what_is_half_written_too(site, visit):
    page = visit()
    open_chat(page)
    page.route("**/lines", lambda route: route.abort())
    write(page, "Do not lose me")
    expect(page.locator(".line[data-state=waiting]")).to_have_count(1)
    page.locator(".composer textarea").fill("half a sent")
    page.reload()
    expect(bubbles(page)).to_have_text("Do not lose me")
    expect(page.locator(".composer textarea")).to_have_value("half a sent")
    page.unroute("**/lines")
    sent(page)
    site.read()
    assert Message.objects.get(conversation__channel=site.channel).text == "Do not lose me"


def test_whoever_is_too_fast_waits_and_loses_nothing(site, visit):
    page = visit()
    open_chat(page)
    refused: list[str] = []

    def too_fast(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.post_data)
        answer = {"status": 429, "content_type": "application/problem+json", "body": '{"retry_after": 1}'}
        route.fulfill(headers={"access-control-allow-origin": "*"}, **answer)

    page.route(
        "**/lines", lambda route: too_fast(route) if route.request.method == "POST" else route.continue_()
    )
    write(page, "Quick")
    sent(page)
    assert len(refused) == 1
    site.read()
    assert Message.objects.filter(conversation__channel=site.channel).count() == 1


def test_files_go_both_ways(site, visit):
    page = visit()
    open_chat(page)
    files = [
        {"name": "crack.png", "mimeType": "image/png", "buffer": picture()},
        {"name": "receipt.txt", "mimeType": "text/plain", "buffer": b"one lantern, 12 EUR"},
    ]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator(".picked li")).to_have_count(2)
    write(page, "See the crack")
    sent(page)
    expect(page.locator(".picture canvas")).to_be_visible()
    site.read()
    sent_names = Attachment.objects.filter(message__conversation__channel=site.channel).order_by("id")
    assert list(sent_names.values_list("name", flat=True)) == ["crack.png", "receipt.txt"]
    conversation = Conversation.objects.get(channel=site.channel)
    label = add_draft_file(site.agent, conversation, "reply", "label.txt", "text/plain", b"a label")
    answer(site, conversation, "Print this.", [label])
    with page.expect_download() as download:
        page.get_by_role("button", name="label.txt").click()
    assert download.value.path().read_bytes() == b"a label"


def test_outside_of_the_hours_a_message_is_left_and_goes_by_mail(site, visit):
    close_for_today(site)
    page = visit(timezone_id="UTC")
    page.locator(".launcher").click()
    expect(page.locator(".first")).to_contain_text("We are back tomorrow, 09:00 (your time).")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#field-email")).to_be_focused()
    expect(page.locator("#field-email-wrong")).to_have_text("Please fill this in.")
    page.get_by_label("Your name").fill("Maria")
    page.get_by_label("E-mail address").fill("maria@shop.example")
    page.get_by_label("Message", exact=True).fill("Do you ship to Riga?")
    page.get_by_role("button", name="Send", exact=True).click()
    sent(page)
    site.read()
    visitor = Visitor.objects.get()
    assert (visitor.name, visitor.email) == ("Maria", "maria@shop.example")
    assert Conversation.objects.get(channel=site.channel).customer_name == "Maria"
    expect(page.locator(".composer textarea")).to_be_focused()


def test_tabs_stay_in_step_over_one_line(site, shop, visit):
    one = visit()
    open_chat(one)
    write(one, "From the first tab")
    sent(one)
    other = visit(one.context)
    other.locator(".launcher").click()
    expect(bubbles(other)).to_have_text("From the first tab")
    write(other, "From the second")
    expect(bubbles(one)).to_have_text(["From the first tab", "From the second"])
    site.read()
    site.answer(Conversation.objects.get(channel=site.channel), "To both")
    for page in (one, other):
        expect(bubbles(page, "theirs").last).to_have_text("To both")
    assert shop.asked.count("live") == 1
    one.close()
    site.answer(Conversation.objects.get(channel=site.channel), "To who is left")
    expect(bubbles(other, "theirs").last).to_have_text("To who is left")


def test_the_page_speaks_to_the_chat_before_and_after_it_is_there(site, shop, browser, visit):
    Channel.objects.filter(id=site.channel.id).update(settings={"origins": shop.url, "ask": "never"})
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="en-GB")
    signed = {"id": "42", "hash": sign_identity(SECRET, "42"), "name": "Anna", "email": "anna@shop.example"}
    context.add_init_script(
        f"window.told = []; window.AllEars = [['identify', {signed}], "
        "['on', 'open', () => told.push('open')], ['on', 'message', (said) => told.push(said.text)]]"
    )
    page = visit(context)
    expect(page.locator(".launcher")).to_be_visible()
    page.evaluate("AllEars.open()")
    expect(page.locator(".composer textarea")).to_be_focused()
    write(page, "It is me")
    sent(page)
    site.read()
    assert Visitor.objects.get().user_id == "42"
    site.answer(Conversation.objects.get(channel=site.channel), "Hello Anna")
    expect(bubbles(page, "theirs").last).to_have_text("Hello Anna")
    assert page.evaluate("told") == ["open", "Hello Anna"]
    page.evaluate("AllEars.close()")
    expect(page.locator(".panel")).to_be_hidden()


def test_a_device_is_forgotten(site, visit):
    page = visit()
    open_chat(page)
    write(page, "Forget me")
    sent(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Forget this device").click()
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("This browser has forgotten the conversation.")).to_be_visible()
    expect(bubbles(page)).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    page.locator(".launcher").or_(page.locator(".panel")).first.wait_for()
    expect(bubbles(page)).to_have_count(0)


def test_a_newcomer_chats_from_the_settings(site, desk, browser):
    context = browser.new_context(base_url=desk.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_cookies(
        [{"name": name, "value": value, "url": desk.url} for name, value in signed_in(site.world.owner)]
    )
    page = context.new_page()
    page.goto("/settings/channels/new/")
    page.get_by_role("link", name="Live chat").click()
    page.get_by_role("button", name="Check and connect").click()
    page.get_by_role("link", name="Try it here").click()
    open_chat(page)
    write(page, "Is this on?")
    sent(page)
    site.read()
    page.goto("/desk/open/")
    expect(page.locator(".row", has_text="Is this on?")).to_be_visible()
    context.close()
