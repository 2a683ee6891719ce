from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from allears.pipeline.conversations.queries.queue import queue_counts, rows_in_view
from allears.web.desk.pages import SEARCH, frame_context, queue_context, search_context, view_named
from allears.web.desk.rows import draw_rows
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
    view = view_named(view_name)
    if request.htmx.target == "workspace":
        return render(request, "desk/desk.html#workspace", {"view": view})
    if request.htmx.target == "more-rows":
        return render(request, "desk/rows.html", {"view": view, **queue_context(request, view)})
    context = frame_context(request, view) | queue_context(request, view)
    part = "#queue" if request.htmx.target == "queue" else ""
    return render(request, f"desk/desk.html{part}", context)


@require_safe
def show_rows(request: MemberRequest, view_name: str) -> HttpResponse:
    """Show some rows as they are now: those that stand in the view, and the counts of all views."""
    asked = request.GET.get("ids", "").split(",")
    ids = [int(id_) for id_ in asked if id_.isdecimal()][:MOST_ROWS]
    rows = rows_in_view(request.member, view_name, ids)
    context = {
        "rows": draw_rows(rows, view_named(view_name).url, ""),
        "counts": queue_counts(request.member),
    }
    return render(request, "desk/live_rows.html", context)


@require_safe
def search(request: MemberRequest) -> HttpResponse:
    if request.htmx.target == "workspace":
        return render(request, "desk/desk.html#workspace", {"view": SEARCH})
    return render(request, "desk/desk.html", frame_context(request, SEARCH) | search_context(request))
