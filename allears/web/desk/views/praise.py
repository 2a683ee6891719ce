from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.pipeline.praise.actions import (
    keep_agreement,
    put_on_wall,
    take_agreement_back,
    take_off_wall,
)
from allears.pipeline.praise.actions import thank as say_thanks
from allears.pipeline.praise.queries import wall_of
from allears.pipeline.replies.errors import SomeoneAnswered
from allears.web.desk.answers import Said, answer
from allears.web.desk.drawing import render
from allears.web.desk.forms import ThankForm, checked
from allears.web.desk.sights import view_named
from allears.web.desk.views.customers import customers_frame
from allears.web.doors import MemberRequest


@require_POST
def thank(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Thank for praise in words that were not said before; pressed twice, it is said once."""
    conversation = get_visible_conversation(request.member, conversation_id)
    try:
        dispatch = say_thanks(
            request.member, conversation, checked(ThankForm(request.POST))["seen_message_id"]
        )
    except SomeoneAnswered:
        return answer(request, conversation)
    if not request.htmx:
        return answer(request, conversation, Said(_("Thanked")))
    context = {
        "dispatch": dispatch,
        "undo_url": reverse("undo_reply", args=[dispatch.id]),
        "view": view_named(request.POST.get("view") or "all", request.member),
    }
    response = render(request, "desk/thanked.html", context)
    return trigger_client_event(response, "desk-changed", {"conversation": conversation.id})


@require_safe
def show_wall(request: MemberRequest) -> HttpResponse:
    """Show the praise that was put up for everyone."""
    before = request.GET.get("before", "")
    page = wall_of(request.member, int(before) if before.isdecimal() and len(before) < 19 else 0)
    return render(request, "desk/wall.html", customers_frame(request) | {"place": "praise", "page": page})


@require_POST
def change_wall(request: MemberRequest, message_id: int) -> HttpResponse:
    """Put praise on the wall or take it off, keep that its writer agreed to be quoted, or that they no longer do."""
    message = get_visible_message(request.member, message_id)
    said = None
    match request.POST.get("do"):
        case "put":
            put_on_wall(request.member, message)
            said = Said(_("On the wall, for the team to see"), "praise")
        case "agree":
            keep_agreement(request.member, message, request.POST.get("agreement", ""))
        case "disagree":
            take_agreement_back(request.member, message)
        case _:
            take_off_wall(request.member, message)
    if request.POST.get("from") == "wall":
        return redirect("wall")
    return answer(request, get_visible_conversation(request.member, message.conversation_id), said)
