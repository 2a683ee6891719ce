"""The places of the rail: the views of the desk above, everything else below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.queries.saved_views import SavedView, visible_saved_views


@dataclass(frozen=True, slots=True)
class Place:
    """One place to go; `saved` is the saved view it shows, if it does. On a phone the minor ones stand on
    the page, not in the bar."""

    name: str
    label: str | Promise
    url: str
    icon: str
    is_minor: bool = False
    count: int = 0
    saved: SavedView | None = None
    is_for_leads: bool = False


VIEWS = (
    Place("mine", _("Mine"), "/desk/mine/", "mine"),
    Place("unassigned", _("Unassigned"), "/desk/unassigned/", "unassigned"),
    Place("open", _("All open"), "/desk/open/", "open"),
    Place("called", _("Called in"), "/desk/called/", "called", is_minor=True),
    Place("praise", _("Praise"), "/desk/praise/", "praise", is_minor=True),
    Place("pending", _("Pending"), "/desk/pending/", "pending", is_minor=True),
    Place("on-hold", _("On hold"), "/desk/on-hold/", "hold", is_minor=True),
    Place("solved", _("Solved"), "/desk/solved/", "done", is_minor=True),
    Place("all", _("All"), "/desk/all/", "all", is_minor=True),
)
LINKS = (
    Place("customers", _("Customers"), "/customers/", "customers"),
    Place("audit", _("Audit"), "/settings/audit/", "audit", is_for_leads=True),
    Place("settings", _("Settings"), "/settings/", "settings"),
)


def places_with_counts(counts: Mapping[str, int]) -> list[Place]:
    """List the views of the desk with how many conversations stand in each, where that is known."""
    return [replace(view, count=counts.get(view.name, 0)) for view in VIEWS]


def links_of(member: Member | None) -> list[Place]:
    """List the other places that a member may open."""
    return [link for link in LINKS if not link.is_for_leads or (member and member.may_lead)]


def place_of(view: SavedView) -> Place:
    """Return the place that shows a saved view."""
    return Place(view.path, view.name, f"/desk/{view.path}/", "view", is_minor=True, saved=view)


def saved_views_of(request: HttpRequest, member: Member) -> list[SavedView]:
    """Return the saved views of a page's rail, asked for once."""
    kept = vars(request)
    if "saved_views" not in kept:
        kept["saved_views"] = visible_saved_views(member)
    found: list[SavedView] = kept["saved_views"]
    return found


def saved_places(views: Iterable[SavedView], counts: Mapping[str, int]) -> list[Place]:
    """List the places of saved views with how many conversations stand in each, where that is known."""
    return [replace(place_of(view), count=counts.get(view.path, 0)) for view in views]


HOME = "/desk/"
PALETTE = "/desk/palette/"
SEARCH = "/desk/search/"
CUSTOMERS = "/customers/"
ACCOUNT = "/me/"
SIGN_OUT = "/sign-out/"
