"""Members and invitations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allears.foundation.errors import AllEarsError
from allears.foundation.letters import can_send_letters
from allears.foundation.workspaces.actions import (
    change_member_role,
    deactivate_member,
    invite_member,
    make_password_reset,
    reactivate_member,
    renew_invitation,
    withdraw_invitation,
)
from allears.foundation.workspaces.errors import AlreadyMember
from allears.foundation.workspaces.limits import count_try
from allears.foundation.workspaces.queries import (
    get_visible_invitation,
    get_visible_member,
    members_of,
    open_invitations_of,
)
from allears.foundation.workspaces.rules import roles_to_give
from allears.web.doors import MemberRequest, for_administrators, for_leads, posted
from allears.web.settings.forms import InviteForm, RoleForm


@require_GET
@for_leads
def list_members(request: MemberRequest) -> HttpResponse:
    invitations = open_invitations_of(request.member) if request.member.may_administer else []
    context = {"members": members_of(request.member), "invitations": invitations}
    return render(request, "settings/members.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
def invite(request: MemberRequest) -> HttpResponse:
    form = InviteForm(request.member, posted(request))
    if form.is_valid():
        count_try("invite", str(request.member.id), 60)
        try:
            invitation, token = invite_member(
                request.member, form.cleaned_data["role"], form.cleaned_data["email"]
            )
        except AlreadyMember as error:
            form.add_error("email", str(error))
        else:
            return _show_link(request, "join", token, invitation.email)
    context = {"form": form, "can_send": can_send_letters(request.member.workspace_id)}
    return render(request, "settings/invite.html", context, status=422 if form.errors else 200)


@require_POST
@for_administrators
def renew(request: MemberRequest, invitation_id: int) -> HttpResponse:
    invitation = get_visible_invitation(request.member, invitation_id)
    count_try("invite", str(request.member.id), 60)
    return _show_link(request, "join", renew_invitation(request.member, invitation), invitation.email)


@require_POST
@for_administrators
def withdraw(request: MemberRequest, invitation_id: int) -> HttpResponse:
    withdraw_invitation(request.member, get_visible_invitation(request.member, invitation_id))
    messages.success(request, _("The invitation no longer works."))
    return redirect("members")


@require_GET
@for_administrators
def show_member(request: MemberRequest, member_id: int) -> HttpResponse:
    return _show_member(request, member_id)


@require_POST
@for_administrators
def save_role(request: MemberRequest, member_id: int) -> HttpResponse:
    member = get_visible_member(request.member, member_id)
    form = RoleForm(request.member, request.POST)
    if not form.is_valid():
        return _show_member(request, member_id, form)
    try:
        change_member_role(request.member, member, form.cleaned_data["role"])
    except AllEarsError as error:
        form.add_error("role", str(error))
        return _show_member(request, member_id, form)
    messages.success(request, _("Saved."))
    return redirect("members")


@require_http_methods(["GET", "POST"])
@for_administrators
def deactivate(request: MemberRequest, member_id: int) -> HttpResponse:
    member = get_visible_member(request.member, member_id)
    if request.method == "GET":
        return render(request, "settings/member_deactivate.html", {"member": member})
    deactivate_member(request.member, member)
    messages.success(request, _("%(name)s can no longer open this workspace.") % {"name": member.name})
    return redirect("members")


@require_POST
@for_administrators
def reactivate(request: MemberRequest, member_id: int) -> HttpResponse:
    member = get_visible_member(request.member, member_id)
    reactivate_member(request.member, member)
    messages.success(request, _("%(name)s can open this workspace again.") % {"name": member.name})
    return redirect("members")


@require_POST
@for_administrators
def make_reset_link(request: MemberRequest, member_id: int) -> HttpResponse:
    member = get_visible_member(request.member, member_id)
    count_try("reset-link", str(request.member.id), 20)
    token = make_password_reset(request.member, member)
    return _show_link(request, "set_new_password", token, name=member.name)


def _show_member(request: MemberRequest, member_id: int, form: RoleForm | None = None) -> HttpResponse:
    member = get_visible_member(request.member, member_id)
    context = {
        "member": member,
        "form": form or RoleForm(request.member, initial={"role": member.role}),
        "may_change": member.role in roles_to_give(request.member),
    }
    return render(request, "settings/member.html", context, status=422 if form else 200)


def _show_link(
    request: MemberRequest, page: str, token: str, email: str = "", name: str = ""
) -> HttpResponse:
    context = {
        "link": request.build_absolute_uri(reverse(page, args=[token])),
        "email": email,
        "name": name,
        "is_sent": bool(email) and can_send_letters(request.member.workspace_id),
    }
    response = render(request, "settings/link.html", context)
    response["Cache-Control"] = "no-store"
    return response
