"""What flows: envelopes, replies, jobs, webhook calls; and the channels they come and go by."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.vault import VaultLocked
from allears.foundation.work.models import Job
from allears.pipeline.channels.lights import Lamp, Sign, conditions_of
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import secrets_of
from allears.pipeline.conversations.queries.understood import rereading_progress, waiting_for
from allears.pipeline.intake.models import EndedAs, Ending
from allears.pipeline.intake.queries import count_waiting, oldest_waiting_since
from allears.pipeline.replies.models import Dispatch, DispatchState
from allears.watch.health.findings import Finding, Length, Light, length_of
from allears.watch.webhooks.models import Call, CallState, Endpoint, EndpointState

LATE = timedelta(minutes=5)
LATE_JOB = timedelta(minutes=20)  # longer than a lease
UNDER_WAY = (DispatchState.HELD, DispatchState.WAITING, DispatchState.SENDING)
IN_HAND = (DispatchState.REFUSED, DispatchState.UNKNOWN)
WORKER = mark("Is a worker running? See Workers below.")


def look_at_queues(workspace_id: int | None) -> Iterator[Finding]:
    """Look at what waits, and at what nobody could deal with."""
    yield _waiting("intake", mark("Envelopes to read"), count_waiting(), oldest_waiting_since(), LATE)
    yield _dead_letters(workspace_id)
    yield from _outbox(workspace_id)
    jobs = Job.objects.filter(is_parked=False, due_at__lte=now())
    oldest = jobs.aggregate(oldest=Min("due_at"))["oldest"]
    yield _waiting("jobs due", mark("Work to do"), jobs.count(), oldest, LATE_JOB)
    yield _parked_jobs()
    yield _rereading(workspace_id)
    yield from _webhook_calls(workspace_id)


def _waiting(key: str, name: str, count: int, oldest: datetime | None, late: timedelta) -> Finding:
    if not count or oldest is None:
        return Finding(group="queues", name=name, message=mark("nothing waits"), facts={"key": key})
    wait = now() - oldest
    return Finding(
        group="queues",
        name=name,
        message=mark("%(count)s wait, the first for %(age)s"),
        facts={"key": key, "count": count, "age": length_of(wait)},
        light=Light.HOT if wait > late else Light.GOOD,
        advice=WORKER if wait > late else "",
    )


def _rereading(workspace_id: int | None) -> Finding:
    """Say how far the newest models are with messages from before them."""
    progress = rereading_progress()
    left = waiting_for(progress, workspace_id) if progress else 0
    return Finding(
        group="queues",
        name=mark("Messages to read again"),
        message=mark("%(count)s wait for the models %(version)s") if left else mark("none"),
        facts={"key": "rereading", "count": left, "version": progress.version[:12] if progress else ""},
        place="understanding",
    )


def _dead_letters(workspace_id: int | None) -> Finding:
    count = _of(Ending.objects.filter(ended_as=EndedAs.DEAD), workspace_id).count()
    return Finding(
        group="queues",
        name=mark("Dead letters"),
        message=mark("%(count)s could not be read") if count else mark("none"),
        facts={"count": count},
        light=Light.HOT if count else Light.GOOD,
        advice=mark("Read why; then have them read again, or settle them.") if count else "",
        place="dead_letters" if count else "",
    )


def _outbox(workspace_id: int | None) -> Iterator[Finding]:
    """Count the outbox by state; a reply is late by when it was due."""
    rows = _of(Dispatch.objects.all(), workspace_id)
    grouped = rows.filter(state__in=[*UNDER_WAY, *IN_HAND]).order_by().values_list("state")
    found = {state: (count, due) for state, count, due in grouped.annotate(Count("id"), Min("due_at"))}
    yield _on_their_way([found[state] for state in UNDER_WAY if state in found])
    yield _in_hand(*(found.get(state, (0, None))[0] for state in IN_HAND))


def _on_their_way(found: list[tuple[int, datetime]]) -> Finding:
    count, first = sum(count for count, _due in found), min((due for _count, due in found), default=now())
    wait = max(now() - first, timedelta())
    is_late = wait > LATE
    return Finding(
        group="queues",
        name=mark("Replies on their way"),
        message=mark("%(count)s, the first due for %(age)s") if count else mark("nothing waits"),
        facts={"count": count, "age": length_of(wait)},
        light=Light.WARM if is_late else Light.GOOD,
        advice=mark("A channel that is paused or in trouble keeps its replies back.") if is_late else "",
    )


def _in_hand(refused: int, unknown: int) -> Finding:
    needs = bool(refused or unknown)
    return Finding(
        group="queues",
        name=mark("Replies that need a person"),
        message=mark("%(refused)s refused, %(unknown)s whose fate is unknown") if needs else mark("none"),
        facts={"refused": refused, "unknown": unknown},
        light=Light.WARM if needs else Light.GOOD,
        advice=mark("Their conversations say what happened, and what can be done.") if needs else "",
    )


def _parked_jobs() -> Finding:
    names = list(Job.objects.filter(is_parked=True).values_list("name", flat=True).distinct()[:10])
    return Finding(
        group="queues",
        name=mark("Work given up"),
        message=mark("given up after many tries: %(names)s") if names else mark("none"),
        facts={"names": ", ".join(names)},
        light=Light.HOT if names else Light.GOOD,
        advice=mark("The log says why (job_failed). It is tried again after `allears doctor --retry`.")
        if names
        else "",
    )


def _webhook_calls(workspace_id: int | None) -> Iterator[Finding]:
    endpoints = _of(Endpoint.objects.all(), workspace_id)
    if not endpoints.exists():
        return
    under_way = Call.objects.filter(
        endpoint__in=endpoints, state__in=[CallState.WAITING, CallState.SENDING]
    ).aggregate(count=Count("id"), first=Min("next_at"))
    is_failing = Q(state=EndpointState.DISABLED) | Q(failing_since__isnull=False)
    failing = list(endpoints.filter(is_failing).values_list("name", flat=True)[:10])
    needs = bool(failing) or (under_way["first"] is not None and now() - under_way["first"] > LATE)
    yield Finding(
        group="queues",
        name=mark("Webhooks"),
        message=mark("%(count)s calls wait; failing: %(names)s") if failing else mark("%(count)s calls wait"),
        facts={"count": under_way["count"], "names": ", ".join(failing)},
        light=Light.WARM if needs else Light.GOOD,
        advice=mark("Each call says what came back.") if needs else "",
        place="webhooks" if needs else "",
    )


def look_at_channels(workspace_id: int | None) -> Iterator[Finding]:
    """Look at each channel: its state, its trouble, when it last heard and sent; and what else needs somebody."""
    channels = _of(Channel.objects.filter(is_sample=False), workspace_id).order_by("name", "id")
    for condition in conditions_of(channels):
        worst = condition.worst
        yield _channel(condition.channel, worst)
        for sign in condition.signs:
            if sign is not worst and sign.lamp != Lamp.GOOD:
                yield _channel(condition.channel, sign)


def _channel(channel: Channel, sign: Sign) -> Finding:
    facts: dict[str, Any] = {"heard": _ago(channel.last_heard_at), "sent": _ago(channel.last_sent_at)}
    is_well = sign.lamp == Lamp.GOOD
    return Finding(
        group="channels",
        name="%(channel)s",
        message=_words_of(channel) if is_well else sign.message,
        light=Light(sign.lamp),
        advice="" if is_well else sign.advice,
        place="channel",
        facts=facts | dict(sign.facts) | {"channel": channel.name, "id": channel.id},
    )


def _words_of(channel: Channel) -> str:
    if channel.last_heard_at and channel.last_sent_at:
        return mark("on; heard %(heard)s ago, sent %(sent)s ago")
    if channel.last_heard_at:
        return mark("on; heard %(heard)s ago, nothing sent yet")
    return mark("on; nothing heard yet")


def _ago(at: datetime | None) -> Length | str:
    return length_of(now() - at) if at else ""


def look_at_secrets(workspace_id: int | None) -> Iterator[Finding]:
    """Try to open every channel's secrets."""
    locked = []
    for channel in _of(Channel.objects.exclude(sealed_secrets=""), workspace_id).order_by("id"):
        try:
            secrets_of(channel)
        except VaultLocked:
            locked.append(channel.name)
    yield Finding(
        group="secrets",
        name=mark("Secrets of channels"),
        message=mark("can't be opened for: %(names)s") if locked else mark("can be opened"),
        facts={"names": ", ".join(locked)},
        light=Light.HOT if locked else Light.GOOD,
        advice=mark("Put the old vault key back, before the present one.") if locked else "",
    )


def _of(rows: QuerySet[Any], workspace_id: int | None) -> QuerySet[Any]:
    return rows if workspace_id is None else rows.filter(workspace=workspace_id)
