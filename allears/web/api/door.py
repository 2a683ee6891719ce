"""The way in for programs: which address, who asks, how often, and in what form.

It imports nothing heavy; the routes, with django-ninja and pydantic behind them, come with the first request.
"""

from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern, ResolverMatch
from django.views.decorators.csrf import csrf_exempt

from allears.foundation.errors import AllEarsError
from allears.foundation.tokens.actions import note_token_used
from allears.foundation.tokens.queries import ApiToken, get_good_token
from allears.foundation.workspaces.queries import Member
from allears.web.api.errors import BodyTooLarge, LengthMissing, NoSuchAddress, NotJson, TooFast
from allears.web.api.limits import LIMITS, Allowance
from allears.web.api.problems import as_problem, problem_of
from allears.web.doors import open_to_all

READS = {"GET", "HEAD", "OPTIONS"}


class ApiRequest(HttpRequest):
    """What a view of the API is given."""

    token: ApiToken
    member: Member


@csrf_exempt  # no cookie lets anyone in here, so no other site can make a browser ask
@open_to_all
def enter(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer a program."""
    request = cast("ApiRequest", request)
    allowance: Allowance | None = None
    try:
        match = _find(request.path_info)
        request.token = _recognise(request)
        request.member = request.token.member
        allowance = LIMITS.spend(request.token.id, is_write=request.method not in READS)
        if allowance.is_spent:
            raise TooFast
        _check_body(request)
        note_token_used(request.token)
        response = as_problem(request, match.func(request, *match.args, **match.kwargs))
    except AllEarsError as error:
        response = problem_of(error)
    for name, value in allowance.headers().items() if allowance else ():
        response[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@csrf_exempt
@open_to_all
def refuse(_request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer what lies below /api/ and is nothing."""
    return problem_of(NoSuchAddress())


def _find(path: str) -> ResolverMatch:
    try:
        return _routes().resolve(path)
    except Resolver404 as error:
        raise NoSuchAddress from error


@cache
def _routes() -> URLResolver:
    return URLResolver(RegexPattern(r"^/api/v1/"), "allears.web.api.routes")


def _recognise(request: HttpRequest) -> ApiToken:
    """Return the token that the Authorization header shows. Raise TokenNotGood."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return get_good_token(text.strip() if scheme.lower() == "bearer" else "")


def _check_body(request: HttpRequest) -> None:
    """Refuse a body that is too large, of unknown length, or no JSON."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        raise LengthMissing
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise BodyTooLarge
    if int(length) and request.method not in READS and request.content_type != "application/json":
        raise NotJson
