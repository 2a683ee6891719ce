"""Who works, and when the last backup was made."""

from collections.abc import Iterator
from datetime import timedelta

from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.work.queries import last_time, last_times
from allears.watch.health.findings import Finding, Light, as_size, length_of

BACKUP = "backup"
WORKER = "worker:"
SILENT = timedelta(seconds=90)
OLD_BACKUP = timedelta(days=8)


def look_at_workers(_workspace_id: int | None) -> Iterator[Finding]:
    """Look for workers that were heard of in the last minute and a half."""
    beats = last_times(WORKER)
    alive = [beat for beat in beats if now() - beat.at < SILENT]
    for beat in alive:
        yield Finding(
            group="workers",
            name="%(host)s, %(pid)s",
            message=mark("at work since %(age)s"),
            facts={**beat.facts, "age": length_of(now() - beat.since)},
        )
    if not alive:
        last = max((beat.at for beat in beats), default=None)
        yield Finding(
            group="workers",
            name=mark("Workers"),
            message=mark("none; the last was heard of %(age)s ago")
            if last
            else mark("none was ever heard of"),
            facts={"age": length_of(now() - last) if last else ""},
            light=Light.WARM,
            advice=mark("Start `allears serve` or `allears worker`: without one nothing is read or sent."),
        )


def look_at_backups(_workspace_id: int | None) -> Iterator[Finding]:
    """Look at when the last backup was made."""
    last = last_time(BACKUP)
    advice = mark("Run `allears backup FILE` every night, and keep the files on another machine.")
    if last is None:
        yield Finding(
            group="backup",
            name=mark("Last backup"),
            message=mark("none yet"),
            light=Light.WARM,
            advice=advice,
        )
        return
    age = now() - last.at
    yield Finding(
        group="backup",
        name=mark("Last backup"),
        message=mark("%(age)s ago, %(size)s"),
        facts={"age": length_of(age), "size": as_size(int(last.facts.get("size", 0)))},
        light=Light.WARM if age > OLD_BACKUP else Light.GOOD,
        advice=advice if age > OLD_BACKUP else "",
    )
