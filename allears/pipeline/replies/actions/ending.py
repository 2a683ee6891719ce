"""Write down what came of a dispatch."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from allears.connectors.errors import ConnectorError, Unknown
from allears.connectors.interface import Ability, Sent
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.text import fit_name
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.queries import get_connector
from allears.pipeline.conversations.actions.doubles import let_go_of_double
from allears.pipeline.conversations.actions.holding import held_conversation, waiting_since
from allears.pipeline.conversations.actions.outcomes import end_unanswered
from allears.pipeline.conversations.actions.statuses import change_status, reopen_conversation
from allears.pipeline.conversations.models import Message, MessageName, Outcome, Status, ThreadKey
from allears.pipeline.replies.actions.moving import know_recipient, name_private_thread
from allears.pipeline.replies.actions.saving import count_saved_replies
from allears.pipeline.replies.models import Dispatch, DispatchState

MAY_BE_UNSEEN_FOR = timedelta(minutes=2)
ON_ITS_WAY = [DispatchState.SENDING, DispatchState.UNKNOWN]


def end_as_sent(
    dispatch: Dispatch,
    sent: Sent,
    by: Member | None = None,
    among: Sequence[DispatchState] = tuple(ON_ITS_WAY),
) -> None:
    """Mark a dispatch as sent: what waited before it is answered by it.

    If our words were seen on the network before its answer came, only what is new in the answer is taken.
    """
    with transaction.atomic():
        if not _end(dispatch, DispatchState.SENT, among):
            _take_late_answer(dispatch, sent)
            return
        if dispatch.message:
            _take_name(dispatch.message, sent.external_id)
            _take_other_names(dispatch.message, sent)
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
    dispatch: Dispatch,
    state: DispatchState,
    before: Sequence[DispatchState],
    error: ConnectorError | None = None,
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
    name = fit_name(external_id)
    double = (
        Message.objects.filter(channel=message.channel_id, external_id=name).exclude(id=message.id).first()
    )
    if double and not let_go_of_double(double, message):
        return
    Message.objects.filter(id=message.id).update(external_id=name)
    message.external_id = name
    if not message.thread.external_id:
        key = {"channel_id": message.channel_id, "key": name}
        ThreadKey.objects.get_or_create(**key, defaults={"thread": message.thread})


def _take_late_answer(dispatch: Dispatch, sent: Sent) -> None:
    """Take what the network's answer says beyond what was seen there before it came."""
    if not dispatch.message or not Dispatch.objects.filter(id=dispatch.id, state=DispatchState.SENT).exists():
        return
    dispatch.message.refresh_from_db(fields=["external_id"])
    _take_other_names(dispatch.message, replace(sent, also=(sent.external_id, *sent.also)))
    _take_place(dispatch.message, sent)


def _take_other_names(message: Message, sent: Sent) -> None:
    """Remember the ids of the further messages that ours became; one heard already is no longer one of its own."""
    for name in dict.fromkeys(fit_name(one) for one in sent.also if one):
        if name == message.external_id:
            continue
        double = Message.objects.filter(channel=message.channel_id, external_id=name).first()
        if double is None or let_go_of_double(double, message):
            key = {"channel_id": message.channel_id, "external_id": name}
            MessageName.objects.get_or_create(**key, defaults={"message": message})


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
