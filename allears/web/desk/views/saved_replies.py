from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from allears.foundation.errors import NotAllowed
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.replies.actions.drafting import save_draft
from allears.pipeline.replies.filling import fill_saved_reply
from allears.pipeline.replies.names import Draft
from allears.pipeline.replies.queries import drafts_in, get_visible_saved_reply, saved_replies_for
from allears.web.desk.answers import url_of
from allears.web.desk.drawing import render
from allears.web.desk.pages import frame_context
from allears.web.desk.saved_words import mark_gaps
from allears.web.desk.sights import view_named
from allears.web.desk.views.drafts import kind_in, saved_replies_in, take_files
from allears.web.doors import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def choose_saved_reply(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Show the saved replies, filled for this conversation; what was written so far is kept first."""
    conversation = get_visible_conversation(request.member, conversation_id)
    if not request.member.may_answer:
        raise NotAllowed
    if request.method == "POST":
        text, used = request.POST.get("text", ""), saved_replies_in(request)
        save_draft(request.member, conversation, kind_in(request), text, used)
        take_files(request, conversation)
        return redirect(f"{reverse('choose_saved_reply', args=[conversation.id])}?mode={kind_in(request)}")
    found = saved_replies_for(request.member, conversation)
    context = {
        "conversation": conversation,
        "mode": "private" if request.GET.get("mode") == "private" else "reply",
        "choices": [(one.saved_reply, one.text, mark_gaps(one.text), one.gaps) for one in found],
    }
    if request.htmx:
        return render(request, "desk/saved_reply_choices.html", context)
    frame = frame_context(request, view_named("all", request.member))
    return render(request, "desk/choose_saved_reply.html", frame | context)


@require_POST
def insert_saved_reply(request: MemberRequest, conversation_id: int, saved_reply_id: int) -> HttpResponse:
    """Put a saved reply behind what the member has written so far."""
    conversation = get_visible_conversation(request.member, conversation_id)
    saved_reply = get_visible_saved_reply(request.member, saved_reply_id)
    kind = kind_in(request)
    draft = _own_draft(request, conversation, kind)
    written, used = (draft.text, draft.saved_replies) if draft else ("", [])
    filled = fill_saved_reply(saved_reply, request.member, conversation)
    text = f"{written.rstrip()}\n\n{filled}" if written.strip() else filled
    save_draft(request.member, conversation, kind, text, [*used, saved_reply.id])
    return redirect(url_of(request, conversation.id))


def _own_draft(request: MemberRequest, conversation: Conversation, kind: str) -> Draft | None:
    drafts = [one for one in drafts_in(conversation) if one.kind == kind]
    return next((one for one in drafts if one.member_id == request.member.id), None)
