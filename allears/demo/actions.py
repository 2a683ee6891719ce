"""Bring sample data into a workspace, and take them away again."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model

from allears.cast.company import OPENED_BEFORE, staff_company
from allears.cast.furniture import furnish
from allears.cast.making import STORIES, tell_stories
from allears.demo.errors import NoSamples, SamplesAreComing, SamplesAreHere
from allears.demo.leaving import forget_files, forget_letters, stop_reading, take_away
from allears.demo.living import start_lines
from allears.demo.models import SampleSet, SampleState, SampleThing
from allears.foundation.clock import now, told_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Member, Workspace

FILLED_WITHIN = timedelta(minutes=3)


def begin_samples(by: Member, *, is_live: bool) -> SampleSet:
    """Ask for sample data; a worker brings them. Raise SamplesAreHere."""
    sample = _begin(by, is_live=is_live)
    put_job("fill_with_samples", key=_key(by.workspace_id, "fill"), workspace_id=by.workspace_id)
    return sample


def bring_samples(by: Member, *, is_live: bool) -> SampleSet:
    """Bring sample data at once, which takes some seconds. Raise SamplesAreHere."""
    sample = _begin(by, is_live=is_live)
    fill_with_samples(by.workspace_id)
    sample.refresh_from_db()
    return sample


def _begin(by: Member, *, is_live: bool) -> SampleSet:
    if not by.may_administer:
        raise NotAllowed
    try:
        with transaction.atomic():
            sample = SampleSet.objects.create(
                workspace_id=by.workspace_id, asked_by=by, is_live=is_live, made_at=now()
            )
            Workspace.objects.filter(id=by.workspace_id).update(has_samples=True)
            record_event("samples.added", by.workspace_id, by, f"sampleset:{sample.id}")
    except IntegrityError as error:
        raise SamplesAreHere from error
    return sample


def fill_with_samples(workspace_id: int) -> None:
    """Let the cast move in. Begun before and not ended, it begins anew."""
    sample = SampleSet.objects.filter(workspace=workspace_id, state=SampleState.FILLING).first()
    if sample is None or sample.asked_by is None:
        return
    if sample.told:
        _leave(workspace_id)
    at = now()
    with told_clock(at - OPENED_BEFORE), transaction.atomic():
        company = staff_company(sample.asked_by, at)
        furnish(company)
        _remember(workspace_id, company.made)
        _note_progress(workspace_id, 1, 0)
    tell_stories(company, STORIES, lambda told, total: _note_progress(workspace_id, told, total))
    with transaction.atomic():
        SampleSet.objects.filter(id=sample.id).update(state=SampleState.READY)
        if sample.is_live:
            start_lines(workspace_id)


def _remember(workspace_id: int, rows: Iterable[Model]) -> None:
    things = [
        SampleThing(workspace_id=workspace_id, kind=row._meta.label_lower, row_id=row.pk) for row in rows
    ]
    SampleThing.objects.bulk_create(things, ignore_conflicts=True)


def _note_progress(workspace_id: int, told: int, total: int) -> None:
    SampleSet.objects.filter(workspace=workspace_id).update(told=told, total=total)


def change_live(by: Member, *, is_live: bool) -> None:
    """Let messages arrive live for the next hour, or no longer. Raise NoSamples."""
    if not by.may_administer:
        raise NotAllowed
    with transaction.atomic():
        if not SampleSet.objects.filter(workspace=by.workspace_id).update(is_live=is_live, live_until=None):
            raise NoSamples
        if is_live and SampleSet.objects.filter(workspace=by.workspace_id, state=SampleState.READY).exists():
            start_lines(by.workspace_id)


def remove_samples(by: Member) -> None:
    """Take away everything that was brought, and what people added to it. Raise NoSamples or SamplesAreComing."""
    if not by.may_administer:
        raise NotAllowed
    sample = SampleSet.objects.filter(workspace=by.workspace_id).first()
    if sample is None:
        raise NoSamples
    if sample.state == SampleState.FILLING and now() - sample.made_at < FILLED_WITHIN:
        raise SamplesAreComing
    _leave(by.workspace_id, for_good=True)


def _leave(workspace_id: int, *, for_good: bool = False) -> None:
    stop_reading(workspace_id)
    with transaction.atomic():
        gone = take_away(workspace_id, for_good=for_good)
    forget_letters(gone.channel_ids)
    forget_files(gone.digests)


def _key(workspace_id: int, what: str) -> str:
    return f"samples:{workspace_id}:{what}"
