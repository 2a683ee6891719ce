"""The workspace itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allears.foundation.workspaces.actions import change_workspace
from allears.pipeline.channels.doors import forget_public_urls, public_url_of
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.forms import WorkspaceForm


@require_http_methods(["GET", "POST"])
@for_administrators
def show_workspace(request: MemberRequest) -> HttpResponse:
    workspace = request.member.workspace
    present = {"name": workspace.name, "language": workspace.language, "time_zone": workspace.time_zone}
    present["public_url"] = workspace.public_url
    form = WorkspaceForm(posted(request), initial=present)
    if form.is_valid():
        change_workspace(request.member, **form.cleaned_data)
        forget_public_urls()
        messages.success(request, _("Saved."))
        return redirect("workspace")
    context = {"form": form, "public_url": public_url_of(workspace.id)}
    return render(request, "settings/workspace.html", context, status=422 if form.errors else 200)
