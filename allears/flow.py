"""What happens to a message, in order. Read this first.

    hear    receive()            a delivery becomes envelopes, durable before anything is acknowledged
    read    process_waiting()    a connector translates each; what can't be read becomes a dead letter
    grasp   understand()         what their words say: language, mood, intent, urgency, in one call
    know    arrivals_of()        its author: an identity, a customer (arriving.py)
    file    file_messages()      thread, conversation, message, index, events, and the envelope's ending
    change  change_all()         what networks say of messages that are here: edits, deletions, receipts, ...
    show    the ledger           every committed event reaches the open pages (web/live)
    answer  send_due()           dispatches leave the outbox, each once (pipeline/replies)

No stage knows the next; this page hands things on.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from allears.arriving import (
    arrivals_of,
    change_all,
    put_what_follows,
    rename_all,
    results_of,
)
from allears.batches import open_batch
from allears.connectors.interface import Delivery, Piece
from allears.pipeline.channels.actions import note_channels_heard
from allears.pipeline.channels.queries import OpenChannel, open_channels
from allears.pipeline.conversations.actions.copying import bring_copies_of_others
from allears.pipeline.conversations.actions.filing import file_messages
from allears.pipeline.conversations.actions.legs import forget_empty_conversation
from allears.pipeline.imports.readers import READERS
from allears.pipeline.intake.actions import Result, end_envelopes, ended_envelopes
from allears.pipeline.intake.claiming import (
    MOST_ATTEMPTS,
    Claimed,
    attempts_of,
    claimed_envelopes,
    postpone_envelopes,
    release_envelopes,
)
from allears.pipeline.intake.endings import STOPPED_THE_WORKER, STUMBLED
from allears.pipeline.intake.models import EndedAs, Envelope
from allears.pipeline.intake.reading import ELSEWHERE, Reading, read_envelope, read_for_nobody
from allears.pipeline.intake.sharing import share_out, together
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.intake.writer import IntakeWriter
from allears.pipeline.replies.actions.bounces import mark_bounced
from allears.pipeline.replies.actions.echoes import recognise_echoes
from allears.pipeline.replies.actions.moving import move_replies
from allears.reading_texts import prepare_to_read, understand

log = structlog.get_logger("allears.flow")
READ_BY = {**READERS, ELSEWHERE: read_for_nobody}
PAUSE_WHEN_OUT_OF_ORDER = timedelta(seconds=2)
# No message is to blame for these: the database is away, or the disk is full.
OUT_OF_ORDER = (OperationalError, InterfaceError, OSError)


def receive(
    channel: OpenChannel, delivery: Delivery, writer: IntakeWriter
) -> "tuple[list[Piece], Future[list[int]]]":
    """Take in a pushed delivery: check its signature, cut it, and hand it to the group commit.

    Raise Unverified or Unreadable; else the future gives the envelopes' ids once they are durable.
    """
    channel.connector.verify(delivery, channel.account)
    pieces = channel.connector.split(delivery)
    submissions = share_out(channel, pieces, delivery.received_at)
    return pieces, together([(at, writer.submit(one)) for at, one in submissions])


def receive_unreadable(channel: OpenChannel, delivery: Delivery, writer: IntakeWriter) -> "Future[list[int]]":
    """Keep a signed delivery that can't be cut; it will be a dead letter that a person sees."""
    return _submit(channel, delivery, [Piece(body=delivery.body, headers=delivery.headers)], writer)


def take_in(
    channel: OpenChannel, piece: Piece, received_at: datetime, writer: IntakeWriter
) -> "Future[list[int]]":
    """Take in one piece that came through a door of our own, and hand it to the group commit."""
    return writer.submit(Submission(channel.workspace_id, channel.id, [piece], received_at))


def take_in_now(channel: OpenChannel, piece: Piece, received_at: datetime) -> None:
    """Take in one piece of a page of ours, and return once it is durable."""
    store_submissions([Submission(channel.workspace_id, channel.id, [piece], received_at)])


def _submit(
    channel: OpenChannel, delivery: Delivery, pieces: list[Piece], writer: IntakeWriter
) -> "Future[list[int]]":
    return writer.submit(Submission(channel.workspace_id, channel.id, pieces, delivery.received_at))


def process_waiting(limit: int = 100) -> int:
    """Read and file up to `limit` waiting envelopes, and return how many were taken in hand."""
    prepare_to_read()
    with claimed_envelopes(limit) as claimed:
        if not claimed.envelopes:
            return 0
        ids = [envelope.id for envelope in claimed.envelopes]
        ended = ended_envelopes(ids)
        readings = _read(claimed, ended)
        try:
            _file(readings)
        except OUT_OF_ORDER as error:
            log.warning("out_of_order", envelopes=len(ids), error=type(error).__name__)
            postpone_envelopes(ids, PAUSE_WHEN_OUT_OF_ORDER)
            raise
        release_envelopes(ids)
        return len(ids)


def file_told(submission: Submission) -> None:
    """File what a story tells, past the queue, at the moment it is told for: sample data of the past."""
    [ids] = store_submissions([submission], is_queued=False)
    told = Envelope.objects.filter(id__in=set(ids) - ended_envelopes(ids)).order_by("id")
    channels = open_channels({submission.channel_id})
    _file_together([read_envelope(one, channels.get(one.channel_id), READ_BY) for one in told])


def _read(claimed: Claimed, ended: set[int]) -> list[Reading]:
    channels = open_channels({envelope.channel_id for envelope in claimed.envelopes})
    first = claimed.envelopes[0]
    if claimed.is_suspect and first.id not in ended and attempts_of(first.id) > MOST_ATTEMPTS:
        return [Reading(first, [], EndedAs.DEAD, STOPPED_THE_WORKER)]
    return [
        read_envelope(envelope, channels.get(envelope.channel_id), READ_BY)
        for envelope in claimed.envelopes
        if envelope.id not in ended
    ]


def _file(readings: Sequence[Reading]) -> None:
    """File readings together, or, when one of them stands in the way, each alone."""
    try:
        _file_together(readings)
    except OUT_OF_ORDER:
        raise
    except Exception:  # noqa: BLE001 - each is tried again alone, and what fails then is logged
        for reading in readings:
            _file_alone(reading)


def _file_alone(reading: Reading) -> None:
    """File one reading, or bury it. A second try: what stood in the way may have been another worker."""
    try:
        _file_together([reading])
    except OUT_OF_ORDER:
        raise
    except Exception as error:
        log.exception("filing_failed", envelope=reading.envelope.id)
        _bury(reading, error)


def _bury(reading: Reading, error: Exception) -> None:
    with transaction.atomic():
        technical = type(error).__name__
        end_envelopes(
            [Result(envelope=reading.envelope, ended_as=EndedAs.DEAD, reason=STUMBLED, technical=technical)]
        )


def _file_together(readings: Sequence[Reading]) -> None:
    """File readings with their endings in one transaction; files are durable, texts understood before it begins."""
    batch = open_batch(readings, open_channels({reading.envelope.channel_id for reading in readings}))
    understand(batch)
    with transaction.atomic():
        rename_all(batch)
        arrivals = arrivals_of(batch)
        echoes = recognise_echoes(arrivals)
        filed = file_messages([arrival for arrival in arrivals if id(arrival) not in echoes])
        for gone, kept_conversation in (*batch.joined, *filed.joined):
            move_replies(gone, kept_conversation)
            forget_empty_conversation(gone)
        change_all(batch, filed.known)
        mark_bounced([arrival for arrival in filed.fresh if arrival.incoming.bounced_id])
        put_what_follows(filed.fresh)
        end_envelopes(results_of(batch, filed.fresh))
        note_channels_heard(_newest_heard(readings))
    bring_copies_of_others()


def _newest_heard(readings: Sequence[Reading]) -> dict[int, datetime]:
    """Say when each channel last heard something; what was imported was not heard."""
    heard = [reading.envelope for reading in readings if not reading.envelope.is_silent]
    heard.sort(key=lambda envelope: envelope.received_at)
    return {envelope.channel_id: envelope.received_at for envelope in heard}
