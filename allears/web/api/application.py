"""The API put together: its views, and how their errors are told."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from allears import __version__
from allears.foundation.errors import AllEarsError, NotVisible
from allears.web.api.errors import Malformed, NotUnderstood
from allears.web.api.problems import code_of, make_problem, problem_of, unexpected_problem
from allears.web.api.views import (
    abilities,
    conversations,
    customers,
    messages,
    readings,
    replies,
    saved_replies,
    saved_views,
    suggestions,
    workspace,
)

api = NinjaAPI(title="All Ears", version=__version__, docs_url=None, openapi_url=None)
for module in (
    conversations,
    saved_views,
    messages,
    readings,
    abilities,
    replies,
    saved_replies,
    suggestions,
    customers,
    workspace,
):
    api.add_router("", module.router)


@api.exception_handler(AllEarsError)
def tell_refusal(_request: HttpRequest, error: AllEarsError) -> HttpResponse:
    """Tell an error of ours."""
    return problem_of(error)


@api.exception_handler(ValidationError)
def tell_mistakes(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Tell what is wrong with a request, field by field; an id that can't be is of nothing that is here."""
    if all(one["loc"][0] == "path" for one in error.errors):
        return problem_of(NotVisible())
    errors = [{"field": _place(one["loc"]), "detail": str(one["msg"])} for one in error.errors]
    return make_problem(422, code_of(NotUnderstood), str(NotUnderstood()), errors)


@api.exception_handler(HttpError)
def tell_unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Tell that a body is no JSON."""
    return (
        problem_of(Malformed())
        if error.status_code == 400
        else make_problem(error.status_code, "http", str(error))
    )


@api.exception_handler(Exception)
def tell_unexpected(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """Tell what nobody expected, in words of ours."""
    return unexpected_problem()


def _place(where: tuple[Any, ...]) -> str:
    """Name a field as it is written: query.limit, body.attachments.0.data."""
    names = [str(part) for part in where]
    if names[0] == "body" and len(names) > 1 and names[1] == "body":
        del names[1]
    return ".".join(names)
