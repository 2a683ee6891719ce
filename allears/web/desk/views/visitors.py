from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.public.chat.actions.blocking import block_visitor, unblock_visitor
from allears.web.desk.answers import Said, answer
from allears.web.doors import MemberRequest


@require_POST
def let_in_or_not(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Block the visitor of a conversation, or let them in again."""
    conversation = get_visible_conversation(request.member, conversation_id)
    if request.POST.get("block") == "yes":
        block_visitor(request.member, conversation)
        said = Said(_("Blocked: what they write is kept as spam, and nobody waits for it."), "no-reply")
    else:
        unblock_visitor(request.member, conversation)
        said = Said(_("Let in again."))
    return answer(request, conversation, said)
