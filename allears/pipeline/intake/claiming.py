"""Claim waiting envelopes: fairly across channels, in order within a lane.

On SQLite one process reads (see `allears.foundation.work.lock`); on PostgreSQL an advisory lock holds
a lane for one worker until it lets go or dies, so a lane's order holds on any number of machines.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import sample
from typing import Any

from django.db import connections, transaction
from django.db.models import Q

from allears.foundation.clock import now
from allears.foundation.rows import change_rows, find_rows
from allears.foundation.sqlite.router import intake_database
from allears.pipeline.intake.models import Envelope, Waiting

MOST_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(minutes=1)
_LANES_AT_ONCE = 16
_WAITING_CHANNELS = """
WITH RECURSIVE waiting(channel_id) AS (
  SELECT min(channel_id) FROM intake_waiting
  UNION ALL
  SELECT (SELECT min(channel_id) FROM intake_waiting WHERE intake_waiting.channel_id > waiting.channel_id)
  FROM waiting WHERE channel_id IS NOT NULL
) SELECT channel_id FROM waiting WHERE channel_id IS NOT NULL
"""
# Nothing waits for long: what would is due by a clock that was set back since.
_WAITING = (
    "SELECT envelope_id, attempts FROM intake_waiting WHERE channel_id = %s AND (due_at <= %s OR due_at > %s)"
)
_TAKE = "UPDATE intake_waiting SET attempts = attempts + 1 WHERE envelope_id {among}"
_RELEASE = "DELETE FROM intake_waiting WHERE envelope_id {among}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """Envelopes in hand. `is_suspect` says that they were in hand before when a worker died."""

    envelopes: list[Envelope]
    is_suspect: bool = False


def is_anything_waiting() -> bool:
    """Say whether there is an envelope to read."""
    return bool(_waiting_channels())


@contextmanager
def claimed_envelopes(limit: int) -> Iterator[Claimed]:
    """Hold up to `limit` waiting envelopes, oldest first in each channel, for as long as the block runs."""
    connection = connections[intake_database()]
    channels = _waiting_channels()
    if not channels:
        yield Claimed([])
        return
    if connection.vendor == "postgresql":
        with _locked_lanes(channels) as lanes:
            yield _claim(limit, channels, lanes)
    else:
        yield _claim(limit, channels, None)


def _claim(limit: int, channels: list[int], lanes: list[tuple[int, int]] | None) -> Claimed:
    share = max(1, limit // max(1, len(channels)))
    rows = [row for channel_id in channels for row in _oldest_in(channel_id, lanes, share)]
    suspects = [id_ for id_, attempts in rows if attempts]
    ids = suspects[:1] or [id_ for id_, _ in rows]
    with _passing_transaction():
        change_rows(_TAKE, among=ids, alias=intake_database())
    envelopes = find_rows(Envelope, "id {among} ORDER BY id", among=ids)
    return Claimed(envelopes, is_suspect=bool(suspects))


def _oldest_in(channel_id: int, lanes: list[tuple[int, int]] | None, most: int) -> list[tuple[int, int]]:
    """List a channel's oldest waiting envelopes (in some lanes), and how often each was in hand."""
    connection = connections[intake_database()]
    adapt, at = connection.ops.adapt_datetimefield_value, now()
    values: list[Any] = [channel_id, adapt(at), adapt(at + LONGEST_PAUSE)]
    statement = _WAITING
    if lanes is not None:
        statement += " AND lane = ANY(%s)"
        values.append([lane for channel, lane in lanes if channel == channel_id])
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY envelope_id LIMIT %s", [*values, most])
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def release_envelopes(ids: list[int]) -> None:
    """Take envelopes out of the queue, after their endings are committed."""
    with _passing_transaction():
        change_rows(_RELEASE, among=ids, alias=intake_database())


@contextmanager
def _passing_transaction() -> Iterator[None]:
    """Commit without waiting for the disk: what stands in here is found out again after a power cut.

    A killed process loses nothing by it, and whatever is stored next takes it to the disk.
    """
    connection = connections[intake_database()]
    is_file = connection.vendor == "sqlite" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        if is_file:
            cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            with transaction.atomic(using=intake_database()):
                if connection.vendor == "postgresql":
                    cursor.execute("SET LOCAL synchronous_commit TO off")
                yield
        finally:
            if is_file:
                cursor.execute("PRAGMA synchronous=FULL")


def postpone_envelopes(ids: list[int], wait: timedelta) -> None:
    """Put envelopes back, untouched, because something else (a database) was out of order."""
    with transaction.atomic(using=intake_database()):
        Waiting.objects.filter(envelope_id__in=ids).update(attempts=0, due_at=now() + wait)


def attempts_of(envelope_id: int) -> int:
    """Say how often an envelope was claimed."""
    return Waiting.objects.filter(envelope_id=envelope_id).values_list("attempts", flat=True).first() or 0


def put_back(envelope_ids: list[int], due_at: datetime) -> None:
    """Queue envelopes again that are already stored."""
    found = Envelope.objects.filter(id__in=envelope_ids).values_list("id", "channel_id")
    rows = [Waiting(envelope_id=id_, channel_id=channel, lane=0, due_at=due_at) for id_, channel in found]
    with transaction.atomic(using=intake_database()):
        Waiting.objects.bulk_create(rows, ignore_conflicts=True)


def _waiting_channels() -> list[int]:
    with connections[intake_database()].cursor() as cursor:
        cursor.execute(_WAITING_CHANNELS)
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _locked_lanes(channels: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Lock some lanes that have waiting envelopes; another worker's lanes are passed over."""
    at = now()
    is_due = Q(due_at__lte=at) | Q(due_at__gt=at + LONGEST_PAUSE)
    waiting = Waiting.objects.filter(is_due, channel_id__in=channels)
    found = set(waiting.order_by("envelope_id").values_list("channel_id", "lane")[:2000])
    held: list[tuple[int, int]] = []
    with connections[intake_database()].cursor() as cursor:
        for channel_id, lane in sample(sorted(found), len(found)):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [channel_id % 2**31, lane])
            if cursor.fetchone()[0]:
                held.append((channel_id, lane))
            if len(held) >= _LANES_AT_ONCE:
                break
        try:
            yield held
        finally:
            for channel_id, lane in held:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [channel_id % 2**31, lane])
