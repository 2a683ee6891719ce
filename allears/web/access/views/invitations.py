"""Accepting an invitation: with the account at hand, with another, or with a new one."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from allears.foundation.workspaces.actions import accept_invitation, accept_invitation_as_new
from allears.foundation.workspaces.errors import AccountExists
from allears.foundation.workspaces.queries import Account, get_account, get_invitation
from allears.web.access.forms import JoinAsInvitedForm, JoinForm
from allears.web.access.sessions import CHOSEN_WORKSPACE, enter
from allears.web.doors import OpenRequest, open_to_all, posted


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: OpenRequest, token: str) -> HttpResponse:
    invitation = get_invitation(token)
    if request.account:
        return _join_with(request.account, request, token)
    if invitation.email and get_account(invitation.email):
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}")
    form = (JoinAsInvitedForm if invitation.email else JoinForm)(posted(request))
    if form.is_valid():
        try:
            member = accept_invitation_as_new(token, **{"email": "", **form.cleaned_data})
        except AccountExists as error:
            form.add_error("email", str(error))
        else:
            enter(request, member.account)
            return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"invitation": invitation, "form": form, "here": request.path}
    return render(request, "access/join.html", context, status=422 if form.errors else 200)


def _join_with(account: Account, request: OpenRequest, token: str) -> HttpResponse:
    if request.method == "GET":
        return render(request, "access/join.html", {"invitation": get_invitation(token)})
    member = accept_invitation(token, account)
    request.session[CHOSEN_WORKSPACE] = member.workspace_id
    return redirect(settings.LOGIN_REDIRECT_URL)
