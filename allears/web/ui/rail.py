"""The places of the rail: the views of the desk above, everything else below."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """One place to go. On a phone the minor ones stand on the page, not in the bar."""

    name: str
    label: str | Promise
    url: str
    icon: str
    is_minor: bool = False
    count: int = 0


VIEWS = (
    Place("mine", _("Mine"), "/desk/mine/", "mine"),
    Place("unassigned", _("Unassigned"), "/desk/unassigned/", "unassigned"),
    Place("open", _("All open"), "/desk/open/", "open"),
    Place("called", _("Called in"), "/desk/called/", "called", is_minor=True),
    Place("pending", _("Pending"), "/desk/pending/", "pending", is_minor=True),
    Place("on-hold", _("On hold"), "/desk/on-hold/", "hold", is_minor=True),
    Place("solved", _("Solved"), "/desk/solved/", "done", is_minor=True),
    Place("all", _("All"), "/desk/all/", "all", is_minor=True),
)
LINKS = (
    Place("audit", _("Audit"), "/settings/audit/", "audit"),
    Place("settings", _("Settings"), "/settings/", "settings"),
)


def places_with_counts(counts: Mapping[str, int]) -> list[Place]:
    """List the views of the desk with how many conversations stand in each, where that is known."""
    return [replace(view, count=counts.get(view.name, 0)) for view in VIEWS]


HOME = "/desk/"
ACCOUNT = "/me/"
SIGN_OUT = "/sign-out/"
