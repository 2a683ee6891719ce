"""Read what was said; and write notes."""

from datetime import datetime
from typing import Any, Literal

from django.http import FileResponse, HttpResponse
from ninja import Router

from allears.foundation.errors import NotVisible
from allears.foundation.files import path_of_file
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.masking import text_for
from allears.pipeline.conversations.queries.listing import listed_messages, listed_notes
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_attachment
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import Cursor, Limit, PathId
from allears.web.api.shapes import messages as shapes
from allears.web.api.telling import tell_message, tell_note
from allears.web.api.writing import act_once, answer, read_cursor, write_cursor

router = Router()


@router.get(
    "/conversations/{int:conversation_id}/messages",
    response=shapes.MessagePage,
    summary="List messages",
    tags=["Messages"],
)
def list_messages(
    request: ApiRequest,
    conversation_id: PathId,
    sort: Literal["oldest", "newest"] = "oldest",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """List what was said in a conversation, from the oldest on or from the newest back."""
    conversation = get_visible_conversation(request.member, conversation_id)
    after = read_cursor(cursor, f"messages:{sort}", datetime, int)
    rows, has_more = listed_messages(conversation.id, after, limit, newest_first=sort == "newest")
    last = rows[-1].values if rows else {}
    more = write_cursor(f"messages:{sort}", last["sent_at"], last["id"]) if has_more else None
    return answer({"items": [tell_message(request, row) for row in rows], "next_cursor": more})


@router.get("/attachments/{int:attachment_id}", summary="Download a file", tags=["Messages"])
def download_attachment(request: ApiRequest, attachment_id: PathId) -> HttpResponse | FileResponse:
    """Download the bytes of an attachment."""
    file = get_visible_attachment(request.member, attachment_id)
    path = path_of_file(file.digest)
    if not path.exists():
        raise NotVisible
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=text_for(request.member, file.name),
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@router.get(
    "/conversations/{int:conversation_id}/notes",
    response=shapes.NotePage,
    summary="List notes",
    tags=["Notes"],
)
def list_notes(
    request: ApiRequest, conversation_id: PathId, cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """List what members wrote for each other, oldest first."""
    conversation = get_visible_conversation(request.member, conversation_id)
    after = read_cursor(cursor, "notes", int)
    notes, has_more = listed_notes(conversation.id, after[0] if after else 0, limit)
    more = write_cursor("notes", notes[-1].id) if has_more else None
    return answer({"items": [tell_note(request.member, note) for note in notes], "next_cursor": more})


@router.post(
    "/conversations/{int:conversation_id}/notes",
    response={201: shapes.Note},
    summary="Write a note",
    tags=["Notes"],
)
def create_note(request: ApiRequest, conversation_id: PathId, body: shapes.NoteWanted) -> HttpResponse:
    """Write a note that members read and customers never. A member's name behind an @ calls them in."""
    conversation = get_visible_conversation(request.member, conversation_id)

    def act() -> tuple[int, Any]:
        return 201, tell_note(request.member, write_note(conversation, body.text, request.member))

    return act_once(request, act)
