from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from allears.foundation.errors import NotValid
from allears.pipeline.conversations.actions.notes import write_note as put_note
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import timeline
from allears.pipeline.replies.actions.deciding import decide_unknown_dispatch, edit_dispatch
from allears.pipeline.replies.actions.deciding import retry_dispatch as send_again
from allears.pipeline.replies.actions.drafting import save_draft
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.actions.queueing import undo_reply as take_back_reply
from allears.pipeline.replies.errors import (
    CannotReply,
    FilesNotTaken,
    HasGaps,
    ReplyIsEmpty,
    SomeoneAnswered,
    TextTooLong,
)
from allears.pipeline.replies.names import Dispatch
from allears.pipeline.replies.queries import get_visible_dispatch
from allears.web.desk.answers import answer, go_to
from allears.web.desk.drawing import render
from allears.web.desk.forms import NoteForm, ReplyForm, checked
from allears.web.desk.pages import (
    composer_context,
    conversation_context,
    frame_context,
    queue_context,
)
from allears.web.desk.sights import view_named
from allears.web.desk.views.drafts import own_files, saved_replies_in, take_files
from allears.web.doors import MemberRequest


@require_POST
def reply(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Queue a reply, unless it is empty, has no way out, or a colleague was faster."""
    conversation = get_visible_conversation(request.member, conversation_id)
    wanted = checked(ReplyForm(request.POST))
    take_files(request, conversation)
    kind = str(wanted["mode"])
    said = Reply(
        text=str(wanted["text"]),
        idempotency_key=str(wanted["idempotency_key"]),
        seen_message_id=wanted["seen_message_id"],
        then=str(wanted["then"]),
        files=own_files(request.member, conversation, kind),
        saved_replies=saved_replies_in(request),
        visibility=str(wanted["visibility"]),
    )
    try:
        dispatch = queue_reply(request.member, conversation, said)
    except SomeoneAnswered:
        save_draft(request.member, conversation, kind, said.text, said.saved_replies)
        return _ask_again(request, conversation, {"stale": _newest_answer(conversation, said)}, 409, kind)
    except (ReplyIsEmpty, CannotReply, HasGaps, TextTooLong, FilesNotTaken) as error:
        save_draft(request.member, conversation, kind, said.text, said.saved_replies)
        return _ask_again(request, conversation, {"reply_error": str(error)}, 422, kind)
    return _composed(request, conversation, dispatch)


def _newest_answer(conversation: Conversation, said: Reply) -> dict[str, str]:
    """Find what the colleague said."""
    newer = [
        entry.message
        for entry in timeline(conversation).entries
        if entry.message and not entry.message.is_inbound and entry.message.id > said.seen_message_id
    ]
    message = newer[-1] if newer else None
    author = message.member.name if message and message.member else conversation.channel.name
    return {"author": author, "text": message.text if message else ""}


def _ask_again(
    request: MemberRequest, conversation: Conversation, more: dict[str, object], status: int, kind: str
) -> HttpResponse:
    """Show the composer with what stands in the way; nothing was sent."""
    view = view_named(request.POST.get("view") or "all", request.member)
    if request.htmx:
        context = composer_context(request.member, conversation, kind) | {"view": view, "chosen": kind} | more
        return render(request, "desk/composer.html", context)
    if view.name == "search":
        view = view_named("all", request.member)
    context = frame_context(request, view) | queue_context(request, view, conversation.id)
    context |= conversation_context(request, view, conversation) | {"chosen": kind} | more
    return render(request, "desk/desk.html", context, status=status)


def _composed(
    request: MemberRequest, conversation: Conversation, dispatch: Dispatch | None = None
) -> HttpResponse:
    """Show an empty composer again, and for a reply how to take it back."""
    if not request.htmx:
        return answer(request, conversation)
    conversation = get_visible_conversation(request.member, conversation.id)
    context = composer_context(request.member, conversation) | {
        "view": view_named(request.POST.get("view") or "all", request.member),
        "dispatch": dispatch,
        "undo_url": reverse("undo_reply", args=[dispatch.id]) if dispatch else "",
    }
    response = render(request, "desk/composed.html", context)
    return trigger_client_event(response, "desk-changed", {"conversation": conversation.id})


@require_POST
def write_note(request: MemberRequest, conversation_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    wanted = checked(NoteForm(request.POST))
    try:
        put_note(conversation, str(wanted["text"]), request.member)
    except NotValid as error:
        return _ask_again(request, conversation, {"note_error": str(error)}, 422, "note")
    save_draft(request.member, conversation, "note", "")
    return _composed(request, conversation)


@require_POST
def undo_reply(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    dispatch = get_visible_dispatch(request.member, dispatch_id)
    take_back_reply(request.member, dispatch)
    return go_to(request, dispatch.conversation_id)


@require_POST
def retry_dispatch(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    dispatch = get_visible_dispatch(request.member, dispatch_id)
    send_again(request.member, dispatch)
    return _settled(request, dispatch)


@require_POST
def edit_reply(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    """Take a reply that could not be sent back into the composer."""
    dispatch = get_visible_dispatch(request.member, dispatch_id)
    edit_dispatch(request.member, dispatch)
    return go_to(request, dispatch.conversation_id)


@require_POST
def decide_dispatch(request: MemberRequest, dispatch_id: int) -> HttpResponse:
    dispatch = get_visible_dispatch(request.member, dispatch_id)
    decide_unknown_dispatch(request.member, dispatch, was_sent=request.POST.get("decision") == "sent")
    return _settled(request, dispatch)


def _settled(request: MemberRequest, dispatch: Dispatch) -> HttpResponse:
    return answer(request, get_visible_conversation(request.member, dispatch.conversation_id))
