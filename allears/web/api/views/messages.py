"""Read what was said, answer, take back; and write notes."""

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from django.http import FileResponse, HttpResponse
from ninja import Router

from allears.foundation.errors import NotVisible
from allears.foundation.files import path_of_file
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.queries.listing import listed_messages, listed_notes, messages_after
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_attachment
from allears.pipeline.replies.actions.drafting import keep_file
from allears.pipeline.replies.actions.queueing import Reply, queue_reply, release_held, undo_reply
from allears.pipeline.replies.errors import SomeoneAnswered
from allears.pipeline.replies.names import Dispatch, DraftFile
from allears.pipeline.replies.queries import get_visible_dispatch
from allears.web.api.door import ApiRequest
from allears.web.api.errors import FileNotGood
from allears.web.api.parameters import Cursor, Limit, PathId
from allears.web.api.problems import problem_of
from allears.web.api.shapes import messages as shapes
from allears.web.api.telling import tell_message, tell_note, tell_reply
from allears.web.api.writing import act_once, answer, read_cursor, write_cursor

router = Router()
AFTERWARDS = {"nothing": "", "solve": "solve", "wait": "wait", "on_hold": "hold"}


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
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@router.post(
    "/conversations/{int:conversation_id}/replies",
    response={201: shapes.Reply},
    summary="Answer the customer",
    tags=["Replies"],
)
def create_reply(request: ApiRequest, conversation_id: PathId, body: shapes.ReplyWanted) -> HttpResponse:
    """Send an answer to the customer, where they wrote.

    It leaves at once; with `hold` it can be taken back for some seconds. Send an `Idempotency-Key`, and a
    request that you repeat because a line broke is one answer. With `seen_message_id` nothing is sent when
    somebody answered meanwhile: the 409 then holds `newer_messages`.
    """
    conversation = get_visible_conversation(request.member, conversation_id)
    files = [_keep(file) for file in body.attachments]

    def act() -> tuple[int, Any]:
        return 201, tell_reply(_queue(request, conversation, body, files))

    try:
        return act_once(request, act)
    except SomeoneAnswered as error:
        newer = messages_after(conversation.id, body.seen_message_id or 0)
        return problem_of(error, newer_messages=[tell_message(request, message) for message in newer])


def _keep(file: shapes.FileWanted) -> DraftFile:
    """Keep the bytes of a file on the disk, before anything is written."""
    try:
        data = base64.b64decode(file.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FileNotGood from error
    return keep_file(file.name, file.content_type, data)


def _queue(
    request: ApiRequest, conversation: Conversation, body: shapes.ReplyWanted, files: list[DraftFile]
) -> Dispatch:
    said = Reply(
        text=body.text,
        idempotency_key=_key_of(request),
        seen_message_id=body.seen_message_id or 2**63 - 1,
        then=AFTERWARDS[body.then],
        files=files,
        is_from_draft=False,
    )
    dispatch = queue_reply(request.member, conversation, said)
    if not body.hold:
        release_held(dispatch.id)
    return get_visible_dispatch(request.member, dispatch.id)


def _key_of(request: ApiRequest) -> str:
    """Return what makes this reply one reply, also after its kept answer was let go of."""
    given = request.headers.get("Idempotency-Key", "")
    digest = hashlib.sha256(given.encode()).hexdigest() if given else uuid4().hex
    return f"api:{request.token.id}:{digest}"


@router.get(
    "/replies/{int:reply_id}", response=shapes.Reply, summary="See what became of a reply", tags=["Replies"]
)
def read_reply(request: ApiRequest, reply_id: PathId) -> HttpResponse:
    """See whether a reply was sent, waits, or was refused and why."""
    return answer(tell_reply(get_visible_dispatch(request.member, reply_id)))


@router.delete(
    "/replies/{int:reply_id}", response=shapes.Reply, summary="Take a reply back", tags=["Replies"]
)
def delete_reply(request: ApiRequest, reply_id: PathId) -> HttpResponse:
    """Take a held reply back; its words wait in the member's draft. 409 when it is on its way already."""
    dispatch = get_visible_dispatch(request.member, reply_id)

    def act() -> tuple[int, Any]:
        undo_reply(request.member, dispatch)
        return 200, tell_reply(get_visible_dispatch(request.member, reply_id))

    return act_once(request, act)


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
    return answer({"items": [tell_note(note) for note in notes], "next_cursor": more})


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
        return 201, tell_note(write_note(conversation, body.text, request.member))

    return act_once(request, act)
