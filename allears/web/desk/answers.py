"""How a verb answers: a word in the corner for a page that listens, a redirect for one that does not."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseLocation, trigger_client_event

from allears.pipeline.conversations.queries.names import Conversation
from allears.web.desk.drawing import render
from allears.web.desk.sights import view_named
from allears.web.doors import MemberRequest


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and how to take back what it tells."""

    text: str
    icon: str = "check"
    undo_url: str = ""
    undo_name: str = ""
    undo_value: str = ""


def url_of(request: MemberRequest, conversation_id: int) -> str:
    """Return the conversation's page in the view that the form was sent from."""
    view = view_named(request.POST.get("view") or "all", request.member)
    return reverse("conversation", args=[view.name, conversation_id])


def answer(request: MemberRequest, conversation: Conversation, said: Said | None = None) -> HttpResponse:
    """Tell that a verb was done; open parts of the page fetch what changed."""
    if not request.htmx:
        if said:
            messages.info(request, said.text)
        return redirect(url_of(request, conversation.id))
    response = render(request, "desk/said.html", {"said": said})
    return trigger_client_event(response, "desk-changed", {"conversation": conversation.id})


def go_to(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Open a conversation again, as it is now."""
    url = url_of(request, conversation_id)
    if request.htmx:
        return HttpResponseLocation(url, target="#workspace", swap="outerHTML")
    return redirect(url)
