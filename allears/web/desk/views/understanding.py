from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allears.foundation.errors import NotVisible
from allears.pipeline.conversations.actions.correcting import correct_message, take_back_correction
from allears.pipeline.conversations.masking import shown_to
from allears.pipeline.conversations.queries.names import Message
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.pipeline.conversations.queries.understood import readings_of
from allears.web.desk.answers import Said, answer
from allears.web.desk.drawing import render
from allears.web.desk.pages import frame_context
from allears.web.desk.sights import view_named
from allears.web.desk.understood import corrected_words, draw_chip, draw_questions
from allears.web.doors import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def show_reading(request: MemberRequest, message_id: int) -> HttpResponse:
    """Show how a message was read and why, or correct it."""
    message = shown_to(request.member, get_visible_message(request.member, message_id))
    if request.method == "POST":
        return _correct(request, message)
    reading = readings_of([message.id]).get(message.id)
    if reading is None:
        raise NotVisible
    view = view_named(request.GET.get("view") or "all", request.member)
    context = {
        "message": message,
        "reading": reading,
        "chip": draw_chip(message, reading),
        "questions": draw_questions(message, reading),
        "may_answer": request.member.may_answer,
    }
    if request.htmx:
        return render(request, "desk/reading.html", {"view": view, **context})
    return render(request, "desk/reading_page.html", frame_context(request, view) | context)


def _correct(request: MemberRequest, message: Message) -> HttpResponse:
    conversation = get_visible_conversation(request.member, message.conversation_id)
    if gone := request.POST.get("take_back"):
        take_back_correction(message, gone, request.member)
        return answer(request, conversation, Said(_("What was read counts again"), "undo"))
    question, _colon, value = request.POST.get("correct", "").partition(":")
    if not correct_message(message, question, value, request.member):
        return answer(request, conversation)
    url = reverse("reading", args=[message.id])
    return answer(
        request, conversation, Said(corrected_words(question, value), "edit", url, "take_back", question)
    )
