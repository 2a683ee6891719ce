"""What networks cost, and at which prices it is counted."""

from contextlib import suppress
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.pipeline.channels.costs import costs_of, price_lists_of, set_prices
from allears.web.doors import MemberRequest, for_administrators
from allears.web.settings.forms import PriceForm


@require_GET
@for_administrators
def show_costs(request: MemberRequest) -> HttpResponse:
    first = _month(request)
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    context = {
        "costs": costs_of(request.member, first),
        "lists": [(one, PriceForm(one)) for one in price_lists_of(request.member)],
        "before": before,
        "after": after if after <= now().date() else None,
        "is_present": first == now().date().replace(day=1),
    }
    return render(request, "settings/costs.html", context)


@require_POST
@for_administrators
def save_prices(request: MemberRequest, kind: str) -> HttpResponse:
    found = next((one for one in price_lists_of(request.member) if one.kind == kind), None)
    if found is None:
        raise NotVisible
    form = PriceForm(found, request.POST)
    if form.is_valid():
        set_prices(request.member, kind, form.prices())
        messages.success(request, _("Saved. It counts from now on."))
    else:
        messages.error(request, _("A price is a number of US dollars, such as 0.005."))
    return redirect("costs")


def _month(request: HttpRequest) -> date:
    """Return the first day of the month that the address names, of the present one without."""
    with suppress(ValueError):
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    return now().date().replace(day=1)
