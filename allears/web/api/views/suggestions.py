"""Ask the language model for a summary, a draft or a translation, and read what it wrote."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from allears.foundation.errors import NotVisible
from allears.pipeline.conversations.masking import shown_to
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.pipeline.replies.saying import in_words
from allears.pipeline.suggesting.actions.asking import ask_suggestion
from allears.pipeline.suggesting.errors import NothingToRead
from allears.pipeline.suggesting.queries import (
    Suggestion,
    get_visible_suggestion,
    suggestions_of,
)
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import PathId
from allears.web.api.shapes import suggestions as shapes
from allears.web.api.writing import act_once, answer

router = Router(tags=["Suggestions"])


@router.get(
    "/conversations/{int:conversation_id}/suggestions",
    response=shapes.SuggestionList,
    summary="List what the language model wrote",
)
def list_suggestions(request: ApiRequest, conversation_id: PathId) -> HttpResponse:
    """List the newest hundred summaries, drafts and translations of a conversation."""
    conversation = get_visible_conversation(request.member, conversation_id)
    return answer(
        {
            "items": [_tell(shown_to(request.member, one)) for one in suggestions_of(conversation)],
            "next_cursor": None,
        }
    )


@router.post(
    "/conversations/{int:conversation_id}/suggestions",
    response={202: shapes.Suggestion},
    summary="Ask for a summary, a draft or a translation",
)
def create_suggestion(
    request: ApiRequest, conversation_id: PathId, body: shapes.SuggestionWanted
) -> HttpResponse:
    """Ask the language model. It is written soon after; read it by its id until it is `done` or `failed`.

    What is under way already, or was written since the newest message, is what you get. A draft is never sent:
    that is another request, a person's. 409 while no model is set for this, or its budget is used up.
    """
    conversation = get_visible_conversation(request.member, conversation_id)
    message = get_visible_message(request.member, body.message_id) if body.message_id else None
    if message and message.conversation_id != conversation.id:
        raise NotVisible
    if (body.use == "translation") != bool(message):
        raise NothingToRead

    def act() -> tuple[int, Any]:
        asked = ask_suggestion(request.member, conversation, body.use, message, is_again=body.again)
        return 202, _tell(asked)

    return act_once(request, act)


@router.get(
    "/suggestions/{int:suggestion_id}",
    response=shapes.Suggestion,
    summary="Read what the language model wrote",
)
def read_suggestion(request: ApiRequest, suggestion_id: PathId) -> HttpResponse:
    """Return one summary, draft or translation, with how far it is."""
    return answer(_tell(shown_to(request.member, get_visible_suggestion(request.member, suggestion_id))))


def _tell(one: Suggestion) -> dict[str, Any]:
    names = ("id", "conversation_id", "message_id", "use", "language", "state", "text", "is_cut", "model")
    more = ("tokens_in", "tokens_out", "micro_dollars", "asked_by_id", "asked_at", "ended_at")
    return {
        **{name: getattr(one, name) for name in (*names, *more)},
        "is_machine_made": True,
        "trouble": in_words(one.trouble, one.trouble_facts),
    }
