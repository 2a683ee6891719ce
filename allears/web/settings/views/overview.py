"""Where the settings begin."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from allears.web.doors import MemberRequest, for_leads


@require_GET
@for_leads
def show_settings(request: MemberRequest) -> HttpResponse:
    return redirect("channels" if request.member.may_administer else "audit")


@require_GET
@for_leads
def go_to_audit(_request: MemberRequest) -> HttpResponse:
    return redirect("audit")
