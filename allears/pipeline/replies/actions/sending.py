"""Send what is due: each dispatch is marked as being sent, durably, before the network is called."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import sleep

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from allears.connectors.errors import (
    ConnectorError,
    Disconnected,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import Ability, Connector, Outgoing, Sent
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.rows import spelled_out
from allears.foundation.work.actions import put_job
from allears.pipeline.channels.actions import note_sent, note_trouble, note_well
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.models import ChannelState
from allears.pipeline.channels.queries import account_of, get_connector
from allears.pipeline.replies.actions.ending import end_as_refused, end_as_sent, mark_unknown, postpone
from allears.pipeline.replies.actions.outgoing import objection_now, outgoing_of
from allears.pipeline.replies.actions.queueing import UNDO_FOR
from allears.pipeline.replies.actions.receipts import take_early_receipts
from allears.pipeline.replies.models import Dispatch, DispatchState

log = structlog.get_logger("allears.replies")

READY = [DispatchState.HELD, DispatchState.WAITING]
# The words of the index dispatch_due, so that what was sent long ago is never read.
_UNDER_WAY = spelled_out(Dispatch, "state", ["held", "waiting", "sending", "unknown"])
LEASE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=1)
SAMPLES_ANSWER_AFTER = 8
WRITE_AGAIN_AFTER = [0.1, 1.0, 3.0, 10.0]
PAUSES = [10, 30, 120, 600, 1800, 3600, 7200, 14400, 28800]
LOOK_UP_AFTER = [15, 60, 300, 1800]
GAVE_UP = mark(
    "The network could not be reached for many hours, so it was not sent. Try again, or answer another way."
)
FILE_GONE = mark("A file of this reply is no longer on the disk, so it was not sent.")
STUMBLED = mark("All Ears stumbled while sending. It may or may not have been sent.")


def claim_dispatches(busy_channels: set[int], limit: int = 20) -> list[Dispatch]:
    """Lease due dispatches, oldest first, and return them; each is begun only just before it is sent.

    Channels that are paused, disconnected or busy are left alone, so that a slow one delays no other;
    in one conversation, what was written later waits for what was written before it.
    """
    at = now()
    # Whoever is held or leased for much longer than anyone may be was so by a clock that was set back
    # since; not just longer, for the present moment was read a moment before the rows are.
    is_due = Q(due_at__lte=at) | Q(state=DispatchState.HELD, due_at__gt=at + UNDO_FOR + CLOCKS_DIFFER)
    is_held = Q(leased_until__gte=at, leased_until__lte=at + LEASE + CLOCKS_DIFFER)
    is_free = Q(leased_until__isnull=True) | ~is_held
    earlier = Dispatch.objects.filter(
        conversation=OuterRef("conversation"), channel=OuterRef("channel"), id__lt=OuterRef("id")
    ).filter(state__in=[*READY, DispatchState.SENDING])
    due = Dispatch.objects.filter(_UNDER_WAY, is_due, is_free, ~Exists(earlier), state__in=READY)
    due = due.filter(channel__state=ChannelState.ON).exclude(channel__in=busy_channels)
    with transaction.atomic():
        rows = due.order_by("due_at", "id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("id", flat=True)[:limit])
        Dispatch.objects.filter(id__in=ids).update(leased_until=at + LEASE)
    found = Dispatch.objects.filter(id__in=ids).select_related(
        "channel", "message__thread", "message__identity", "message__body", "member"
    )
    return list(found.order_by("queued_at", "id"))


def release_dispatches(ids: Sequence[int]) -> None:
    """Give back leased dispatches that were not begun."""
    Dispatch.objects.filter(id__in=ids, state__in=READY).update(leased_until=None)


def find_interrupted(*, is_only_sender: bool) -> int:
    """Mark as unknown what was being sent when its sender died, and free what it had not begun; return how many."""
    sending = Dispatch.objects.filter(_UNDER_WAY, state=DispatchState.SENDING)
    if is_only_sender:
        Dispatch.objects.filter(state__in=READY, leased_until__isnull=False).update(leased_until=None)
    else:
        sending = sending.filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now()))
    interrupted = list(sending)
    for dispatch in interrupted:
        mark_unknown(dispatch, first_look=now())
    return len(interrupted)


def send_dispatch(dispatch: Dispatch) -> None:
    """Hand one claimed dispatch to its network and write down what came of it."""
    if not begin_dispatch(dispatch):
        return
    if dispatch.channel.is_sample:
        _send_to_nobody(dispatch)
        return
    if objection := objection_now(dispatch):
        end_as_refused(dispatch, Refused(objection.sentence, **objection.facts))
        return
    try:
        outgoing = outgoing_of(dispatch)
    except FileNotFoundError:
        end_as_refused(dispatch, Refused(FILE_GONE))
        return
    try:
        sent = _found_before(dispatch) or _send(dispatch, outgoing)
    except ConnectorError as error:
        log.info("not_sent", dispatch=dispatch.id, error=type(error).__name__, raw=error.raw)
        _write_failure(dispatch, error)
    except Exception:
        log.exception("sending_failed", dispatch=dispatch.id)
        mark_unknown(dispatch, first_look=_look_at(dispatch), error=Unknown(STUMBLED))
    else:
        _write_success(dispatch, sent)


def _send(dispatch: Dispatch, outgoing: Outgoing) -> Sent:
    connector = get_connector(dispatch.channel.kind)
    return with_fresh_keys(dispatch.channel, lambda one: connector.send(outgoing, account_of(one)))


def _found_before(dispatch: Dispatch) -> Sent | None:
    """Look at the network before anything is sent again that a person wants sent again: some create what they
    then say they refused."""
    connector = get_connector(dispatch.channel.kind)
    if not dispatch.before.get("again") or Ability.LOOK_UP not in connector.can:
        return None
    try:
        return _ask(connector, dispatch)
    except Refused:
        return None


def _send_to_nobody(dispatch: Dispatch) -> None:
    """Write down that it was sent, and let the sample customer answer a little later."""
    _write_success(dispatch, Sent(external_id=""))
    key = f"samples:{dispatch.workspace_id}:answer:{dispatch.id}"
    due_at = now() + timedelta(seconds=SAMPLES_ANSWER_AFTER + dispatch.id % SAMPLES_ANSWER_AFTER)
    put_job("answer_as_customer", key=key, due_at=due_at, dispatch_id=dispatch.id)


def begin_dispatch(dispatch: Dispatch) -> bool:
    """Mark a dispatch as being sent, durably; false when someone took it back meanwhile."""
    dispatch.attempts += 1
    ready = Dispatch.objects.filter(id=dispatch.id, state__in=READY, message__isnull=False)
    return bool(
        ready.update(state=DispatchState.SENDING, leased_until=now() + LEASE, attempts=dispatch.attempts)
    )


def _write_success(dispatch: Dispatch, sent: Sent) -> None:
    """Write down that it was sent, for nobody else knows; a database that is away is waited for a while."""
    for pause in WRITE_AGAIN_AFTER:
        try:
            end_as_sent(dispatch, sent)
            break
        except (DatabaseError, InterfaceError) as error:
            log.warning("sent_but_not_written", dispatch=dispatch.id, error=type(error).__name__)
            connection.close()
            sleep(pause)
    else:
        end_as_sent(dispatch, sent)
    take_early_receipts(dispatch, [sent.external_id, *sent.also])
    note_sent(dispatch.channel_id, now())
    note_well(dispatch.channel)


def _write_failure(dispatch: Dispatch, error: ConnectorError) -> None:
    match error:
        case Unknown():
            mark_unknown(dispatch, first_look=_look_at(dispatch), error=error)
        case SlowDown():
            postpone(dispatch, error.until, error)
        case Disconnected():
            note_trouble(dispatch.channel, error)
            postpone(dispatch, now() + timedelta(minutes=1), error)
        case Unreachable() if dispatch.attempts <= len(PAUSES):
            postpone(dispatch, now() + timedelta(seconds=PAUSES[dispatch.attempts - 1]), error)
        case Unreachable():
            end_as_refused(dispatch, Refused(GAVE_UP))
        case _:
            end_as_refused(dispatch, error)


def look_up_unknown(limit: int = 20) -> int:
    """Look at the network for dispatches of unknown fate; return how many were looked up."""
    due = Dispatch.objects.filter(
        _UNDER_WAY,
        state=DispatchState.UNKNOWN,
        due_at__lte=now(),
        look_ups__lt=len(LOOK_UP_AFTER),
        channel__state=ChannelState.ON,
        channel__is_sample=False,
    ).select_related("channel", "message__thread", "message__identity", "message__body", "member")
    dispatches = list(due.order_by("due_at")[:limit])
    for dispatch in dispatches:
        _look_up(dispatch)
    return len(dispatches)


def _look_up(dispatch: Dispatch) -> None:
    connector = get_connector(dispatch.channel.kind)
    found: Sent | None = None
    if Ability.LOOK_UP in connector.can:
        try:
            found = _ask(connector, dispatch)
        except ConnectorError as error:
            log.info("look_up_failed", dispatch=dispatch.id, error=type(error).__name__)
    if found:
        end_as_sent(dispatch, found)
        take_early_receipts(dispatch, [found.external_id, *found.also])
        return
    unknown = Dispatch.objects.filter(id=dispatch.id, state=DispatchState.UNKNOWN)
    unknown.update(look_ups=F("look_ups") + 1, due_at=_look_at(dispatch, dispatch.look_ups + 1))


def _ask(connector: Connector, dispatch: Dispatch) -> Sent | None:
    look_up = getattr(connector, "look_up", None)
    if look_up is None:
        return None
    outgoing = outgoing_of(dispatch)
    found: Sent | None = with_fresh_keys(dispatch.channel, lambda one: look_up(outgoing, account_of(one)))
    return found


def _look_at(dispatch: Dispatch, look_ups: int = 0) -> datetime:
    return now() + timedelta(seconds=LOOK_UP_AFTER[min(look_ups, len(LOOK_UP_AFTER) - 1)])
