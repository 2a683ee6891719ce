"""Put jobs, claim them, end them or give them back; and keep the schedule."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from croniter import croniter
from django.db import connection, transaction
from django.db.models import F, Q

from allears.foundation.clock import now
from allears.foundation.work.models import Job, LastTime, Schedule

LEASE = timedelta(minutes=10)
PAUSES = [10, 60, 300, 1800, 7200]


def put_job(name: str, key: str = "", due_at: datetime | None = None, **arguments: Any) -> None:
    """Put a job in the present transaction. A key makes it one job, however often it is put."""
    job = Job(name=name, key=key, arguments=arguments, due_at=due_at or now())
    Job.objects.bulk_create([job], ignore_conflicts=bool(key))


def claim_jobs(limit: int = 10) -> list[Job]:
    """Lease due jobs, oldest first."""
    at = now()
    free = Job.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=at), is_parked=False, due_at__lte=at
    )
    with transaction.atomic():
        rows = free.order_by("due_at", "id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        ids = list(rows.values_list("id", flat=True)[:limit])
        Job.objects.filter(id__in=ids).update(leased_until=at + LEASE, attempts=F("attempts") + 1)
    return list(Job.objects.filter(id__in=ids).order_by("due_at", "id"))


def end_job(job: Job) -> None:
    """Remove a job that was done."""
    Job.objects.filter(id=job.id).delete()


def give_back_job(job: Job, trouble: str) -> None:
    """Try a job again after a growing pause; park it, where a person sees it, after too many tries."""
    is_parked = job.attempts > len(PAUSES)
    pause = PAUSES[min(job.attempts, len(PAUSES)) - 1]
    Job.objects.filter(id=job.id).update(
        leased_until=None,
        due_at=now() + timedelta(seconds=pause),
        is_parked=is_parked,
        trouble=trouble[:300],
    )


def retry_parked_jobs() -> int:
    """Have work that was given up tried again, from the first try; return how much."""
    parked = Job.objects.filter(is_parked=True)
    return parked.update(is_parked=False, attempts=0, due_at=now(), leased_until=None, trouble="")


def note_time(name: str, **facts: Any) -> None:
    """Note that something happened now; its earlier facts are replaced."""
    at = now()
    found = LastTime(name=name, since=at, at=at, facts=facts)
    LastTime.objects.bulk_create(
        [found], update_conflicts=True, unique_fields=["name"], update_fields=["at", "facts"]
    )


def forget_times(prefix: str, before: datetime) -> None:
    """Forget what last happened before a moment."""
    LastTime.objects.filter(name__startswith=prefix, at__lt=before).delete()


def keep_schedule(schedule: Mapping[str, str]) -> None:
    """Bring the table of schedules in line with name -> cron expression."""
    known = dict(Schedule.objects.values_list("name", "cron"))
    Schedule.objects.exclude(name__in=list(schedule)).delete()
    for name, cron in schedule.items():
        if known.get(name) != cron:
            Schedule.objects.update_or_create(name=name, defaults={"cron": cron, "next_at": _next(cron)})


def put_scheduled_jobs() -> int:
    """Put a job for everything the schedule says is due; one missed for long is done once."""
    at, count = now(), 0
    for schedule in Schedule.objects.filter(next_at__lte=at):
        with transaction.atomic():
            due = Schedule.objects.filter(id=schedule.id, next_at=schedule.next_at)
            if due.update(next_at=_next(schedule.cron), ran_at=at):
                put_job(schedule.name, key=f"scheduled:{schedule.name}")
                count += 1
    return count


def _next(cron: str) -> datetime:
    found: datetime = croniter(cron, now()).get_next(datetime)
    return found
