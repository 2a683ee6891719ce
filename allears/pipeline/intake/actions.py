"""End envelopes, read dead letters again, and let go of old bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connections, transaction
from django.db.models import F, Max

from allears.foundation.clock import now
from allears.foundation.events.actions import Happening, record_event, record_events
from allears.foundation.rows import insert_rows, new_row, select_rows
from allears.foundation.sqlite.router import intake_database
from allears.foundation.workspaces.models import Member
from allears.pipeline.intake.claiming import put_back
from allears.pipeline.intake.endings import ALREADY_HERE
from allears.pipeline.intake.errors import EnvelopeGone, NotADeadLetter
from allears.pipeline.intake.models import EndedAs, Ending, Envelope, Waiting
from allears.pipeline.intake.storing import Submission, store_submissions

__all__ = ["Submission", "store_submissions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How the reading of one envelope ended. `reason` is a sentence for people, `technical` for the log."""

    envelope: Envelope
    ended_as: EndedAs
    message_count: int = 0
    reason: str = ""
    reason_facts: Mapping[str, str] = field(default_factory=dict)
    technical: str = ""


_ENDED_AGAIN = (
    "ON CONFLICT (envelope_id) DO UPDATE SET ended_as = excluded.ended_as, reason = excluded.reason,"
    " reason_facts = excluded.reason_facts,"
    " message_count = excluded.message_count, technical = excluded.technical, ended_at = excluded.ended_at"
)
_ENDED = "SELECT envelope_id FROM intake_ending WHERE ended_as <> %s AND envelope_id {among}"


def end_envelopes(results: Sequence[Result]) -> None:
    """Write how envelopes ended, in the transaction that files their messages."""
    at = now()
    endings = [
        new_row(
            Ending,
            envelope_id=result.envelope.id,
            workspace_id=result.envelope.workspace_id,
            channel_id=result.envelope.channel_id,
            ended_as=result.ended_as,
            message_count=result.message_count,
            reason=result.reason[:300],
            reason_facts=dict(result.reason_facts),
            technical=result.technical[:300],
            received_at=result.envelope.received_at,
            ended_at=at,
        )
        for result in results
    ]
    insert_rows(endings, _ENDED_AGAIN)
    dead = [result for result in results if result.ended_as == EndedAs.DEAD]
    if dead:
        record_events([_died(result) for result in dead])


def _died(result: Result) -> Happening:
    return Happening(
        kind="envelope.died",
        workspace_id=result.envelope.workspace_id,
        channel=result.envelope.channel_id,
        subject=f"envelope:{result.envelope.id}",
        facts={"reason": result.reason, "reason_facts": dict(result.reason_facts)},
    )


def ended_envelopes(ids: Sequence[int]) -> set[int]:
    """Say which envelopes have an ending already, those being read again left out."""
    return {id_ for (id_,) in select_rows(_ENDED, EndedAs.REPLAYING, among=ids)}


def replay_dead_letter(envelope_id: int, workspace_id: int, by: Member | None = None) -> None:
    """Have a dead letter read again. Raise EnvelopeGone when its bytes are no longer kept."""
    if not Envelope.objects.filter(id=envelope_id, workspace_id=workspace_id).exists():
        raise EnvelopeGone
    with transaction.atomic():
        mine = Ending.objects.filter(envelope_id=envelope_id, workspace=workspace_id, ended_as=EndedAs.DEAD)
        if not mine.update(ended_as=EndedAs.REPLAYING):
            raise NotADeadLetter
        record_event("envelope.replayed", workspace_id, by, subject=f"envelope:{envelope_id}")
    put_back([envelope_id], now())


def settle_dead_letter(envelope_id: int, workspace_id: int, reason: str, by: Member | None = None) -> None:
    """End a dead letter as nothing to do, for a reason a person gave."""
    with transaction.atomic():
        mine = Ending.objects.filter(envelope_id=envelope_id, workspace=workspace_id, ended_as=EndedAs.DEAD)
        if not mine.update(ended_as=EndedAs.NOTHING, reason=reason[:300], reason_facts={}, ended_at=now()):
            raise NotADeadLetter
        record_event(
            "envelope.settled", workspace_id, by, subject=f"envelope:{envelope_id}", reason=reason[:300]
        )


def take_back_message(envelope_id: int) -> None:
    """Count one message less for an envelope: it was one of ours, which is here already."""
    mine = Ending.objects.filter(envelope_id=envelope_id, ended_as=EndedAs.MESSAGES, message_count__gt=0)
    mine.update(message_count=F("message_count") - 1)
    nothing = Ending.objects.filter(envelope_id=envelope_id, ended_as=EndedAs.MESSAGES, message_count=0)
    nothing.update(ended_as=EndedAs.NOTHING, reason=ALREADY_HERE, reason_facts={})


def queue_forgotten_replays() -> int:
    """Queue again what was to be read again when the machine stopped in between."""
    ids = list(Ending.objects.filter(ended_as=EndedAs.REPLAYING).values_list("envelope_id", flat=True))
    put_back(ids, now())
    return len(ids)


def purge_envelopes(channel_id: int, older_than: timedelta, most: int = 500) -> int:
    """Let go of the bytes of envelopes that ended as messages or nothing longer ago than that."""
    ended = Ending.objects.filter(
        channel_id=channel_id,
        is_purged=False,
        ended_at__lt=now() - older_than,
        ended_as__in=[EndedAs.MESSAGES, EndedAs.NOTHING],
    )
    ids = list(ended.values_list("envelope_id", flat=True)[:most])
    # In this order: stopped in between, the next run finds the same ones again.
    Envelope.objects.filter(id__in=ids).delete()
    Ending.objects.filter(envelope_id__in=ids).update(is_purged=True)
    return len(ids)


def queue_unaccounted(newest: int = 20_000) -> int:
    """Queue again those of the newest envelopes that neither wait nor have an ending; return how many.

    There are none unless the main file is older than the file of envelopes: a disk that lost what it
    had promised to keep, or a file put back by hand.
    """
    ids = list(Envelope.objects.order_by("-id").values_list("id", flat=True)[:newest])
    if not ids:
        return 0
    waiting = set(Waiting.objects.filter(envelope_id__gte=ids[-1]).values_list("envelope_id", flat=True))
    ended = set(Ending.objects.filter(envelope_id__gte=ids[-1]).values_list("envelope_id", flat=True))
    lost = sorted(set(ids) - waiting - ended)
    put_back(lost, now())
    return len(lost)


def keep_ids_apart() -> None:
    """Never give an envelope an id that has an ending: the file of envelopes may be older, or new."""
    connection = connections[intake_database()]
    if connection.vendor != "sqlite":
        return
    newest = Ending.objects.aggregate(newest=Max("envelope_id"))["newest"] or 0
    if newest > (Envelope.objects.aggregate(newest=Max("id"))["newest"] or 0):
        with transaction.atomic(using=intake_database()), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM sqlite_sequence WHERE name = 'intake_envelope' AND seq < %s", [newest]
            )
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT 'intake_envelope', %s WHERE NOT EXISTS"
                " (SELECT 1 FROM sqlite_sequence WHERE name = 'intake_envelope')",
                [newest],
            )
