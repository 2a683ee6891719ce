"""Sample data: a small company moves in, so that one sees a desk in full life; and moves out again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allears.demo.actions import begin_samples, change_live, remove_samples
from allears.demo.queries import samples_of
from allears.web.doors import MemberRequest, for_administrators

LOOK_AGAIN_AFTER = "1"


@require_GET
@for_administrators
def show_samples(request: MemberRequest) -> HttpResponse:
    """Show how it stands; while they come in, the page looks again by itself."""
    samples = samples_of(request.member)
    response = render(request, "settings/samples.html", {"samples": samples})
    if samples and not samples.is_ready:
        response["Refresh"] = LOOK_AGAIN_AFTER
    return response


@require_POST
@for_administrators
def bring(request: MemberRequest) -> HttpResponse:
    if samples_of(request.member) is None:
        begin_samples(request.member, is_live="live" in request.POST)
    return redirect("samples")


@require_POST
@for_administrators
def set_live(request: MemberRequest) -> HttpResponse:
    change_live(request.member, is_live="live" in request.POST)
    return redirect("samples")


@require_http_methods(["GET", "POST"])
@for_administrators
def remove(request: MemberRequest) -> HttpResponse:
    if request.method == "GET":
        samples = samples_of(request.member)
        return (
            render(request, "settings/samples_remove.html", {"samples": samples})
            if samples
            else redirect("samples")
        )
    remove_samples(request.member)
    messages.success(request, _("The sample data are gone."))
    return redirect("samples")
