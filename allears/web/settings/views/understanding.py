from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allears.pipeline.conversations.queries.topics import tags_suggested
from allears.pipeline.conversations.queries.understood import Question, understanding_of
from allears.web.doors import MemberRequest, for_leads


@require_safe
@for_leads
def show_understanding(request: MemberRequest) -> HttpResponse:
    """Show how much was read and corrected, by whom, and how far the newest models are."""
    found = understanding_of(request.member)
    people = [(one, [one.by_question.get(question, 0) for question in Question]) for one in found.people]
    context = {
        "found": found,
        "tags": tags_suggested(request.member),
        "people": people,
        "questions": [one.label for one in Question],
    }
    return render(request, "settings/understanding.html", context)
