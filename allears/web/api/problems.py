"""What an error looks like to a program: application/problem+json (RFC 9457), always, and never a raw error."""

import re
import secrets
import sys
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from allears.foundation.errors import AllEarsError
from allears.web.api.json_text import write_json

log = structlog.get_logger("allears.api")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def code_of(error: type[AllEarsError]) -> str:
    """Return the lasting name of an error: SomeoneAnswered is someone-answered."""
    return _WORD.sub("-", error.__name__).lower()


def make_problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> HttpResponse:
    """Make a problem. `errors` are {"field", "detail"}; more facts may stand beside."""
    body: dict[str, Any] = {
        "type": f"/api/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = list(errors)
    response = HttpResponse(
        write_json({**body, **more}), status=status, content_type="application/problem+json"
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="All Ears"'
    return response


def problem_of(error: AllEarsError, **more: Any) -> HttpResponse:
    """Make a problem of one of our errors; its sentence is what a person reads."""
    field = getattr(error, "field", "")
    errors = [{"field": field, "detail": str(error)}] if field else []
    return make_problem(error.status, code_of(type(error)), str(error), errors, **more)


def unexpected_problem() -> HttpResponse:
    """Say that something broke, with a reference; the log has where it happened, and nobody's words."""
    reference = secrets.token_hex(4)
    kind, _error, trace = sys.exc_info()
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    log.error(
        "api_failed",
        reference=reference,
        error=kind.__name__ if kind else "",
        at=" < ".join(places[::-1][:12]),
    )
    sentence = _("It is written down. Please try again; if it stays, tell us the reference.")
    return make_problem(500, "broken", sentence, reference=reference)


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give an error that came from below the form that every error has."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith("application/problem+json"):
        return response
    from allears.web.api.errors import MethodNotAllowed

    problem = problem_of(MethodNotAllowed()) if response.status_code == 405 else _plain(response.status_code)
    if "Allow" in response:
        problem["Allow"] = response["Allow"]
    return problem


def _plain(status: int) -> HttpResponse:
    phrase = HTTPStatus(status).phrase
    return make_problem(status, phrase.lower().replace(" ", "-"), phrase)
