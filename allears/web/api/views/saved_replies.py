"""Words to answer with again."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router

from allears.pipeline.conversations.masking import name_for
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.replies.names import SavedReply
from allears.pipeline.replies.queries import find_saved_replies, saved_replies_for
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import PathId
from allears.web.api.shapes import messages as shapes
from allears.web.api.writing import answer

router = Router(tags=["Replies"])


@router.get("/saved-replies", response=shapes.SavedReplyList, summary="List saved replies")
def list_saved_replies(
    request: ApiRequest,
    text: Annotated[str, Query(max_length=200, description="Words that all stand in it.")] = "",
    language: Annotated[str, Query(max_length=8, description="en, ru, vi …")] = "",
) -> HttpResponse:
    """List the saved replies that the member may use, by title."""
    found = find_saved_replies(request.member, text.replace("\x00", ""), language.replace("\x00", ""))
    return answer({"items": [_tell(one) for one in found], "next_cursor": None})


@router.get(
    "/conversations/{int:conversation_id}/saved-replies",
    response=shapes.FilledReplyList,
    summary="Fill saved replies for a conversation",
)
def list_filled_replies(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """List the saved replies filled for a conversation: those of its brand and language first, then the most used."""
    conversation = get_visible_conversation(request.member, conversation_id)
    told = [
        {**_tell(one.saved_reply), "filled_text": name_for(request.member, one.text), "gaps": one.gaps}
        for one in saved_replies_for(request.member, conversation)
    ]
    return answer({"items": told, "next_cursor": None})


def _tell(one: SavedReply) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "shortcut": one.shortcut,
        "text": one.text,
        "language": one.language,
        "brand": {"id": one.brand.id, "name": one.brand.name} if one.brand else None,
        "is_shared": one.owner_id is None,
        "is_thanks": one.is_thanks,
        "used_count": one.used_count,
        "last_used_at": one.last_used_at,
    }
