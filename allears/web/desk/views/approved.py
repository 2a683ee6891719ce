from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allears.foundation.errors import NotAllowed
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.replies.actions.templates import (
    TemplateWanted,
    known_templates,
    list_templates,
    queue_template,
)
from allears.pipeline.replies.errors import CannotReply, HasGaps, SomeoneAnswered
from allears.pipeline.replies.places import ReplyPlace, takes_templates, template_place
from allears.pipeline.replies.saying import in_words
from allears.pipeline.replies.templates import pieces_of, templates_for
from allears.web.desk.answers import go_to
from allears.web.desk.drawing import render
from allears.web.desk.pages import frame_context
from allears.web.desk.sights import view_named
from allears.web.doors import MemberRequest


@require_safe
def choose_template(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Show the templates that a channel's network has approved, to be filled and sent."""
    conversation = get_visible_conversation(request.member, conversation_id)
    return _show(request, conversation)


@require_POST
def list_again(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Ask the network for its templates again."""
    conversation = get_visible_conversation(request.member, conversation_id)
    place = _place(request, conversation)
    assert place.channel
    list_templates(place.channel, request.member)
    return redirect("choose_template", conversation.id)


@require_POST
def send_template(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Queue a filled template; what is missing is asked for again."""
    conversation = get_visible_conversation(request.member, conversation_id)
    place = _place(request, conversation)
    assert place.channel
    wanted = _wanted(request)
    try:
        queue_template(request.member, conversation, place.channel, wanted)
    except (HasGaps, CannotReply, SomeoneAnswered) as error:
        return _show(request, conversation, wanted, str(error))
    return go_to(request, conversation.id)


def _wanted(request: MemberRequest) -> TemplateWanted:
    gaps = {name.removeprefix("gap-"): request.POST[name] for name in request.POST if name.startswith("gap-")}
    seen = request.POST.get("seen_message_id", "")
    return TemplateWanted(
        name=request.POST.get("name", ""),
        language=request.POST.get("language", ""),
        values=gaps,
        idempotency_key=request.POST.get("idempotency_key", "")[:120] or uuid4().hex,
        seen_message_id=int(seen) if seen.isdecimal() else 0,
    )


def _place(request: MemberRequest, conversation: Conversation) -> ReplyPlace:
    if not request.member.may_answer:
        raise NotAllowed
    place = template_place(conversation)
    if not takes_templates(place):
        raise CannotReply(place.why_not or _("No approved templates can be sent here."))
    return place


def _show(
    request: MemberRequest, conversation: Conversation, tried: TemplateWanted | None = None, error: str = ""
) -> HttpResponse:
    place = _place(request, conversation)
    assert place.channel
    shelf = known_templates(place.channel, request.member)
    text = request.GET.get("q", "").strip()
    found = templates_for(request.member, conversation, shelf, text)
    if tried:
        found = [one for one in found if (one.name, one.language) == (tried.name, tried.language)]
    context = {
        "conversation": conversation,
        "shelf": shelf,
        "trouble": in_words(shelf.trouble, shelf.trouble_facts),
        "text": text,
        "choices": [(one, pieces_of(one)) for one in found],
        "tried": tried.values if tried else {},
        "error": error,
        "idempotency_key": uuid4().hex,
    }
    frame = frame_context(request, view_named("all", request.member))
    return render(request, "desk/choose_template.html", frame | context, status=422 if error else 200)
