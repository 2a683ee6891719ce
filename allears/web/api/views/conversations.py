"""Find conversations, and change what they are."""

from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.actions.changing import Changes, change_conversation
from allears.pipeline.conversations.actions.outcomes import call_it_spam, need_no_reply, wait_again
from allears.pipeline.conversations.queries.filters import (
    ConversationFilter,
    matching_conversations,
    parse_filter,
)
from allears.pipeline.conversations.queries.listing import (
    conversations_by_id,
    listed_conversations,
    version_of,
)
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.tags import tags_of
from allears.pipeline.conversations.queries.topics import suggested_tags
from allears.pipeline.replies.places import reply_place
from allears.web.api.door import ApiRequest
from allears.web.api.errors import NotUnderstood
from allears.web.api.parameters import Cursor, Limit, PathId, read_version
from allears.web.api.shapes import conversations as shapes
from allears.web.api.shapes.basics import PRIORITIES
from allears.web.api.telling import tell_conversation
from allears.web.api.writing import act_once, answer, read_cursor, write_cursor

router = Router(tags=["Conversations"])
BESIDES = ("sort", "cursor", "limit")
PLACES: dict[str, tuple[type, ...]] = {
    "queue": (int, int),
    "matters": (int, int),
    "waiting_since": (datetime, int),
    "newest": (datetime, int),
    "oldest": (datetime, int),
    "id": (int,),
}


@router.get("/conversations", response=shapes.ConversationPage, summary="List conversations")
def list_conversations(
    request: ApiRequest,
    wanted: Query[shapes.ConversationFilters],
    sort: shapes.SortName = "queue",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """List the conversations that fit, page by page.

    `sort` is `queue` (as on the desk: urgent first, then who waits longest), `matters` (the same, but where
    nobody set a priority, the urgency that was read counts), `waiting_since` (who waits
    longest first; only those who wait), `newest` or `oldest` (by the last message), or `id`.
    """
    found = matching_conversations(request.member, _filter_of(request))
    return page_of_conversations(request, found, sort, cursor, limit)


def page_of_conversations(
    request: ApiRequest, found: QuerySet[Conversation], sort: shapes.SortName, cursor: str, limit: int
) -> HttpResponse:
    """Answer with one page of some conversations."""
    after = read_cursor(cursor, f"conversations:{sort}", *PLACES[sort])
    rows, has_more = listed_conversations(found, sort, after, limit)
    tags = tags_of([row.id for row in rows])
    more = write_cursor(f"conversations:{sort}", *rows[-1].place_in(sort)) if has_more else None
    return answer(
        {"items": [tell_conversation(request.member, row, tags) for row in rows], "next_cursor": more}
    )


@router.get("/conversations/count", response=shapes.Count, summary="Count conversations")
def count_conversations(request: ApiRequest, wanted: Query[shapes.ConversationFilters]) -> HttpResponse:
    """Count the conversations that fit, exactly. It takes the filters of the list."""
    return answer({"count": matching_conversations(request.member, _filter_of(request)).count()})


@router.get(
    "/conversations/{int:conversation_id}",
    response=shapes.ConversationInFull,
    summary="Read a conversation",
)
def read_conversation(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """Read one conversation; its messages have an address of their own."""
    return _in_full(request.member, get_visible_conversation(request.member, conversation_id))


@router.patch(
    "/conversations/{int:conversation_id}",
    response=shapes.ConversationInFull,
    summary="Change a conversation",
)
def patch_conversation(
    request: ApiRequest, conversation_id: PathId, body: shapes.ConversationChange
) -> HttpResponse:
    """Change status, assignee, team, priority or tags: all that is named, or nothing.

    With `If-Match` and a version it is changed only if nothing has happened to it since; else 412. Solving
    while the customer waits needs a `reason` (or an answer first): else 409.
    """
    conversation = get_visible_conversation(request.member, conversation_id)
    version = read_version(request)

    def act() -> tuple[int, Any]:
        change_conversation(conversation.id, _changes_in(body), request.member, version)
        return 200, tell_in_full(request.member, conversation)

    return act_once(request, act)


@router.post(
    "/conversations/{int:conversation_id}/outcome",
    response=shapes.ConversationInFull,
    summary="End without a reply",
)
def set_outcome(request: ApiRequest, conversation_id: PathId, body: shapes.OutcomeWanted) -> HttpResponse:
    """Say that what waits here needs no reply, and why; or that it is spam. It is solved by that."""
    conversation = get_visible_conversation(request.member, conversation_id)

    def act() -> tuple[int, Any]:
        if body.outcome == "spam":
            call_it_spam(conversation.id, request.member)
        else:
            need_no_reply(conversation.id, body.reason, request.member)
        return 200, tell_in_full(request.member, conversation)

    return act_once(request, act)


@router.delete(
    "/conversations/{int:conversation_id}/outcome",
    response=shapes.ConversationInFull,
    summary="Let it wait again",
)
def undo_outcome(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """Take back "no reply needed" and "spam": the conversation is open, and what had no answer waits again."""
    conversation = get_visible_conversation(request.member, conversation_id)

    def act() -> tuple[int, Any]:
        wait_again(conversation.id, request.member)
        return 200, tell_in_full(request.member, conversation)

    return act_once(request, act)


def _filter_of(request: ApiRequest) -> ConversationFilter:
    return parse_filter(request.GET, BESIDES)


def _changes_in(body: shapes.ConversationChange) -> Changes:
    """Keep what the body names; null is a value there, and nothing is none."""
    named: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    for name in ("status", "priority", "tags"):
        if named.get(name, "") is None:
            raise NotUnderstood
    if "priority" in named:
        named["priority"] = PRIORITIES.index(named["priority"])
    return cast("Changes", named)


def _in_full(member: Member, conversation: Conversation) -> HttpResponse:
    told = tell_in_full(member, conversation)
    response = answer(told)
    response["ETag"] = f'"{told["version"]}"'
    return response


def tell_in_full(member: Member, conversation: Conversation) -> dict[str, Any]:
    """Tell a conversation as it stands now, with its version and whether it can be answered."""
    place = reply_place(conversation)
    (row,) = conversations_by_id([conversation.id])
    return {
        **tell_conversation(member, row, tags_of([row.id])),
        "version": version_of(conversation.id),
        "suggested_tags": [
            {"id": one.id, "name": one.name, "percent": one.percent} for one in suggested_tags(conversation)
        ],
        "can_reply": place.can_reply,
        "cannot_reply_because": place.why_not,
    }
