"""Take what networks tell of our replies after they had taken them: delivered, read, or failed after all.

It goes one way only: what was read stays read, whatever comes late. A batch costs a fixed number of statements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from allears.connectors.errors import Refused
from allears.connectors.interface import Receipt, ReceiptState, Sent
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.actions import Happening, record_events
from allears.foundation.rows import insert_rows, new_row
from allears.pipeline.conversations.actions.changes import Came
from allears.pipeline.conversations.actions.statuses import reopen_conversation
from allears.pipeline.conversations.models import Message, MessageName
from allears.pipeline.replies.actions.ending import ON_ITS_WAY, end_as_sent
from allears.pipeline.replies.models import Dispatch, DispatchState, EarlyReceipt

FAILED = mark("The network took it, but could not deliver it. Answer another way.")
EARLY_FOR = timedelta(days=1)
CLOCKS_DIFFER = timedelta(seconds=2)
WENT_OUT = [DispatchState.SENT, *ON_ITS_WAY]
_Name = tuple[int, str]


@dataclass(slots=True, kw_only=True)
class HeardReceipt:
    """A receipt of one channel, and what came of it."""

    envelope_id: int
    workspace_id: int
    channel_id: int
    record: Receipt
    received_at: datetime
    is_silent: bool = False
    came: Came = Came.MISSING


def take_receipts(heard: Sequence[HeardReceipt]) -> None:
    """Write receipts onto the dispatches they speak of, in order; keep those that came too early for a while."""
    if not heard:
        return
    _end_by_key(heard)
    by_name = _dispatches_by_name({(one.channel_id, one.record.external_id) for one in heard})
    by_thread = _dispatches_by_thread(heard)
    told: dict[int, Dispatch] = {}
    happenings: list[Happening] = []
    for one in heard:
        found = [*by_name.get((one.channel_id, one.record.external_id), ()), *by_thread.get(id(one), ())]
        if found:
            one.came = Came.KNOWN
        for dispatch in found:
            if _take(dispatch, one.record):
                one.came = Came.CHANGED
                told[dispatch.id] = dispatch
                happenings += [] if one.is_silent else [_happening(dispatch, one.record.state)]
    Dispatch.objects.bulk_update(told.values(), ["delivered_at", "read_at"])
    if happenings:
        record_events(happenings)
    _keep_early([one for one in heard if one.came == Came.MISSING])


def take_early_receipts(dispatch: Dispatch, names: Iterable[str]) -> None:
    """Take the receipts that came before the network had told us what it calls a message of ours."""
    early = EarlyReceipt.objects.filter(channel=dispatch.channel_id, external_id__in=list(names))
    heard = [
        HeardReceipt(
            envelope_id=0,
            workspace_id=dispatch.workspace_id,
            channel_id=dispatch.channel_id,
            received_at=one.heard_at,
            record=Receipt(
                state=ReceiptState(one.state),
                at=one.at,
                external_id=one.external_id,
                reason=one.trouble,
                facts=one.trouble_facts,
            ),
        )
        for one in early.order_by("id")
    ]
    if heard:
        with transaction.atomic():
            take_receipts(heard)
            early.delete()


def forget_early_receipts() -> None:
    """Forget receipts that turned out to be of nothing that we sent."""
    EarlyReceipt.objects.filter(heard_at__lt=now() - EARLY_FOR).delete()


def _take(dispatch: Dispatch, receipt: Receipt) -> bool:
    """Write one receipt onto a dispatch, unless something later is known of it already."""
    match receipt.state:
        case ReceiptState.READ if not dispatch.read_at:
            dispatch.read_at = receipt.at
            return True
        case ReceiptState.DELIVERED if not (dispatch.delivered_at or dispatch.read_at):
            dispatch.delivered_at = receipt.at
            return True
        case ReceiptState.FAILED if not (dispatch.delivered_at or dispatch.read_at):
            return _fail(dispatch, receipt)
    return False


def _fail(dispatch: Dispatch, receipt: Receipt) -> bool:
    """Turn a dispatch that the network could not deliver to refused, and bring its conversation back."""
    error = Refused(receipt.reason or FAILED, **receipt.facts)
    changed = Dispatch.objects.filter(id=dispatch.id, state__in=WENT_OUT).update(
        state=DispatchState.REFUSED,
        leased_until=None,
        trouble=error.detail[:300],
        trouble_facts=dict(receipt.facts),
        ended_at=now(),
    )
    if changed:
        reopen_conversation(dispatch.conversation_id)
    return bool(changed)


def _happening(dispatch: Dispatch, state: ReceiptState) -> Happening:
    is_failed = state == ReceiptState.FAILED
    return Happening(
        kind="dispatch.refused" if is_failed else "dispatch.received",
        workspace_id=dispatch.workspace_id,
        conversation=dispatch.conversation_id,
        channel=dispatch.channel_id,
        subject=f"dispatch:{dispatch.id}",
        facts={"dispatch": dispatch.id} if is_failed else {"dispatch": dispatch.id, "state": str(state)},
    )


def _end_by_key(heard: Sequence[HeardReceipt]) -> None:
    """End as sent the dispatches of unknown fate whose own key a network gave back."""
    keys = {
        one.record.key: one for one in heard if one.record.key and one.record.state != ReceiptState.FAILED
    }
    ids = {int(id_): one for key, one in keys.items() if (id_ := key.rpartition("-")[2]).isdecimal()}
    if not ids:
        return
    mine = Dispatch.objects.filter(id__in=ids, state__in=ON_ITS_WAY).select_related(
        "channel", "message__thread"
    )
    for dispatch in mine:
        one = ids[dispatch.id]
        is_its = one.record.key == f"dispatch-{dispatch.workspace_id}-{dispatch.id}"
        if is_its and dispatch.channel_id == one.channel_id:
            end_as_sent(dispatch, Sent(external_id=one.record.external_id))
            one.came = Came.CHANGED


def _dispatches_by_name(names: Iterable[_Name]) -> dict[_Name, list[Dispatch]]:
    by_channel: dict[int, list[str]] = {}
    for channel_id, name in names:
        if name:
            by_channel.setdefault(channel_id, []).append(name)
    called: dict[int, list[_Name]] = {}
    for channel_id, ids in by_channel.items():
        mine = Message.objects.filter(channel=channel_id, external_id__in=ids, direction="out")
        also = MessageName.objects.filter(channel=channel_id, external_id__in=ids)
        known = [*mine.values_list("id", "external_id"), *also.values_list("message", "external_id")]
        for message_id, its_name in known:
            called.setdefault(message_id, []).append((channel_id, its_name))
    found: dict[_Name, list[Dispatch]] = {}
    for dispatch in Dispatch.objects.filter(message__in=called) if called else ():
        for called_so in called[dispatch.message_id or 0]:
            found.setdefault(called_so, []).append(dispatch)
    return found


def _dispatches_by_thread(heard: Sequence[HeardReceipt]) -> dict[int, list[Dispatch]]:
    """Find, for each receipt of a whole thread, what we had written there until then and is not read."""
    of_threads = [one for one in heard if one.record.thread and not one.record.external_id]
    if not of_threads:
        return {}
    threads = {one.record.thread for one in of_threads}
    rows = Dispatch.objects.filter(
        Q(read_at__isnull=True),
        channel__in={one.channel_id for one in of_threads},
        message__thread__external_id__in=threads,
        message__thread__channel__in={one.channel_id for one in of_threads},
        state=DispatchState.SENT,
    ).select_related("message__thread")
    found: dict[int, list[Dispatch]] = {}
    for dispatch in rows:
        assert dispatch.message
        for one in of_threads:
            until = one.record.until or one.record.at
            is_there = (dispatch.channel_id, dispatch.message.thread.external_id) == (
                one.channel_id,
                one.record.thread,
            )
            if is_there and (dispatch.ended_at or dispatch.queued_at) <= until + CLOCKS_DIFFER:
                found.setdefault(id(one), []).append(dispatch)
    return found


def _keep_early(missed: Sequence[HeardReceipt]) -> None:
    """Keep receipts of what is not here while a reply of that channel is on its way: it may be that one's."""
    named = [one for one in missed if one.record.external_id and one.record.state != ReceiptState.SENT]
    if not named:
        return
    sending = Dispatch.objects.filter(channel__in={one.channel_id for one in named}, state__in=ON_ITS_WAY)
    channels = set(sending.values_list("channel", flat=True))
    rows = {
        (one.channel_id, one.record.external_id, one.record.state): new_row(
            EarlyReceipt,
            channel_id=one.channel_id,
            external_id=one.record.external_id,
            state=str(one.record.state),
            at=one.record.at,
            trouble=one.record.reason[:300],
            trouble_facts=dict(one.record.facts),
            heard_at=one.received_at,
        )
        for one in named
        if one.channel_id in channels
    }
    insert_rows(rows.values(), "ON CONFLICT (channel_id, external_id, state) DO NOTHING")
