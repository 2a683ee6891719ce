from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from allears.foundation.errors import NotAllowed
from allears.pipeline.conversations.actions.bulk import begin_bulk, undo_bulk
from allears.pipeline.conversations.queries.bulk import (
    BulkChange,
    check_order,
    get_visible_bulk,
    preview_bulk,
)
from allears.pipeline.conversations.queries.scopes import count_in_scope
from allears.web.desk.bulk import (
    PREVIEW_FROM,
    Selection,
    choices_for,
    describe_left,
    describe_order,
    describe_preview,
    grouped,
    order_in,
    selection_in,
    toast_context,
)
from allears.web.desk.drawing import render
from allears.web.doors import MemberRequest


@require_http_methods(["GET", "POST"])
def bulk(request: MemberRequest) -> HttpResponse:
    """Offer what can be done to many, show what would come of it, or do it."""
    if not request.member.may_answer:
        raise NotAllowed
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    selection = selection_in(given, request.member)
    if request.method == "GET" or not given.get("do"):
        return _offer(request, selection)
    order = order_in(given)
    check_order(request.member, order)
    conversations = selection.conversations(request.member)
    is_large = selection.is_all or len(selection.ids) > PREVIEW_FROM
    if is_large and given.get("confirmed") != given["do"]:
        return _preview(request, selection)
    return _tell(request, begin_bulk(request.member, order, conversations))


def _offer(request: MemberRequest, selection: Selection) -> HttpResponse:
    context = {**choices_for(request.member), "selection": selection}
    context["matching"] = count_in_scope(request.member, selection.sight.scope)
    part = "desk/bulk_verbs.html" if request.htmx else "desk/bulk.html"
    return render(request, part, context)


def _preview(request: MemberRequest, selection: Selection) -> HttpResponse:
    order = order_in(request.POST)
    preview = preview_bulk(order, selection.conversations(request.member))
    context = {
        "selection": selection,
        "do": request.POST["do"],
        "what": describe_order(order, request.member),
        "preview": preview,
        "changed": describe_preview(preview),
        "count": grouped(preview.changed),
        "left": describe_left(preview.left),
    }
    return render(request, "desk/bulk_preview.html" if request.htmx else "desk/bulk.html", context)


def _tell(request: MemberRequest, change: BulkChange) -> HttpResponse:
    if not request.htmx:
        return redirect("bulk_change", change.id)
    response = render(request, "desk/bulk_toast.html", toast_context(change))
    return _trigger(response, change)


def _trigger(response: HttpResponse, change: BulkChange) -> HttpResponse:
    is_ended = not change.is_under_way
    triggered: HttpResponseBase = trigger_client_event(
        response, "bulk-changed", {"is_ended": is_ended, "bulk": change.id}
    )
    assert isinstance(triggered, HttpResponse)
    return triggered


@require_safe
def show_change(request: MemberRequest, bulk_id: int) -> HttpResponse:
    """Say how far a change of many is, or what came of it."""
    change = get_visible_bulk(request.member, bulk_id)
    if not request.htmx:
        return render(request, "desk/bulk.html", toast_context(change))
    response = render(request, "desk/bulk_progress.html", toast_context(change))
    return response if change.is_under_way else _trigger(response, change)


@require_POST
def undo(request: MemberRequest, bulk_id: int) -> HttpResponse:
    """Take a change of many back."""
    change = get_visible_bulk(request.member, bulk_id)
    undo_bulk(request.member, change)
    return _tell(request, change)
