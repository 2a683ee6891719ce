from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.pipeline.replies.actions.deeds import ask_deed
from allears.pipeline.replies.actions.deeds import undo_deed as take_back_deed
from allears.pipeline.replies.queries import get_visible_deed
from allears.web.desk.answers import Said, answer
from allears.web.doors import MemberRequest


@require_POST
def do_deed(request: MemberRequest, message_id: int) -> HttpResponse:
    """Like, hide or delete, or take a like or hiding back, as the buttons under a message say."""
    message = get_visible_message(request.member, message_id)
    given = {name: request.POST.get(name, "") for name in ("emoji", "reason", "words")}
    ask_deed(request.member, message, request.POST.get("kind", ""), **given)
    conversation = get_visible_conversation(request.member, message.conversation_id)
    return answer(request, conversation, Said(_("The network is being told"), "send"))


@require_POST
def undo_deed(request: MemberRequest, deed_id: int) -> HttpResponse:
    deed = get_visible_deed(request.member, deed_id)
    take_back_deed(request.member, deed)
    return answer(request, get_visible_conversation(request.member, deed.message.conversation_id))
