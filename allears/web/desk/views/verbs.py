from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.outcomes import call_it_spam, end_by_window, need_no_reply
from allears.pipeline.conversations.actions.outcomes import wait_again as let_wait_again
from allears.pipeline.conversations.actions.statuses import set_priority as put_priority
from allears.pipeline.conversations.actions.statuses import set_status as put_status
from allears.pipeline.conversations.queries.names import Status
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.web.desk.answers import Said, answer
from allears.web.desk.forms import AssignForm, PriorityForm, checked
from allears.web.doors import MemberRequest


@require_POST
def set_status(request: MemberRequest, conversation_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    before = conversation.status if conversation.status != Status.NEW else Status.OPEN
    put_status(conversation.id, request.POST.get("status", ""), request.member)
    if request.POST.get("status") != Status.SOLVED:
        return answer(request, conversation)
    url = reverse("set_status", args=[conversation.id])
    return answer(request, conversation, Said(_("Solved"), "check", url, "status", before))


@require_POST
def set_priority(request: MemberRequest, conversation_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    put_priority(conversation.id, checked(PriorityForm(request.POST))["priority"], request.member)
    return answer(request, conversation)


@require_POST
def assign(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Give a conversation to a member or to a team, whichever the form names."""
    conversation = get_visible_conversation(request.member, conversation_id)
    wanted = checked(AssignForm(request.POST))
    if "team" in request.POST:
        give_to_team(conversation.id, wanted["team"], request.member)
    else:
        assign_conversation(conversation.id, wanted["assignee"], request.member)
    return answer(request, conversation)


@require_POST
def take(request: MemberRequest, conversation_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    assign_conversation(conversation.id, request.member.id, request.member)
    return answer(request, conversation)


@require_POST
def end_without_reply(request: MemberRequest, conversation_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    if request.POST.get("reason") == "spam":
        call_it_spam(conversation.id, request.member)
        text = _("Called spam and solved")
    elif request.POST.get("reason") == "window_expired":
        end_by_window(conversation.id, request.member)
        text = _("Ended: the time to answer was over")
    else:
        need_no_reply(conversation.id, request.POST.get("reason", ""), request.member)
        text = _("Solved without a reply")
    url = reverse("wait_again", args=[conversation.id])
    return answer(request, conversation, Said(text, "no-reply", url))


@require_POST
def wait_again(request: MemberRequest, conversation_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    let_wait_again(conversation.id, request.member)
    return answer(request, conversation)
