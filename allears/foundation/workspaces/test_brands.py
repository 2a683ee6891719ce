from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.workspaces.actions import (
    BrandFacts,
    change_brand,
    create_brand,
    delete_brand,
    make_default_brand,
)
from allears.foundation.workspaces.colours import contrast, text_colour_on
from allears.foundation.workspaces.errors import BrandNotValid, DefaultBrandStays, NameTaken
from allears.foundation.workspaces.models import Brand
from allears.foundation.workspaces.queries import brands_of, default_brand_of, get_visible_brand, hours_of

FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_workspace_begins_with_a_brand_of_its_name_that_never_closes(owner):
    [brand] = brands_of(owner.workspace_id)

    assert (brand.name, brand.is_default) == ("Lantern", True)
    assert hours_of(brand).next_closing(FRIDAY_NOON) is None


def test_brands_stand_by_name_and_the_default_first(owner, stranger):
    for name in ("Wick", "Beacon"):
        create_brand(owner, BrandFacts(name=name))

    assert [brand.name for brand in brands_of(owner.workspace_id)] == ["Lantern", "Beacon", "Wick"]
    with pytest.raises(NameTaken):
        create_brand(owner, BrandFacts(name=" lantern "))
    assert create_brand(stranger, BrandFacts(name="Wick")).name == "Wick"


def test_a_brand_keeps_its_hours(owner):
    facts = BrandFacts(name="Wick", hours={"fri": ["8-12", "13-18"]}, time_zone="Asia/Ho_Chi_Minh")
    brand = create_brand(owner, facts)

    assert hours_of(brand).next_closing(FRIDAY_NOON) == datetime(2026, 11, 27, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "facts",
    [
        BrandFacts(name=" "),
        BrandFacts(name="Wick", colour="teal"),
        BrandFacts(name="Wick", time_zone="Mars/Olympus"),
        BrandFacts(name="Wick", hours={"mon": ["nine to five"]}),
        BrandFacts(name="Wick", holidays=[{"on": "Christmas"}]),
    ],
)
def test_what_makes_no_brand_is_refused(owner, facts):
    with pytest.raises(BrandNotValid):
        create_brand(owner, facts)


def test_there_is_always_one_default_brand_and_it_stays(owner):
    first, second = default_brand_of(owner.workspace_id), create_brand(owner, BrandFacts(name="Wick"))
    with pytest.raises(DefaultBrandStays):
        delete_brand(owner, first)

    make_default_brand(owner, second)
    delete_brand(owner, first)

    assert list(brands_of(owner.workspace_id)) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        Brand.objects.create(workspace=owner.workspace, name="Third", is_default=True, created_at=FRIDAY_NOON)


def test_only_those_who_administer_touch_brands_and_only_their_own(owner, agent, stranger):
    brand = default_brand_of(owner.workspace_id)

    for attempt in (
        lambda: create_brand(agent, BrandFacts(name="Wick")),
        lambda: change_brand(agent, brand, BrandFacts(name="Wick")),
        lambda: make_default_brand(agent, brand),
        lambda: delete_brand(agent, brand),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    for attempt in (
        lambda: change_brand(stranger, brand, BrandFacts(name="Wick")),
        lambda: make_default_brand(stranger, brand),
        lambda: delete_brand(stranger, brand),
        lambda: get_visible_brand(stranger, brand.id),
    ):
        with pytest.raises(NotVisible):
            attempt()


def test_workspaces_from_before_there_were_brands_are_given_one_once(owner):
    Brand.objects.all().delete()
    migration = import_module("allears.foundation.workspaces.migrations.0004_first_brands")

    migration.give_each_workspace_a_brand(apps, None)
    migration.give_each_workspace_a_brand(apps, None)

    assert [brand.name for brand in brands_of(owner.workspace_id)] == ["Lantern"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(("colour", "text"), [("#0f766e", "#ffffff"), ("#fde047", "#16130f")])
def test_the_words_on_a_colour_are_those_read_best(colour, text):
    assert text_colour_on(colour) == text
