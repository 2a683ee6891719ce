"""Brands: made, changed, made the default, deleted."""

from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, transaction

from allears.foundation.business_time import HoursNotValid, parse_hours, round_the_clock
from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.colours import is_colour
from allears.foundation.workspaces.errors import BrandNotValid, DefaultBrandStays, NameTaken
from allears.foundation.workspaces.models import TEAL, Brand, Member, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandFacts:
    """What makes up a brand; hours and holidays as `parse_hours` reads them."""

    name: str
    voice: str = ""
    signature: str = ""
    colour: str = TEAL
    language: str = "en"
    time_zone: str = "UTC"
    hours: dict[str, list[str]] = field(default_factory=round_the_clock)
    holidays: list[dict[str, str]] = field(default_factory=list)


@transaction.atomic
def create_brand(by: Member, facts: BrandFacts) -> Brand:
    """Create a brand. Raise NameTaken or BrandNotValid."""
    _check(by, facts)
    brand = Brand(workspace_id=by.workspace_id, created_at=now(), **asdict(facts))
    _save(brand)
    record_event("brand.created", by.workspace_id, by, f"brand:{brand.id}", name=brand.name)
    return brand


@transaction.atomic
def change_brand(by: Member, brand: Brand, facts: BrandFacts) -> None:
    """Change a brand. Raise NameTaken or BrandNotValid."""
    _check(by, facts, brand)
    for name, value in asdict(facts).items():
        setattr(brand, name, value)
    _save(brand)
    record_event("brand.changed", by.workspace_id, by, f"brand:{brand.id}", name=brand.name)


@transaction.atomic
def make_default_brand(by: Member, brand: Brand) -> None:
    """Let a brand hold wherever no other is chosen."""
    _check_may(by, brand)
    Workspace.objects.select_for_update().get(id=by.workspace_id)
    Brand.objects.filter(workspace_id=by.workspace_id, is_default=True).update(is_default=False)
    if not Brand.objects.filter(id=brand.id).update(is_default=True):
        raise NotVisible
    record_event("brand.made_default", by.workspace_id, by, f"brand:{brand.id}", name=brand.name)


@transaction.atomic
def delete_brand(by: Member, brand: Brand) -> None:
    """Delete a brand; its channels show the default one from then on. Raise DefaultBrandStays."""
    _check_may(by, brand)
    Workspace.objects.select_for_update().get(id=by.workspace_id)
    deleted, _rows = Brand.objects.filter(id=brand.id, is_default=False).delete()
    if not deleted:
        raise DefaultBrandStays
    record_event("brand.deleted", by.workspace_id, by, f"brand:{brand.id}", name=brand.name)


def _check(by: Member, facts: BrandFacts, brand: Brand | None = None) -> None:
    _check_may(by, brand)
    try:
        parse_hours(facts.hours, facts.holidays, facts.time_zone)
    except HoursNotValid as error:
        raise BrandNotValid from error
    if not is_colour(facts.colour) or not facts.name.strip():
        raise BrandNotValid


def _check_may(by: Member, brand: Brand | None = None) -> None:
    if not by.may_administer:
        raise NotAllowed
    if brand and brand.workspace_id != by.workspace_id:
        raise NotVisible


def _save(brand: Brand) -> None:
    brand.name = brand.name.strip()
    try:
        with transaction.atomic():
            brand.save()
    except IntegrityError as error:
        raise NameTaken from error
