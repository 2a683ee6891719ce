"""Brands in the settings: made, changed, shown by channels, deleted; without JavaScript."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.business_time import WEEKDAYS
from allears.foundation.clock import stopped_clock
from allears.foundation.workspaces.actions import BrandFacts, create_brand, make_default_brand
from allears.foundation.workspaces.models import Brand
from allears.foundation.workspaces.queries import default_brand_of
from allears.pipeline.channels.actions.manners import set_channel_brand
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import brand_of_channel, brands_by_channel
from allears.pipeline.conversations.models import Conversation
from tests.journeys.worlds import browser_of, make_world
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


def filled(**changes):
    """What the form sends: office hours in Saigon, and a day off."""
    week = {day: "9-18" if day in WEEKDAYS[:5] else "" for day in WEEKDAYS}
    days = {"days-TOTAL_FORMS": "1", "days-INITIAL_FORMS": "0", "days-0-on": "", "days-0-name": ""}
    given = {"name": "Wick", "language": "vi", "colour": "#aa3300", "time_zone": "Asia/Ho_Chi_Minh"}
    return {**given, **week, **days, **changes}


def test_a_brand_is_made_with_hours_days_off_and_channels(world, browser):
    response = browser.post(
        "/settings/brands/new/",
        filled(
            voice="We say you.",
            signature="{name}",
            channels=[world.channel.id],
            **{"days-0-on": "2026-12-25", "days-0-name": "Christmas", "days-0-is_yearly": "on"},
        ),
    )
    brand = Brand.objects.get(name="Wick")

    assert response.headers["Location"] == f"/settings/brands/{brand.id}/"
    assert (brand.hours["fri"], brand.hours["sat"]) == (["09:00-18:00"], [])
    assert brand.holidays == [{"on": "12-25", "name": "Christmas"}]
    assert (brand.colour, brand.voice, brand.language) == ("#aa3300", "We say you.", "vi")
    assert brand_of_channel(Channel.objects.get(id=world.channel.id)) == brand
    again = browser.get(response.headers["Location"]).text
    assert ('value="09:00-18:00"' in again, 'value="2028-12-25"' in again) == (True, True)


def test_the_list_says_who_is_open_until_when(world, browser):
    create_brand(world.owner, BrandFacts(name="Wick", hours={"fri": ["8-18"]}))
    create_brand(world.owner, BrandFacts(name="Beacon", hours={"mon": ["8-18"]}))
    create_brand(world.owner, BrandFacts(name="Closed", hours={}))

    with stopped_clock(FRIDAY_NOON):
        page = browser.get("/settings/brands/").text

    for words in ("Open round the clock", "Open until 18:00", "Closed until Mon 08:00", "Never open"):
        assert page.count(words) == 1


def test_mondays_hours_are_copied_with_one_press_and_nothing_is_saved(world, browser):
    brand = default_brand_of(world.owner.workspace_id)
    page = browser.post(f"/settings/brands/{brand.id}/", filled(mon="7-11, 12-16", copy="weekdays"))

    assert page.status_code == 200
    assert page.text.count('value="7-11, 12-16"') == 5
    assert default_brand_of(world.owner.workspace_id).hours == brand.hours


def test_a_colour_is_tried_before_it_is_saved(world, browser):
    brand = default_brand_of(world.owner.workspace_id)
    page = browser.post(f"/settings/brands/{brand.id}/", filled(colour="#fff176", show="1")).text

    assert 'fill="#fff176"' in page
    assert page.count('data-tone="warm"') == 1
    assert default_brand_of(world.owner.workspace_id).colour == brand.colour


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mon": "nine to five"}, "Write hours like 9:00-12:00, 13:30-18:00."),
        ({"name": "LANTERN"}, "There is one with this name already. Choose another name."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"colour": "red"}, "Enter a valid value."),
    ],
)
def test_what_makes_no_brand_is_said_and_what_was_written_stays(browser, wrong, said):
    page = browser.post("/settings/brands/new/", filled(voice="We say you.") | wrong)

    assert page.status_code == 422
    assert (said in page.text, "We say you." in page.text) == (True, True)
    assert Brand.objects.count() == 1


def test_the_default_brand_can_be_another_one_and_can_not_be_deleted(world, browser):
    first, second = (
        default_brand_of(world.owner.workspace_id),
        create_brand(world.owner, BrandFacts(name="Wick")),
    )
    refused = browser.post(f"/settings/brands/{first.id}/delete/")
    browser.post(f"/settings/brands/{second.id}/default/")
    browser.post(f"/settings/brands/{first.id}/delete/")

    assert refused.status_code == 409
    assert list(Brand.objects.all()) == [second]
    assert brands_by_channel(world.owner.workspace_id)[world.channel.id] == second


def test_the_channels_page_chooses_its_brand_and_how_long_bytes_are_kept(world, browser):
    brand = create_brand(world.owner, BrandFacts(name="Wick"))
    manners = {"team": "", "signature": "", "brand": brand.id, "keep_raw_days": "30"}
    browser.post(f"/settings/channels/{world.channel.id}/manners/", manners)
    chosen = Channel.objects.get(id=world.channel.id)
    browser.post(f"/settings/channels/{world.channel.id}/manners/", manners | {"brand": ""})

    assert (chosen.brand, chosen.keep_raw_days) == (brand, 30)
    assert Channel.objects.get(id=world.channel.id).brand is None


def test_a_conversation_names_its_brand_where_there_are_several(world, browser):
    conversation = Conversation.objects.filter(workspace=world.owner.workspace).earliest("id")
    address = f"/desk/all/{conversation.id}/"
    alone = browser.get(address).text
    brand = create_brand(world.owner, BrandFacts(name="Wick & Sons", voice="We say you, always."))
    set_channel_brand(world.channel, brand, world.owner)
    page = browser.get(address).text

    assert 'class="brand-name"' not in alone
    assert page.count('class="brand-name"') == 1
    assert ("Wick &amp; Sons" in page, "We say you, always." in page) == (True, True)


def test_what_was_a_channels_own_brand_may_become_the_default(world, browser):
    brand = create_brand(world.owner, BrandFacts(name="Wick"))
    set_channel_brand(world.channel, brand, world.owner)
    make_default_brand(world.owner, brand)

    assert browser.get(f"/settings/brands/{brand.id}/").status_code == 200
    assert browser.get(f"/settings/channels/{world.channel.id}/").status_code == 200


def test_the_list_of_brands_asks_the_same_however_many_there_are(world, browser):
    browser.get("/settings/brands/")
    with CaptureQueriesContext(connection) as for_one:
        browser.get("/settings/brands/")
    for number in range(2):
        create_brand(world.owner, BrandFacts(name=f"Wick {number}"))

    with CaptureQueriesContext(connection) as for_three:
        browser.get("/settings/brands/")
    assert len(for_three) == len(for_one)
