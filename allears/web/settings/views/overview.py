"""Where the settings begin."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from allears.web.doors import MemberRequest, for_leads


@require_GET
def show_settings(request: MemberRequest) -> HttpResponse:
    """Begin with what this member looks after."""
    if request.member.may_administer:
        return redirect("channels")
    if request.member.may_lead:
        return redirect("audit")
    return redirect("saved_replies" if request.member.may_answer else "tokens")


@require_GET
@for_leads
def go_to_audit(_request: MemberRequest) -> HttpResponse:
    return redirect("audit")
