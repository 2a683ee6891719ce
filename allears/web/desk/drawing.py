"""Draw pages of the desk: whatever they hold is shown as the member who asks may see it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render as draw

from allears.pipeline.conversations.masking import shown_to
from allears.web.doors import MemberRequest


def render(
    request: MemberRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Draw a page for a member, personal data hidden from whoever need not see it."""
    return draw(request, template, shown_to(request.member, dict(context or {})), status=status)
