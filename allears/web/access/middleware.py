"""Before every page: who is asking, in which language; and after it, what an error looks like."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from allears.foundation.errors import AllEarsError
from allears.foundation.workspaces.actions import note_seen
from allears.foundation.workspaces.queries import Account, Member, has_workspace
from allears.web.access.sessions import leave, member_of, sign_in_of
from allears.web.access.views.errors import show_error
from allears.web.doors import OpenRequest

GetResponse = Callable[[HttpRequest], HttpResponse]


class MemberMiddleware:
    """Set `request.member` and `request.account`, and lead everyone else to where they can get in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: OpenRequest) -> HttpResponse:
        request.account, request.sign_in, request.member = None, None, None
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._recognise(request)
        response = self.get_response(request)
        if request.account and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def process_view(
        self, request: OpenRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if request.member or getattr(view, "is_open_to_all", False):
            return None
        if request.account:
            return redirect("choose_workspace")
        if not has_workspace():
            return redirect("set_up")
        return _ask_to_sign_in(request)

    def _recognise(self, request: OpenRequest) -> None:
        request.sign_in = sign_in_of(request.session)
        if request.sign_in is None:
            if not request.session.is_empty() and "_auth_user_id" in request.session:
                leave(request)
            return
        request.user = request.account = request.sign_in.account
        request.member = member_of(request.session, request.account)
        note_seen(request.sign_in)


class LanguageMiddleware:
    """Speak the person's language, else the browser's; tell times in the workspace's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: OpenRequest) -> HttpResponse:
        language = _language_of(request.account) or translation.get_language_from_request(request)
        with translation.override(language), timezone.override(_zone_of(request.member)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response


class ErrorMiddleware:
    """Turn an error of ours into a page, or into data where data was asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return show_error(request, error.status, str(error)) if isinstance(error, AllEarsError) else None


def _ask_to_sign_in(request: OpenRequest) -> HttpResponse:
    if request.htmx:
        here = urlsplit(request.htmx.current_url or "/").path
        return HttpResponseClientRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': here})}")
    if request.method == "GET" and request.path != "/":
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
    return redirect(settings.LOGIN_URL)


def _language_of(account: Account | None) -> str:
    return account.language if account else ""


def _zone_of(member: Member | None) -> ZoneInfo:
    return ZoneInfo(member.workspace.time_zone if member else settings.TIME_ZONE)
