"""Pages for when something does not work."""

import logging
import secrets
import sys
import traceback

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from allears.foundation.workspaces.queries import Member, active_members_of
from allears.web.access.browsers import wants_page

log = logging.getLogger("allears.web")

ICONS = {403: "lock", 404: "search", 429: "clock"}


def show_error(request: HttpRequest, status: int, sentence: str, reference: str = "") -> HttpResponse:
    """Say what did not work: by a page, or by a problem (RFC 9457) for programs and for open pages."""
    if not wants_page(request):
        problem = {"type": "about:blank", "status": status, "title": sentence}
        if reference:
            problem["reference"] = reference
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    icon = ICONS.get(status, "error" if status >= 500 else "alert")
    context = {
        "status": status,
        "title": title_of(status),
        "sentence": sentence,
        "reference": reference,
        "icon": icon,
        "tone": "hot" if status >= 500 else "",
        "to_ask": _to_ask(request) if status == 403 else "",
    }
    return render(request, "access/error.html", context, status=status)


def _to_ask(request: HttpRequest) -> str:
    """Name those who can open a page to somebody who may not."""
    member: Member | None = getattr(request, "member", None)
    if member is None or member.may_administer:
        return ""
    return ", ".join(one.name for one in active_members_of(member.workspace_id) if one.may_administer)


def title_of(status: int) -> str:
    titles = {
        403: _("Not for your role"),
        404: _("Nothing here"),
        410: _("This link no longer works"),
        429: _("A little slower, please"),
        500: _("Something broke on our side"),
    }
    return titles.get(status, _("That did not work"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show_error(request, 400, _("Your browser sent something we could not read. Please try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token, most often one that stood open for too long."""
    return show_error(
        request, 403, _("This page was open for too long. Load it again, then send it once more.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show_error(request, 404, _("There is nothing here, or it belongs to someone else."))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer an unexpected error with a reference; the log has where it happened, and nobody's words."""
    reference = secrets.token_hex(4)
    kind, _error, trace = sys.exc_info()
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    name = kind.__name__ if kind else ""
    log.error("page_failed reference=%s error=%s at=%s", reference, name, " < ".join(places[::-1][:12]))
    return show_error(
        request,
        500,
        _("It is written down. Please try again; if it stays, tell us the reference."),
        reference,
    )
