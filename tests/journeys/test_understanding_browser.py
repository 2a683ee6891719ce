"""What was read is opened, corrected and taken back by keys alone."""

import pytest
from playwright.sync_api import expect

from allears.pipeline.conversations.models import Correction
from tests.journeys.desks import World, open_first

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases="__all__")]


@pytest.fixture
def world() -> World:
    return World()


def test_one_key_opens_what_was_read_and_enter_corrects_it(world, desk):
    page = desk(world.anna)
    open_first(page)

    page.keyboard.press("c")

    first = page.locator(".reading button[value='sentiment:negative']")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Mood: Unhappy")
    assert Correction.objects.filter(question="sentiment", after="negative", undone_at=None).exists()
