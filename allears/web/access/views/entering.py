"""Set-up, sign-in, sign-out, and the choice among workspaces."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.actions import create_workspace_with_owner, end_sign_in
from allears.foundation.workspaces.limits import count_try
from allears.foundation.workspaces.queries import get_member, has_workspace, memberships_of
from allears.web.access.browsers import address_of, safe_next
from allears.web.access.forms import SetUpForm, SignInForm
from allears.web.access.sessions import CHOSEN_WORKSPACE, enter, leave
from allears.web.access.views.errors import show_error
from allears.web.doors import MemberRequest, OpenRequest, open_to_all, posted


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    if has_workspace():
        return redirect("sign_in")
    form = SetUpForm(posted(request))
    if request.method == "POST":
        count_try("set-up", address_of(request), 20)
    if not form.is_valid():
        return render(request, "access/set_up.html", {"form": form}, status=422 if form.errors else 200)
    owner = create_workspace_with_owner(**form.cleaned_data, language=get_language() or "en")
    enter(request, owner.account)
    return redirect("/settings/channels/new/")


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: OpenRequest) -> HttpResponse:
    next_url = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.account:
        return redirect(next_url)
    if not has_workspace():
        return redirect("set_up")
    form = SignInForm(posted(request))
    if form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if getattr(request, "axes_locked_out", False):
            return show_error(request, 429, locked_out())
        if account:
            enter(request, account)
            return redirect(next_url)
        form.add_error(None, _("This address and password do not go together. Have another look at both."))
    context = {"form": form, "next": next_url}
    return render(request, "access/sign_in.html", context, status=422 if form.errors else 200)


@open_to_all
@require_POST
def sign_out(request: OpenRequest) -> HttpResponse:
    if request.sign_in:
        end_sign_in(request.sign_in)
    leave(request)
    return redirect("sign_in")


@open_to_all
@require_GET
def choose_workspace(request: OpenRequest) -> HttpResponse:
    if not request.account:
        return redirect("sign_in")
    return render(request, "access/workspaces.html", {"memberships": memberships_of(request.account)})


@open_to_all
@require_POST
def enter_workspace(request: OpenRequest, workspace_id: int) -> HttpResponse:
    if not request.account:
        return redirect("sign_in")
    if get_member(request.account, workspace_id) is None:
        raise NotVisible
    request.session[CHOSEN_WORKSPACE] = workspace_id
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_GET
def go_home(_request: MemberRequest) -> HttpResponse:
    return redirect(settings.LOGIN_REDIRECT_URL)


def locked_out() -> str:
    return _(
        "There were too many wrong passwords for this address, so we wait for a quarter of an hour. "
        "You can set a new password meanwhile."
    )
