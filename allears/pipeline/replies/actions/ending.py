"""Write down what came of a dispatch."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from allears.connectors.errors import ConnectorError, Unknown
from allears.connectors.interface import Ability, Sent
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.text import fit_name
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.queries import get_connector
from allears.pipeline.conversations.actions.holding import held_conversation, waiting_since
from allears.pipeline.conversations.actions.outcomes import end_unanswered
from allears.pipeline.conversations.actions.statuses import change_status, reopen_conversation
from allears.pipeline.conversations.models import Message, MessageName, Outcome, Status, ThreadKey
from allears.pipeline.replies.actions.moving import know_recipient, name_private_thread
from allears.pipeline.replies.actions.saving import count_saved_replies
from allears.pipeline.replies.models import Dispatch, DispatchState

MAY_BE_UNSEEN_FOR = timedelta(minutes=2)
ON_ITS_WAY = [DispatchState.SENDING, DispatchState.UNKNOWN]


def end_as_sent(dispatch: Dispatch, sent: Sent, by: Member | None = None) -> None:
    """Mark a dispatch as sent: what waited before it is answered by it."""
    with transaction.atomic():
        if not _end(dispatch, DispatchState.SENT, ON_ITS_WAY):
            return
        if dispatch.message:
            _take_name(dispatch.message, sent.external_id)
            _take_other_names(dispatch.message, sent.also)
            _take_place(dispatch.message, sent)
        if sent.note:
            Dispatch.objects.filter(id=dispatch.id).update(trouble=sent.note[:300])
        _stop_clock(dispatch)
        _look_after(dispatch)
        if used := dispatch.before.get("saved_replies"):
            count_saved_replies(used, dispatch.workspace_id)
        _record("dispatch.sent", dispatch, by)


def _look_after(dispatch: Dispatch) -> None:
    """Where an answer may go unseen, have somebody look in a while whether it was (housekeeping.py)."""
    if Ability.MAY_GO_UNSEEN in get_connector(dispatch.channel.kind).can and not dispatch.channel.is_sample:
        at = now() + MAY_BE_UNSEEN_FOR
        put_job("mail_unseen_answer", f"unseen:{dispatch.id}", at, dispatch=dispatch.id)


def end_as_refused(dispatch: Dispatch, error: ConnectorError) -> None:
    """Mark a dispatch as refused, with what to do, and bring its conversation back into the queue."""
    with transaction.atomic():
        if not _end(dispatch, DispatchState.REFUSED, ON_ITS_WAY, error):
            return
        _record("dispatch.refused", dispatch)
        reopen_conversation(dispatch.conversation_id)


def mark_unknown(dispatch: Dispatch, first_look: datetime, error: ConnectorError | None = None) -> None:
    """Mark a dispatch whose fate is unknown; it is looked up before anything else happens to it."""
    error = error or Unknown()
    with transaction.atomic():
        sending = Dispatch.objects.filter(id=dispatch.id, state=DispatchState.SENDING)
        changed = sending.update(
            state=DispatchState.UNKNOWN,
            leased_until=None,
            due_at=first_look,
            look_ups=0,
            trouble=error.detail[:300],
            trouble_facts=error.facts,
        )
        if changed:
            _record("dispatch.unknown", dispatch)
            reopen_conversation(dispatch.conversation_id)


def postpone(dispatch: Dispatch, until: datetime, error: ConnectorError) -> None:
    """Try again later; nothing was sent."""
    with transaction.atomic():
        Dispatch.objects.filter(id=dispatch.id, state=DispatchState.SENDING).update(
            state=DispatchState.WAITING,
            leased_until=None,
            due_at=until,
            trouble=error.detail[:300],
            trouble_facts=error.facts,
        )
        _record("dispatch.postponed", dispatch)


def _end(
    dispatch: Dispatch, state: DispatchState, before: list[DispatchState], error: ConnectorError | None = None
) -> bool:
    rows = Dispatch.objects.filter(id=dispatch.id, state__in=before)
    return bool(
        rows.update(
            state=state,
            leased_until=None,
            ended_at=now(),
            trouble=error.detail[:300] if error else "",
            trouble_facts=error.facts if error else {},
        )
    )


def _take_name(message: Message, external_id: str) -> None:
    """Remember what the network calls our message, unless it was heard from there already."""
    if not external_id or external_id == message.external_id:
        return
    try:
        with transaction.atomic():
            Message.objects.filter(id=message.id).update(external_id=fit_name(external_id))
            if not message.thread.external_id:
                ThreadKey.objects.create(
                    channel_id=message.channel_id, key=fit_name(external_id), thread=message.thread
                )
    except IntegrityError:
        return


def _take_other_names(message: Message, also: Sequence[str]) -> None:
    """Remember the ids of the further messages that ours became, so that they are known when seen again."""
    names = [fit_name(one) for one in also if one]
    MessageName.objects.bulk_create(
        [MessageName(channel_id=message.channel_id, message=message, external_id=name) for name in names],
        ignore_conflicts=True,
    )


def _take_place(message: Message, sent: Sent) -> None:
    """Remember the private thread that our message opened, and how the network calls the customer there."""
    if sent.url or sent.facts:
        Message.objects.filter(id=message.id).update(url=sent.url[:1000], facts=dict(sent.facts))
    if sent.recipient:
        know_recipient(message, sent.recipient)
    if sent.thread:
        name_private_thread(message, sent.thread)


def _stop_clock(dispatch: Dispatch) -> None:
    """End what waited before the reply was written, and count the conversation's clock anew.

    What came in between, unseen by whoever wrote it, still waits.
    """
    message, at = dispatch.message, now()
    if message is None:
        return
    seen = dispatch.before.get("seen") or message.id
    with held_conversation(dispatch.conversation_id) as conversation:
        end_unanswered(conversation, Outcome.ANSWERED, "", dispatch.member, up_to=min(seen + 1, message.id))
        conversation.first_answered_at = conversation.first_answered_at or at
        conversation.waiting_since = waiting_since(conversation.id)
        if conversation.waiting_since and not conversation.is_open:
            change_status(conversation, Status.OPEN)


def _record(kind: str, dispatch: Dispatch, by: Member | None = None) -> None:
    record_event(
        kind,
        dispatch.workspace_id,
        by,
        conversation=dispatch.conversation_id,
        channel=dispatch.channel_id,
        subject=f"dispatch:{dispatch.id}",
        dispatch=dispatch.id,
    )
