"""The description of the API: as OpenAPI, and as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from allears.web.doors import open_to_all


@require_safe
@open_to_all
def show_open_api(_request: HttpRequest) -> HttpResponse:
    """Show the document; it holds nothing of any workspace."""
    from allears.web.api.document import open_api_text

    response = HttpResponse(open_api_text(), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@open_to_all
def show_manual(request: HttpRequest) -> HttpResponse:
    """Show the same as a page, with a guide before it."""
    from allears.web.api.guide import make_guide
    from allears.web.api.manual import named_problems, subjects

    address = request.build_absolute_uri("/").rstrip("/")
    context = {"subjects": subjects(), "guide": make_guide(address), "problems": named_problems()}
    return render(request, "api/manual.html", context)


@require_safe
@open_to_all
def go_to_manual(_request: HttpRequest) -> HttpResponse:
    return redirect("api_manual")
