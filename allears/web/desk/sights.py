"""What a page of the desk looks at: a view, and the filter that stands in its address.

A view of the desk is narrowed by the filter. On a saved view the filter is the view's own, until another one
is tried: then `edited` stands in the address, and the view can be saved with it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.queries.filters import (
    EVERYTHING,
    FILTER_NAMES,
    ConversationFilter,
    as_mapping,
    parse_filter,
)
from allears.pipeline.conversations.queries.queue import order_of
from allears.pipeline.conversations.queries.saved_views import (
    Order,
    get_visible_saved_view,
    scope_of,
)
from allears.pipeline.conversations.queries.scopes import Scope, as_filter
from allears.web.ui.rail import VIEWS, Place, place_of

SEARCH = Place("search", _("Search"), "/desk/search/", "search")
OPENED, EDITED, ORDER = "filter", "edited", "order"


@dataclass(frozen=True, slots=True)
class Sight:
    """A place of the desk with what it lists; `query` brings a reader back to the same, "" or "?..."."""

    view: Place
    scope: Scope
    query: str = ""
    is_bar_open: bool = False
    is_edited: bool = False

    @property
    def shown(self) -> ConversationFilter:
        """What the filter bar says: on a saved view, its own filter."""
        return self.scope.asked if self.scope.asked or self.is_edited else self.scope.saved

    @property
    def is_narrowed(self) -> bool:
        return bool(self.scope.asked) or self.is_edited

    @property
    def whole(self) -> ConversationFilter | None:
        """All of it in the words of one filter, to be saved; None where no filter can say it."""
        base = as_filter(self.scope.view)
        if base is None:
            return None
        return parse_filter(as_mapping(base) | as_mapping(self.shown))


def view_named(name: str, member: Member) -> Place:
    """Return a view of the desk, a saved one of the member's, or the search. Raise NotVisible."""
    if name.startswith("view-") and name[5:].isdecimal() and len(name) < 24:
        return place_of(get_visible_saved_view(member, int(name[5:])))
    for view in (*VIEWS, SEARCH):
        if view.name == name:
            return view
    raise NotVisible


def sight_of(view: Place, address: QueryDict) -> Sight:
    """Understand what an address asks of a view. Raise FilterNotUnderstood."""
    if view == SEARCH:
        found = parse_filter({"text": address.get("q", "")})
        query = f"?{urlencode({'q': address['q']})}" if address.get("q", "").strip() else ""
        return Sight(view, Scope("all", EVERYTHING, found), query)
    asked = parse_filter({name: address.getlist(name) for name in address if name in FILTER_NAMES})
    order = address.get(ORDER, "")
    usual = view.saved.order if view.saved else order_of(view.name)
    order = order if order in Order.values and order != usual else ""
    is_edited = EDITED in address and view.saved is not None
    if view.saved is None:
        scope = Scope(view.name, EVERYTHING, asked, order)
    elif is_edited:
        scope = Scope("all", EVERYTHING, asked, order or view.saved.order)
    else:
        scope = scope_of(view.saved, asked, order)
    is_open = OPENED in address or bool(asked) or is_edited
    return Sight(
        view, scope, _query_of(asked, order, is_open=is_open, is_edited=is_edited), is_open, is_edited
    )


def _query_of(asked: ConversationFilter, order: str, *, is_open: bool, is_edited: bool) -> str:
    """Write the address's part after the view, always the same way."""
    given: dict[str, list[str] | str] = {}
    if is_edited:
        given[EDITED] = "1"
    elif is_open and not asked:
        given[OPENED] = "1"
    given |= as_mapping(asked)
    if order:
        given[ORDER] = order
    return f"?{urlencode(given, doseq=True)}" if given else ""
