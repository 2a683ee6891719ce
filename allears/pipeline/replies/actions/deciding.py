"""What a person decides about a dispatch that was refused, or whose fate is unknown."""

from django.db import transaction

from allears.connectors.interface import Sent
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.replies.actions.ending import end_as_sent
from allears.pipeline.replies.actions.queueing import take_back
from allears.pipeline.replies.errors import NotRefused
from allears.pipeline.replies.models import Dispatch, DispatchState, Draft

STUCK = [DispatchState.REFUSED, DispatchState.WAITING]


def retry_dispatch(member: Member, dispatch: Dispatch) -> None:
    """Send a refused (or waiting) reply again now."""
    require_answering(member)
    _send_again(member, dispatch, STUCK)


def decide_unknown_dispatch(member: Member, dispatch: Dispatch, *, was_sent: bool) -> None:
    """Say of a reply of unknown fate that it was sent, or that it was not and is to be sent again."""
    require_answering(member)
    if not was_sent:
        _send_again(member, dispatch, [DispatchState.UNKNOWN])
        return
    if not Dispatch.objects.filter(id=dispatch.id, state=DispatchState.UNKNOWN).exists():
        raise NotRefused
    end_as_sent(dispatch, Sent(external_id=""), member)


def edit_dispatch(member: Member, dispatch: Dispatch) -> Draft:
    """Take a refused or waiting reply back into a draft, to be changed and sent another way."""
    require_answering(member)
    with transaction.atomic():
        stuck = Dispatch.objects.filter(id=dispatch.id, state__in=STUCK)
        if not stuck.update(state=DispatchState.CANCELLED, message=None, ended_at=now()):
            raise NotRefused
        return take_back(dispatch, member, {})


def _send_again(member: Member, dispatch: Dispatch, states: list[DispatchState]) -> None:
    with transaction.atomic():
        stuck = Dispatch.objects.filter(id=dispatch.id, state__in=states)
        changed = stuck.update(
            state=DispatchState.WAITING,
            due_at=now(),
            attempts=0,
            trouble="",
            trouble_facts={},
            ended_at=None,
            before={**dispatch.before, "again": True},
        )
        if not changed:
            raise NotRefused
        record_event(
            "dispatch.retried",
            dispatch.workspace_id,
            member,
            conversation=dispatch.conversation_id,
            subject=f"dispatch:{dispatch.id}",
            dispatch=dispatch.id,
        )
