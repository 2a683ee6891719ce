"""Write messages with what hangs on them, and index them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, Min

from allears.connectors.interface import Incoming
from allears.foundation.clock import now
from allears.foundation.rows import insert_rows, new_row, reserve_ids
from allears.pipeline.conversations.actions.clocks import WAITS_FROM, needs_answer, set_waiting
from allears.pipeline.conversations.models import (
    Attachment,
    Direction,
    FileState,
    Message,
    MessageBody,
    MessageName,
    Outcome,
)
from allears.pipeline.conversations.search_index import index_messages

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

AUTOMATIC = "automatic"
ANSWERED_ELSEWHERE = "answered_elsewhere"
BEFORE_CONNECTING = "before_connecting"


def number_messages(arrivals: "Sequence[Arrival]") -> None:
    """Give the messages of a batch their ids, in order, before anything is written."""
    for arrival, id_ in zip(arrivals, reserve_ids(Message, len(arrivals)), strict=True):
        arrival.message_id = id_


def write_messages(arrivals: "Sequence[Arrival]") -> None:
    """Write the messages of a batch, numbered already, whose conversations are saved."""
    for arrival in arrivals:
        arrival.message = _message(arrival)
    insert_rows(a.message for a in arrivals if a.message)
    insert_rows(_body(a) for a in arrivals if _has_more(a))
    insert_rows(file for a in arrivals for file in attachments_of(a))
    insert_rows(name for a in arrivals for name in _names(a))
    index_messages([_index_row(a) for a in arrivals])
    _end_answered(arrivals)


def _message(arrival: "Arrival") -> Message:
    assert arrival.thread and arrival.conversation
    incoming = arrival.incoming
    return new_row(
        Message,
        id=arrival.message_id,
        workspace_id=arrival.workspace_id,
        channel_id=arrival.channel_id,
        thread_id=arrival.thread.id,
        conversation_id=arrival.conversation.id,
        identity_id=None if incoming.is_ours else arrival.known.identity_id,
        envelope_id=arrival.envelope_id,
        direction=Direction.OUT if incoming.is_ours else Direction.IN,
        kind=incoming.kind,
        visibility=incoming.visibility,
        external_id=incoming.external_id[:300],
        in_reply_to=incoming.in_reply_to[:300],
        text=incoming.text,
        has_more=_has_more(arrival),
        sent_at=arrival.sent_at,
        received_at=arrival.received_at,
        post_id=arrival.post_id,
        **_on_the_network(incoming),
        **_ending(arrival),
    )


def _on_the_network(incoming: Incoming) -> dict[str, Any]:
    """Give the columns of what its network calls a message, and where it lies there."""
    return {
        "item": incoming.item,
        "url": incoming.url[:1000],
        "facts": dict(incoming.facts),
        "edited_at": incoming.edited_at,
    }


def _ending(arrival: "Arrival") -> dict[str, Any]:
    """Give the columns of how a message's waiting ended, if it ended before it began."""
    outcome, reason = _outcome(arrival)
    at = arrival.received_at if outcome else None
    return {"outcome": outcome, "outcome_reason": reason, "outcome_at": at}


def _outcome(arrival: "Arrival") -> tuple[Outcome, str]:
    if arrival.incoming.is_ours or needs_answer(arrival):
        return Outcome.NONE, ""
    if arrival.incoming.kind in {"bounce", "auto_reply"}:
        return Outcome.NO_REPLY_NEEDED, AUTOMATIC
    if arrival.incoming.is_unwanted:
        return Outcome.SPAM, ""
    if arrival.is_past:
        return Outcome.NO_REPLY_NEEDED, BEFORE_CONNECTING
    return Outcome.ANSWERED, ANSWERED_ELSEWHERE


def _has_more(arrival: "Arrival") -> bool:
    incoming = arrival.incoming
    return bool(
        incoming.subject
        or incoming.quoted
        or incoming.signature
        or incoming.html
        or incoming.references
        or incoming.warnings
        or arrival.files
    )


def _body(arrival: "Arrival") -> MessageBody:
    incoming = arrival.incoming
    return new_row(
        MessageBody,
        message_id=arrival.message_id,
        subject=incoming.subject[:300],
        quoted=incoming.quoted,
        signature=incoming.signature,
        html=incoming.html,
        references=list(incoming.references),
        warnings=list(incoming.warnings),
    )


def attachments_of(arrival: "Arrival") -> list[Attachment]:
    """Make the rows of an arrival's files; the bytes of some still lie on the network."""
    return [
        new_row(
            Attachment,
            message_id=arrival.message_id,
            name=file.name[:255],
            content_type=file.content_type[:127],
            size=file.size,
            digest=file.digest,
            content_id=file.content_id[:300],
            is_inline=file.is_inline,
            state=FileState.WAITING if file.remote else FileState.KEPT,
            remote=file.remote,
        )
        for file in arrival.files
    ]


def _names(arrival: "Arrival") -> list[MessageName]:
    return [
        new_row(MessageName, channel_id=arrival.channel_id, message_id=arrival.message_id, external_id=name)
        for name in arrival.names
    ]


def _index_row(arrival: "Arrival") -> tuple[int, int, int, str]:
    incoming = arrival.incoming
    names = " ".join(file.name for file in arrival.files)
    who = f"{incoming.author.name} {incoming.author.handle} {incoming.author.address}"
    text = f"{incoming.subject} {incoming.text} {incoming.signature} {who} {names}"
    return arrival.message_id, arrival.workspace_id, arrival.channel_id, text


def _end_answered(arrivals: "Sequence[Arrival]") -> None:
    """End what our own words, heard in this batch, have answered, and set the clocks by what is left."""
    answered = {a.conversation.id: a.conversation for a in arrivals if a.conversation and a.incoming.is_ours}
    if not answered:
        return
    unanswered = Message.objects.filter(
        conversation__in=answered, direction=Direction.IN, outcome=Outcome.NONE
    )
    unanswered = unanswered.annotate(since=WAITS_FROM)
    unanswered.filter(since__lte=F("conversation__answered_elsewhere_at")).update(
        outcome=Outcome.ANSWERED, outcome_reason=ANSWERED_ELSEWHERE, outcome_at=now()
    )
    left = dict(unanswered.values_list("conversation").annotate(Min("since")))
    set_waiting(answered.values(), left)
