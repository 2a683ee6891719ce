from typing import Literal

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from allears.pipeline.conversations.masking import shown_to
from allears.pipeline.conversations.queries.queue import queue_counts
from allears.pipeline.conversations.queries.scopes import rows_in_scope
from allears.web.desk.drawing import render
from allears.web.desk.pages import (
    counts_for,
    filter_context,
    frame_context,
    queue_context,
    search_context,
)
from allears.web.desk.rows import draw_rows
from allears.web.desk.sights import SEARCH, Sight, sight_of, view_named
from allears.web.doors import MemberRequest

MOST_ROWS = 200


@require_safe
def open_desk(request: MemberRequest) -> HttpResponse:
    """Begin where there is something to do."""
    counts = queue_counts(request.member)
    name = next((view for view in ("mine", "unassigned") if counts[view]), "open")
    return redirect("queue", name)


@require_safe
def show_queue(request: MemberRequest, view_name: str) -> HttpResponse:
    view = view_named(view_name, request.member)
    if request.htmx.target == "workspace":
        return render(request, "desk/desk.html#workspace", {"view": view})
    if request.htmx.target == "more-rows":
        return render(request, "desk/rows.html", {"view": view, **queue_context(request, view)})
    context = frame_context(request, view) | queue_context(request, view) | filter_context(request, view)
    part = "#queue" if request.htmx.target == "queue" else ""
    response = render(request, f"desk/desk.html{part}", context)
    return push_url(response, _address_of(request, context["sight"])) if part else response


def _address_of(request: MemberRequest, sight: Sight) -> str | Literal[False]:
    """Return the address of a page whose queue is shown anew; what is open stays open. False: the same."""
    now_at = request.htmx.current_url_abs_path or ""
    path = now_at.partition("?")[0]
    is_open = path.startswith(sight.view.url) and path.removeprefix(sight.view.url).strip("/").isdecimal()
    address = f"{path if is_open else sight.view.url}{sight.query}"
    return False if address == now_at else address


@require_safe
def show_rows(request: MemberRequest, view_name: str) -> HttpResponse:
    """Show some rows as they are now: those that stand in the view, and the counts of all views."""
    asked = request.GET.get("ids", "").split(",")
    ids = [int(id_) for id_ in asked if id_.isdecimal()][:MOST_ROWS]
    view = view_named(view_name, request.member)
    sight = sight_of(view, request.GET)
    rows = rows_in_scope(request.member, sight.scope, ids)
    context = {
        "rows": draw_rows(shown_to(request.member, rows), view.url, sight.query),
        "counts": counts_for(request),
    }
    return render(request, "desk/live_rows.html", context)


@require_safe
def search(request: MemberRequest) -> HttpResponse:
    if request.htmx.target == "workspace":
        return render(request, "desk/desk.html#workspace", {"view": SEARCH})
    return render(request, "desk/desk.html", frame_context(request, SEARCH) | search_context(request))
