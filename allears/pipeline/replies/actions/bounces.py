"""What came back: a reply that could not be delivered after the network had taken it."""

from collections.abc import Sequence

from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.pipeline.conversations.actions.filing import Arrival
from allears.pipeline.conversations.actions.statuses import reopen_conversation
from allears.pipeline.replies.models import Dispatch, DispatchState

CAME_BACK = mark(
    "It came back: the receiving side could not deliver it. Check the address, or answer another way."
)


def mark_bounced(arrivals: Sequence[Arrival]) -> None:
    """Mark the dispatches that bounces speak of as refused, and bring their conversations back."""
    for arrival in arrivals:
        dispatch = Dispatch.objects.filter(
            channel=arrival.channel_id,
            message__external_id=arrival.incoming.bounced_id,
            state__in=[DispatchState.SENT, DispatchState.UNKNOWN],
        ).first()
        if dispatch is None:
            continue
        Dispatch.objects.filter(id=dispatch.id).update(
            state=DispatchState.REFUSED, trouble=CAME_BACK, trouble_facts={}, ended_at=now()
        )
        record_event(
            "dispatch.refused",
            dispatch.workspace_id,
            conversation=dispatch.conversation_id,
            channel=dispatch.channel_id,
            subject=f"dispatch:{dispatch.id}",
        )
        reopen_conversation(dispatch.conversation_id)
