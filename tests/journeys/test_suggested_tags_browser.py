"""A tag that fits stands quietly beside the conversation: one key puts it on, another says that it does not fit."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from allears.pipeline.conversations.actions.tagging import find_or_make_tag, tag_conversations
from allears.pipeline.conversations.actions.topics import learn_topics_anew
from allears.pipeline.conversations.models import Conversation, ConversationTag, TagDecision
from allears.pipeline.conversations.test_topics import OPENINGS, REFUNDS
from tests.journeys.desks import SERIOUS, World
from tests.journeys.worlds import deliver, message_from

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def world() -> World:
    world = World()
    for name, texts in (("refund", REFUNDS), ("opening hours", OPENINGS)):
        tag = find_or_make_tag(world.anna, name)
        for n, text in enumerate(texts):
            deliver(world.channel, message_from(f"{name} {n}", text))
            found = Conversation.objects.get(customer_name=f"{name} {n}")
            tag_conversations([found.id], [tag.id], world.anna)
    learn_topics_anew()
    deliver(world.channel, message_from("Zoë Quist", "I would like a refund, my lantern is broken"))
    deliver(world.channel, message_from("Minh Tran", "Is the shop open on Sunday?"))
    return world


def page_of(world, desk, name, **more):
    conversation = Conversation.objects.get(customer_name=name)
    return conversation, desk(world.anna, f"/desk/open/{conversation.id}/", **more)


def test_one_key_puts_a_suggested_tag_on(world, desk):
    conversation, page = page_of(world, desk, "Zoë Quist")
    expect(page.locator(".tag[data-suggested]")).to_contain_text("Suggested: refund")
    assert not ConversationTag.objects.filter(conversation=conversation).exists()

    page.keyboard.press("i")

    expect(page.locator(".tag[data-suggested]")).to_have_count(0)
    expect(page.get_by_role("button", name="Take off “refund”")).to_be_visible()
    assert TagDecision.objects.get(conversation=conversation).is_accepted


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_what_does_not_fit_is_dismissed(world, desk, width, scheme):
    view = {"width": width, "height": 800}
    conversation, page = page_of(world, desk, "Minh Tran", viewport=view, color_scheme=scheme)
    chip = page.locator(".tag[data-suggested]")
    expect(chip).to_contain_text("Suggested: opening hours")
    box = chip.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []

    page.keyboard.press("Shift+I")

    expect(chip).to_have_count(0)
    assert not TagDecision.objects.get(conversation=conversation).is_accepted
    assert not ConversationTag.objects.filter(conversation=conversation).exists()
