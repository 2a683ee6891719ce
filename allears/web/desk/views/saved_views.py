from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allears.foundation.errors import NotAllowed, NotVisible
from allears.pipeline.conversations.actions.views import (
    ViewWords,
    change_view,
    delete_view,
    move_view,
    save_view,
)
from allears.pipeline.conversations.queries.saved_views import (
    SavedView,
    audiences_of,
    filter_of,
    get_visible_saved_view,
    may_change_view,
)
from allears.web.desk.drawing import render
from allears.web.desk.filtering import draw_filter_bar
from allears.web.desk.forms import SavedViewForm
from allears.web.desk.sights import Sight, sight_of, view_named
from allears.web.doors import MemberRequest, posted
from allears.web.ui.rail import place_of


@require_http_methods(["GET", "POST"])
def save(request: MemberRequest) -> HttpResponse:
    """Save what the address shows (`from`, and a filter) as a view."""
    sight = sight_of(view_named(request.GET.get("from", "all"), request.member), request.GET)
    if sight.whole is None:
        raise NotVisible
    begin = {"order": sight.scope.shown_order, "audience": "me"}
    form = SavedViewForm(audiences_of(request.member), posted(request), initial=begin)
    if form.is_valid():
        saved = save_view(request.member, ViewWords(wanted=sight.whole, **form.cleaned_data))
        messages.success(request, _("“%(view)s” stands in the rail now.") % {"view": saved.name})
        return redirect("queue", saved.path)
    return _show(request, form, sight, f"{sight.view.url}{sight.query}")


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, saved_view_id: int) -> HttpResponse:
    """Change a saved view's name, order, and who has it."""
    saved = get_visible_saved_view(request.member, saved_view_id)
    audience = f"team:{saved.team_id}" if saved.team_id else saved.audience
    begin = {"name": saved.name, "order": saved.order, "audience": audience}
    form = SavedViewForm(audiences_of(request.member), posted(request), initial=begin)
    if form.is_valid():
        change_view(request.member, saved, ViewWords(wanted=filter_of(saved), **form.cleaned_data))
        return redirect("queue", saved.path)
    sight = sight_of(place_of(saved), request.GET)
    return _show(request, form, sight, sight.view.url, saved)


def _show(
    request: MemberRequest, form: SavedViewForm, sight: Sight, back: str, saved: SavedView | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "back": back,
        "saved": saved,
        "may_change": saved is None or may_change_view(request.member, saved),
        "parts": [part for part in draw_filter_bar(request.member, sight).parts if part.said],
        "text": sight.shown.text,
        "base": sight.view.label if sight.view.saved is None else "",
    }
    return render(request, "desk/saved_view.html", context, status=422 if form.errors else 200)


@require_POST
def change_filter(request: MemberRequest, saved_view_id: int) -> HttpResponse:
    """Have a saved view ask for what the address asks for."""
    saved = get_visible_saved_view(request.member, saved_view_id)
    sight = sight_of(place_of(saved), request.GET)
    change_view(request.member, saved, _words_of(saved, sight))
    messages.success(request, _("Saved."))
    return redirect("queue", saved.path)


def _words_of(saved: SavedView, sight: Sight) -> ViewWords:
    audience = f"team:{saved.team_id}" if saved.team_id else saved.audience
    return ViewWords(saved.name, audience, sight.shown, sight.scope.shown_order)


@require_POST
def move(request: MemberRequest, saved_view_id: int) -> HttpResponse:
    """Move a saved view up or down in the rail."""
    saved = get_visible_saved_view(request.member, saved_view_id)
    move_view(request.member, saved, -1 if request.POST.get("way") == "up" else 1)
    return redirect("saved_view", saved.id)


@require_http_methods(["GET", "POST"])
def delete(request: MemberRequest, saved_view_id: int) -> HttpResponse:
    """Ask whether a saved view goes, and let it go."""
    saved = get_visible_saved_view(request.member, saved_view_id)
    if request.method == "POST":
        delete_view(request.member, saved)
        messages.success(request, _("“%(view)s” is gone from the rail.") % {"view": saved.name})
        return redirect("desk")
    if not may_change_view(request.member, saved):
        raise NotAllowed
    return render(request, "desk/saved_view_delete.html", {"saved": saved})
