"""Filters that people keep under a name, and what stands in them."""

from django.http import HttpResponse
from ninja import Router

from allears.pipeline.conversations.queries.filters import matching_conversations
from allears.pipeline.conversations.queries.saved_views import (
    filter_of,
    get_visible_saved_view,
    saved_view_counts,
    visible_saved_views,
)
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import Cursor, Limit, PathId
from allears.web.api.shapes import conversations as shapes
from allears.web.api.views.conversations import page_of_conversations
from allears.web.api.writing import answer

router = Router(tags=["Conversations"])


@router.get("/views", response=shapes.ViewList, summary="List saved views")
def list_views(request: ApiRequest) -> HttpResponse:
    """List the saved views in the member's rail, each with how many conversations stand in it."""
    views = visible_saved_views(request.member)
    counts = saved_view_counts(request.member, views)
    told = [
        {
            "id": view.id,
            "name": view.name,
            "audience": view.audience,
            "team": {"id": view.team.id, "name": view.team.name} if view.team else None,
            "filter": view.wanted,
            "order": view.order,
            "count": counts[view.path],
        }
        for view in views
    ]
    return answer({"items": told, "next_cursor": None})


@router.get(
    "/views/{int:view_id}/conversations",
    response=shapes.ConversationPage,
    summary="List what stands in a view",
)
def list_view_conversations(
    request: ApiRequest,
    view_id: PathId,
    sort: shapes.SortName = "queue",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """List the conversations of a saved view, page by page; `sort` is as in the list of conversations."""
    view = get_visible_saved_view(request.member, view_id)
    found = matching_conversations(request.member, filter_of(view))
    return page_of_conversations(request, found, sort, cursor, limit)
