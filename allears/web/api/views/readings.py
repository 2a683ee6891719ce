"""Read a message with what was made of it, and correct that."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from allears.pipeline.conversations.actions.correcting import correct_message, take_back_correction
from allears.pipeline.conversations.queries.listing import listed_message
from allears.pipeline.conversations.queries.names import Message
from allears.pipeline.conversations.queries.reading import get_visible_message
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import PathId
from allears.web.api.shapes import messages as shapes
from allears.web.api.shapes import readings
from allears.web.api.telling import tell_message
from allears.web.api.writing import act_once, answer

router = Router(tags=["Messages"])


@router.get("/messages/{int:message_id}", response=shapes.Message, summary="Read a message")
def read_message(request: ApiRequest, message_id: PathId) -> HttpResponse:
    """Read one message, with how it was read and what people corrected."""
    return answer(_tell(request, get_visible_message(request.member, message_id)))


@router.post(
    "/messages/{int:message_id}/corrections",
    response=shapes.Message,
    summary="Correct how a message was read",
)
def create_correction(
    request: ApiRequest, message_id: PathId, body: readings.CorrectionWanted
) -> HttpResponse:
    """Put a person's answer in the place of what was read, as the key `C` does on the desk.

    It counts at once and for ever, stands in the ledger, and what says nearly the same follows it. The answer that
    stands already changes nothing; of the advice it is kept that somebody agreed. 409 while the message was not read.
    """
    message = get_visible_message(request.member, message_id)

    def act() -> tuple[int, Any]:
        correct_message(message, body.question, body.answer, request.member)
        return 200, _tell(request, message)

    return act_once(request, act)


@router.delete(
    "/messages/{int:message_id}/corrections/{question}",
    response=shapes.Message,
    summary="Take a correction back",
)
def delete_correction(
    request: ApiRequest, message_id: PathId, question: readings.QuestionName
) -> HttpResponse:
    """Let what was read count again, for one question. 409 where nothing was corrected."""
    message = get_visible_message(request.member, message_id)

    def act() -> tuple[int, Any]:
        take_back_correction(message, question, request.member)
        return 200, _tell(request, message)

    return act_once(request, act)


def _tell(request: ApiRequest, message: Message) -> dict[str, Any]:
    return tell_message(request, listed_message(message))
