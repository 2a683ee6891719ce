from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from allears.web.desk.commands import commands_for
from allears.web.desk.drawing import render
from allears.web.doors import MemberRequest

SERVES_FOR = 60


@require_safe
def show_palette(request: MemberRequest) -> HttpResponse:
    """List everything this member may do and go to."""
    response = render(request, "desk/palette.html", {"groups": commands_for(request.member)})
    patch_cache_control(response, private=True, max_age=SERVES_FOR)
    return response
