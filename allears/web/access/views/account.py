"""One's own account: name, language, theme, password, sign-ins."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from allears.foundation.workspaces.actions import (
    change_password,
    change_profile,
    end_sign_in,
    end_sign_ins_of,
    move_sign_in,
)
from allears.foundation.workspaces.errors import WrongPassword
from allears.foundation.workspaces.limits import count_try
from allears.foundation.workspaces.queries import get_own_sign_in, sign_ins_of
from allears.web.access.forms import AUTOMATIC, ChangePasswordForm, ProfileForm
from allears.web.access.sessions import key_of
from allears.web.doors import MemberRequest


@require_GET
def show_account(request: MemberRequest) -> HttpResponse:
    return _render(request)


@require_POST
def save_profile(request: MemberRequest) -> HttpResponse:
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _render(request, profile=form)
    chosen = form.choices()
    change_profile(request.account, **chosen)
    with override(chosen["language"] or get_language()):
        messages.success(request, _("Saved."))
    return redirect("account")


@sensitive_post_parameters("old", "new")
@require_POST
def save_password(request: MemberRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST)
    if not form.is_valid():
        return _render(request, password=form)
    count_try("password-change", str(request.account.id), 10)
    key = key_of(request.session)
    try:
        change_password(request.account, form.cleaned_data["old"], form.cleaned_data["new"], key)
    except WrongPassword as error:
        form.add_error("old", str(error))
        return _render(request, password=form)
    update_session_auth_hash(request, request.account)
    move_sign_in(key, key_of(request.session))
    messages.success(request, _("Your new password holds. You are signed out everywhere else."))
    return redirect("account")


@require_POST
def end_one_sign_in(request: MemberRequest, sign_in_id: int) -> HttpResponse:
    end_sign_in(get_own_sign_in(request.account, sign_in_id))
    messages.success(request, _("That browser is signed out."))
    return redirect("account")


@require_POST
def end_other_sign_ins(request: MemberRequest) -> HttpResponse:
    count = end_sign_ins_of(request.account, but=key_of(request.session))
    sentence = ngettext("%(count)d browser is signed out.", "%(count)d browsers are signed out.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("account")


def _render(
    request: MemberRequest, profile: ProfileForm | None = None, password: ChangePasswordForm | None = None
) -> HttpResponse:
    account = request.account
    initial = {
        "name": account.name,
        "language": account.language or AUTOMATIC,
        "theme": account.theme or AUTOMATIC,
    }
    context = {
        "profile": profile or ProfileForm(initial=initial),
        "password": password or ChangePasswordForm(),
        "sign_ins": sign_ins_of(account),
        "here": request.sign_in,
    }
    return render(request, "access/account.html", context, status=422 if profile or password else 200)
