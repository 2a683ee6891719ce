"""A new password for who forgot theirs."""

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from allears.foundation.workspaces.actions import request_password_reset, reset_password
from allears.foundation.workspaces.limits import count_try
from allears.foundation.workspaces.queries import get_password_reset
from allears.web.access.browsers import address_of
from allears.web.access.forms import ForgottenForm, NewPasswordForm
from allears.web.access.sessions import enter
from allears.web.doors import open_to_all, posted


@open_to_all
@require_http_methods(["GET", "POST"])
def ask_for_reset(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm(posted(request))
    if not form.is_valid():
        return render(request, "access/forgotten.html", {"form": form}, status=422 if form.errors else 200)
    email = form.cleaned_data["email"]
    count_try("reset-from", address_of(request), 20)
    count_try("reset-of", email, 5)
    request_password_reset(email)
    return render(request, "access/forgotten.html", {"email": email})


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def set_new_password(request: HttpRequest, token: str) -> HttpResponse:
    reset = get_password_reset(token)
    form = NewPasswordForm(posted(request))
    if not form.is_valid():
        context = {"form": form, "account": reset.account}
        return render(request, "access/new_password.html", context, status=422 if form.errors else 200)
    account = reset_password(token, form.cleaned_data["password"])
    forget_failures(username=account.email)
    enter(request, account)
    messages.success(request, _("Your new password holds. You are signed out everywhere else."))
    return redirect(settings.LOGIN_REDIRECT_URL)
