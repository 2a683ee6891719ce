"""Answer the customer, see what became of it, take it back, decide what could not be sent."""

import base64
import binascii
import hashlib
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from ninja import Router

from allears.pipeline.conversations.queries.listing import messages_after
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.praise.actions import thank
from allears.pipeline.replies.actions.deciding import decide_unknown_dispatch, retry_dispatch
from allears.pipeline.replies.actions.drafting import keep_file
from allears.pipeline.replies.actions.queueing import Reply, queue_reply, release_held, undo_reply
from allears.pipeline.replies.actions.templates import TemplateWanted, known_templates, queue_template
from allears.pipeline.replies.errors import CannotReply, SomeoneAnswered
from allears.pipeline.replies.names import Dispatch, DraftFile
from allears.pipeline.replies.places import takes_templates, template_place
from allears.pipeline.replies.queries import get_visible_dispatch
from allears.web.api.door import ApiRequest
from allears.web.api.errors import FileNotGood
from allears.web.api.parameters import PathId
from allears.web.api.problems import problem_of
from allears.web.api.shapes import messages as shapes
from allears.web.api.shapes.abilities import TemplateWanted as TemplateChosen
from allears.web.api.telling import tell_message, tell_reply
from allears.web.api.writing import act_once, answer

router = Router(tags=["Replies"])
AFTERWARDS = {"nothing": "", "solve": "solve", "wait": "wait", "on_hold": "hold"}


@router.post(
    "/conversations/{int:conversation_id}/replies",
    response={201: shapes.Reply},
    summary="Answer the customer",
)
def create_reply(request: ApiRequest, conversation_id: PathId, body: shapes.ReplyWanted) -> HttpResponse:
    """Send an answer to the customer, where they wrote.

    It leaves at once; with `hold` it can be taken back for some seconds. Send an `Idempotency-Key`, and a
    request that you repeat because a line broke is one answer. With `seen_message_id` nothing is sent when
    somebody answered meanwhile: the 409 then holds `newer_messages`.
    """
    conversation = get_visible_conversation(request.member, conversation_id)
    files = [_keep(file) for file in body.attachments]
    if body.template:
        _know_templates(request, conversation)

    def act() -> tuple[int, Any]:
        return 201, tell_reply(request.member, _queue(request, conversation, body, files))

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
    if body.template:
        dispatch = _queue_template(request, conversation, body, body.template)
    else:
        dispatch = queue_reply(request.member, conversation, _said(request, body, files))
    if not body.hold:
        release_held(dispatch.id)
    return get_visible_dispatch(request.member, dispatch.id)


def _know_templates(request: ApiRequest, conversation: Conversation) -> None:
    """Ask the network for its templates the first time, before anything is written."""
    place = template_place(conversation)
    if place.channel and takes_templates(place):
        known_templates(place.channel, request.member)


def _queue_template(
    request: ApiRequest, conversation: Conversation, body: shapes.ReplyWanted, template: TemplateChosen
) -> Dispatch:
    place = template_place(conversation)
    if place.channel is None:
        raise CannotReply(place.why_not)
    wanted = TemplateWanted(
        name=template.name,
        language=template.language,
        values=template.values,
        idempotency_key=_key_of(request),
        seen_message_id=body.seen_message_id or 2**63 - 1,
        then=AFTERWARDS[body.then],
    )
    return queue_template(request.member, conversation, place.channel, wanted)


def _said(request: ApiRequest, body: shapes.ReplyWanted, files: list[DraftFile]) -> Reply:
    return Reply(
        text=body.text,
        idempotency_key=_key_of(request),
        seen_message_id=body.seen_message_id or 2**63 - 1,
        then=AFTERWARDS[body.then],
        files=files,
        is_from_draft=False,
        visibility=body.visibility,
        is_by_person=body.written_by == "person",
    )


def _key_of(request: ApiRequest) -> str:
    """Return what makes this reply one reply, also after its kept answer was let go of."""
    given = request.headers.get("Idempotency-Key", "")
    digest = hashlib.sha256(given.encode()).hexdigest() if given else uuid4().hex
    return f"api:{request.token.id}:{digest}"


@router.post(
    "/conversations/{int:conversation_id}/thanks", response={201: shapes.Reply}, summary="Thank for praise"
)
def create_thanks(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """Answer praise that asks nothing with a thank-you that was not said before, and solve it.

    The words are the workspace's own (saved replies that are a thank-you), else All Ears', in the customer's
    language. 409 when the conversation is not read as praise, or when every thank-you was said already.
    """
    conversation = get_visible_conversation(request.member, conversation_id)

    def act() -> tuple[int, Any]:
        dispatch = thank(request.member, conversation, conversation.last_message_id)
        release_held(dispatch.id)
        return 201, tell_reply(request.member, get_visible_dispatch(request.member, dispatch.id))

    return act_once(request, act)


@router.get("/replies/{int:reply_id}", response=shapes.Reply, summary="See what became of a reply")
def read_reply(request: ApiRequest, reply_id: PathId) -> HttpResponse:
    """See whether a reply was sent, waits, or was refused and why."""
    return answer(tell_reply(request.member, get_visible_dispatch(request.member, reply_id)))


@router.delete("/replies/{int:reply_id}", response=shapes.Reply, summary="Take a reply back")
def delete_reply(request: ApiRequest, reply_id: PathId) -> HttpResponse:
    """Take a held reply back; its words wait in the member's draft. 409 when it is on its way already."""
    dispatch = get_visible_dispatch(request.member, reply_id)

    def act() -> tuple[int, Any]:
        undo_reply(request.member, dispatch)
        return 200, tell_reply(request.member, get_visible_dispatch(request.member, reply_id))

    return act_once(request, act)


@router.post("/replies/{int:reply_id}/retry", response=shapes.Reply, summary="Send a refused reply again")
def retry_reply(request: ApiRequest, reply_id: PathId) -> HttpResponse:
    """Send a reply that was refused, or waits for its next try, again now."""
    dispatch = get_visible_dispatch(request.member, reply_id)

    def act() -> tuple[int, Any]:
        retry_dispatch(request.member, dispatch)
        return 200, tell_reply(request.member, get_visible_dispatch(request.member, reply_id))

    return act_once(request, act)


@router.post("/replies/{int:reply_id}/decision", response=shapes.Reply, summary="Decide an unknown reply")
def decide_reply(request: ApiRequest, reply_id: PathId, body: shapes.DecisionWanted) -> HttpResponse:
    """Say of a reply whose fate is `unknown` that it was sent; or that it was not, and is to be sent again."""
    dispatch = get_visible_dispatch(request.member, reply_id)

    def act() -> tuple[int, Any]:
        decide_unknown_dispatch(request.member, dispatch, was_sent=body.was_sent)
        return 200, tell_reply(request.member, get_visible_dispatch(request.member, reply_id))

    return act_once(request, act)
