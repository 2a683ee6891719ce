from django.http import HttpResponse
from django.views.decorators.http import require_POST

from allears.foundation.errors import NotVisible
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.pipeline.suggesting.actions.asking import ask_suggestion as ask
from allears.pipeline.suggesting.actions.asking import take_draft as take
from allears.pipeline.suggesting.queries import Use, get_visible_suggestion
from allears.web.desk.answers import answer, go_to
from allears.web.doors import MemberRequest


@require_POST
def ask_suggestion(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Ask the language model for a summary or a draft; the page hears when it is written."""
    conversation = get_visible_conversation(request.member, conversation_id)
    use = Use.DRAFT if request.POST.get("use") == Use.DRAFT else Use.SUMMARY
    ask(request.member, conversation, use, is_again="again" in request.POST)
    return answer(request, conversation)


@require_POST
def translate_message(request: MemberRequest, message_id: int) -> HttpResponse:
    """Ask for what a customer wrote in the reader's language."""
    message = get_visible_message(request.member, message_id)
    if not message.is_inbound:
        raise NotVisible
    conversation = get_visible_conversation(request.member, message.conversation_id)
    ask(request.member, conversation, Use.TRANSLATION, message, is_again="again" in request.POST)
    return answer(request, conversation)


@require_POST
def take_draft(request: MemberRequest, suggestion_id: int) -> HttpResponse:
    """Put a draft into the composer; nothing is sent by it."""
    suggestion = get_visible_suggestion(request.member, suggestion_id)
    take(request.member, suggestion)
    return go_to(request, suggestion.conversation_id)
