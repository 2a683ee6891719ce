"""Brands: what customers see of us, and when we are there."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allears.foundation.business_time import HoursNotValid, parse_hours
from allears.foundation.workspaces.actions import (
    change_brand,
    create_brand,
    delete_brand,
    make_default_brand,
)
from allears.foundation.workspaces.colours import is_colour, text_colour_on
from allears.foundation.workspaces.errors import NameTaken
from allears.foundation.workspaces.queries import (
    Brand,
    brands_of,
    default_brand_of,
    get_visible_brand,
    hours_of,
)
from allears.pipeline.channels.actions.manners import set_brand_channels
from allears.pipeline.channels.queries import channels_of
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.brand_form import (
    BrandForm,
    HolidaySet,
    copy_monday,
    holidays_in,
    initial_of_brand,
    initial_of_holidays,
)
from allears.web.settings.brand_words import OpenNow, contrasts_of, open_now


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A brand in the list: whether it is open, and which channels show it."""

    brand: Brand
    now: OpenNow
    channels: list[str]


@require_GET
@for_administrators
def list_brands(request: MemberRequest) -> HttpResponse:
    channels = channels_of(request.member)
    rows = [
        BrandRow(brand, open_now(hours_of(brand)), [one.name for one in channels if _shows(one, brand)])
        for brand in brands_of(request.member.workspace_id)
    ]
    return render(request, "settings/brands.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@for_administrators
def add_brand(request: MemberRequest) -> HttpResponse:
    """Begin with what the default brand has, but its name."""
    like = default_brand_of(request.member.workspace_id)
    like.id, like.name, like.signature, like.is_default = None, "", "", False
    return _work_on(request, like)


@require_http_methods(["GET", "POST"])
@for_administrators
def show_brand(request: MemberRequest, brand_id: int) -> HttpResponse:
    return _work_on(request, get_visible_brand(request.member, brand_id))


@require_POST
@for_administrators
def make_default(request: MemberRequest, brand_id: int) -> HttpResponse:
    make_default_brand(request.member, get_visible_brand(request.member, brand_id))
    messages.success(request, _("Channels without a brand of their own show this one now."))
    return redirect("brand", brand_id)


@require_http_methods(["GET", "POST"])
@for_administrators
def delete(request: MemberRequest, brand_id: int) -> HttpResponse:
    brand = get_visible_brand(request.member, brand_id)
    if request.method == "GET":
        return render(request, "settings/brand_delete.html", {"brand": brand})
    delete_brand(request.member, brand)
    messages.success(request, _("The brand is gone. Its channels show the default one."))
    return redirect("brands")


def _work_on(request: MemberRequest, brand: Brand) -> HttpResponse:
    """Show a brand's form, help with filling it in, or save it."""
    channels = channels_of(request.member)
    data = posted(request)
    is_helping = data is not None and bool({"copy", "show"} & set(data))
    if data and "copy" in data:
        data = copy_monday(data)
    chosen = [channel.id for channel in channels if brand.id and channel.brand_id == brand.id]
    choices = [(channel.id, channel.name) for channel in channels]
    form = BrandForm(choices, data, initial=initial_of_brand(brand, chosen))
    days = HolidaySet(data, initial=initial_of_holidays(brand), prefix="days")
    is_valid = data is not None and form.is_valid() and days.is_valid()
    if is_valid and not is_helping and (saved := _save(request, brand, form, days)):
        messages.success(request, _("Saved."))
        return redirect("brand", saved.id)
    context = {
        "brand": brand,
        "form": form,
        "days": days,
        "default_for": [channel.name for channel in channels if brand.is_default and _shows(channel, brand)],
        **_preview(brand, form),
    }
    is_refused = data is not None and not (is_valid and is_helping)
    return render(request, "settings/brand.html", context, status=422 if is_refused else 200)


def _save(request: MemberRequest, brand: Brand, form: BrandForm, days: Any) -> Brand | None:
    facts = form.facts(holidays_in(days))
    try:
        if brand.id:
            change_brand(request.member, brand, facts)
        else:
            brand = create_brand(request.member, facts)
    except NameTaken as error:
        form.add_error("name", str(error))
        return None
    if not brand.is_default:
        set_brand_channels(request.member, brand, form.cleaned_data["channels"])
    return brand


def _preview(brand: Brand, form: BrandForm) -> dict[str, Any]:
    """What the brand looks like with what stands in the form; with what it has where that can't be read."""
    colour = str(form["colour"].value() or "")
    colour = colour if is_colour(colour) else brand.colour
    return {
        "colour": colour,
        "colour_text": text_colour_on(colour),
        "contrasts": contrasts_of(colour),
        "now": _open_as_entered(brand, form),
    }


def _open_as_entered(brand: Brand, form: BrandForm) -> OpenNow:
    if not (form.is_bound and form.is_valid()):
        return open_now(hours_of(brand))
    facts = form.facts(brand.holidays)
    try:
        return open_now(parse_hours(facts.hours, facts.holidays, facts.time_zone))
    except HoursNotValid:
        return open_now(hours_of(brand))


def _shows(channel: Any, brand: Brand) -> bool:
    return bool(channel.brand_id == brand.id or (channel.brand_id is None and brand.is_default))
