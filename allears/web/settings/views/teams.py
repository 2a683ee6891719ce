"""Teams: who shares a queue."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from allears.foundation.workspaces.actions import change_team, create_team, delete_team, set_team_members
from allears.foundation.workspaces.errors import NameTaken
from allears.foundation.workspaces.queries import (
    active_members_of,
    get_visible_team,
    member_ids_in,
    teams_with_members,
)
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.forms import TeamForm


@require_GET
@for_administrators
def list_teams(request: MemberRequest) -> HttpResponse:
    return render(request, "settings/teams.html", {"teams": teams_with_members(request.member)})


@require_http_methods(["GET", "POST"])
@for_administrators
def add_team(request: MemberRequest) -> HttpResponse:
    form = TeamForm(active_members_of(request.member.workspace_id), posted(request))
    if form.is_valid():
        try:
            team = create_team(
                request.member, form.cleaned_data["name"], is_private=form.cleaned_data["is_private"]
            )
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            set_team_members(request.member, team, form.cleaned_data["members"])
            return redirect("teams")
    return render(request, "settings/team.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def show_team(request: MemberRequest, team_id: int) -> HttpResponse:
    team = get_visible_team(request.member, team_id)
    present = {
        "name": team.name,
        "is_private": team.is_private,
        "members": member_ids_in(team),
    }
    form = TeamForm(active_members_of(team.workspace_id), posted(request), initial=present)
    if form.is_valid():
        try:
            change_team(
                request.member,
                team,
                form.cleaned_data["name"],
                is_private=form.cleaned_data["is_private"],
            )
        except NameTaken as error:
            form.add_error("name", str(error))
        else:
            set_team_members(request.member, team, form.cleaned_data["members"])
            messages.success(request, _("Saved."))
            return redirect("teams")
    context = {"form": form, "team": team}
    return render(request, "settings/team.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def delete(request: MemberRequest, team_id: int) -> HttpResponse:
    team = get_visible_team(request.member, team_id)
    if request.method == "GET":
        return render(request, "settings/team_delete.html", {"team": team})
    delete_team(request.member, team)
    messages.success(request, _("The team is gone. What it handled is in everyone's queue."))
    return redirect("teams")
