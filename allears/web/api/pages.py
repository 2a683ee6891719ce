"""The description of the API: as OpenAPI, and as a page."""

from django.http import HttpRequest, HttpResponse
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
