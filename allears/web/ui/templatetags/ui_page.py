import re
from collections.abc import Mapping

from django import template
from django.template.context import RequestContext

from allears.web.ui.rail import (
    ACCOUNT,
    CUSTOMERS,
    HOME,
    PALETTE,
    SEARCH,
    SIGN_OUT,
    links_of,
    places_with_counts,
    saved_places,
    saved_views_of,
)
from allears.web.ui.times import time_words as words_of_time

register = template.Library()


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.simple_tag
def time_words() -> str:
    return words_of_time()


@register.inclusion_tag("ui/palette.html")
def command_palette() -> dict[str, object]:
    """Draw the command palette, still empty: what is in it comes when it is opened."""
    return {"palette_url": PALETTE, "search_url": SEARCH, "customers_url": CUSTOMERS}


@register.inclusion_tag("ui/rail.html", takes_context=True)
def rail(
    context: RequestContext, current: str = "", counts: Mapping[str, int] | None = None
) -> dict[str, object]:
    """Draw the rail for the member of this request; `current` is the name of the place one is at."""
    request = context["request"]
    chosen = re.search(r"\brail=(narrow|wide)\b", request.COOKIES.get("desk", ""))
    member = getattr(request, "member", None)
    return {
        "width": chosen[1] if chosen else "auto",
        "member": member,
        "saved": saved_places(saved_views_of(request, member), counts or {}) if member else [],
        "current": current,
        "views": places_with_counts(counts or {}),
        "links": links_of(member),
        "home_url": HOME,
        "account_url": ACCOUNT,
        "sign_out_url": SIGN_OUT,
    }
