"""API tokens: one's own, and for administrators those of everyone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allears.foundation.tokens.actions import make_api_token, revoke_api_token
from allears.foundation.tokens.queries import get_visible_token, tokens_of, tokens_of_others
from allears.foundation.workspaces.limits import count_try
from allears.web.doors import MemberRequest, posted
from allears.web.settings.forms import TokenForm


@require_http_methods(["GET", "POST"])
def list_tokens(request: MemberRequest) -> HttpResponse:
    """List tokens; when the form is sent, make one and show it this once."""
    form = TokenForm(posted(request))
    if form.is_valid():
        count_try("api-token", str(request.member.id), 30)
        _token, text = make_api_token(
            request.member, form.cleaned_data["name"], request.member, form.expires_at()
        )
        return _show(request, TokenForm(), text)
    return _show(request, form)


@require_http_methods(["GET", "POST"])
def revoke_token(request: MemberRequest, token_id: int) -> HttpResponse:
    """Ask, then end a token."""
    token = get_visible_token(request.member, token_id)
    if request.method == "GET":
        return render(request, "settings/token_revoke.html", {"token": token})
    revoke_api_token(request.member, token)
    messages.success(request, _("The token no longer works."))
    return redirect("tokens")


def _show(request: MemberRequest, form: TokenForm, text: str = "") -> HttpResponse:
    context = {
        "form": form,
        "made": text,
        "address": request.build_absolute_uri("/api/v1/"),
        "own": tokens_of(request.member),
        "others": tokens_of_others(request.member),
    }
    response = render(request, "settings/tokens.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
