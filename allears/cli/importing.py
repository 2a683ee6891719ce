"""Import files: every piece an envelope first, then read; silently, and never twice."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import sleep

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from allears.cli.setting_up import console, fail, out, prepare
from allears.connectors.interface import Piece

AT_ONCE = 500


def import_file(path: Path, form: str, channel_name: str, workspace: str, *, as_json: bool) -> None:
    """Import a file and report what became of it, and what was skipped and why."""
    prepare()
    from allears.cli.finding import find_channel, find_workspace
    from allears.pipeline.imports.splitting import SPLITTERS

    if form not in SPLITTERS:
        fail(f"there is no form {form!r}. There are: {', '.join(SPLITTERS)} and allears.")
    if not channel_name:
        fail("say by --channel whose messages these are.")
    if path.is_dir():
        fail(f"{path} is a folder.")
    channel = find_channel(find_workspace(workspace), channel_name)
    with _progress() as progress:
        ids = _store(path, form, channel.workspace_id, channel.id, progress)
        _read(ids, progress)
    _report(ids, as_json=as_json)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=False)


def _store(path: Path, form: str, workspace_id: int, channel_id: int, progress: Progress) -> list[int]:
    """Store every piece of the file, a few hundred in each transaction."""
    from allears.foundation.clock import now
    from allears.pipeline.imports.splitting import SPLITTERS, open_import
    from allears.pipeline.intake.actions import Submission, store_submissions

    ids: list[int] = []
    task = progress.add_task("Storing", total=None)
    trouble: list[Exception] = []
    with open_import(path) as file:
        for part in _gather(SPLITTERS[form](file), trouble):
            submission = Submission(workspace_id, channel_id, part, now(), reader=form)
            ids += store_submissions([submission])[0]
            progress.update(task, completed=len(ids))
    if trouble and not ids:
        fail(f"{path.name} can't be read as {form}: {trouble[0]}")
    if trouble:
        console.print(
            f"{path.name} ends in the middle ({trouble[0]}); what came before is kept.", markup=False
        )
    progress.update(task, total=len(ids))
    return list(dict.fromkeys(ids))


def _gather(pieces: Iterator[Piece], trouble: list[Exception]) -> Iterator[list[Piece]]:
    """Gather pieces, a few hundred at a time; those before a broken place are not lost by it."""
    from allears.pipeline.imports.splitting import BROKEN

    part: list[Piece] = []
    try:
        for piece in pieces:
            part.append(piece)
            if len(part) == AT_ONCE:
                yield part
                part = []
    except BROKEN as error:
        trouble.append(error)
    if part:
        yield part


def _read(ids: list[int], progress: Progress) -> None:
    """Read what was stored: here, or, when All Ears runs on this data, by waiting for it."""
    from allears.flow import process_waiting
    from allears.foundation.gate import behind_people
    from allears.workers import hold_pipeline

    task = progress.add_task("Reading", total=len(ids))
    is_ours = hold_pipeline()
    with behind_people():
        while waiting := _count_waiting(ids):
            progress.update(task, completed=len(ids) - waiting)
            if is_ours:
                for _ in range(10):
                    process_waiting(AT_ONCE)
            else:
                sleep(0.3)
    progress.update(task, completed=len(ids))


def _count_waiting(ids: list[int]) -> int:
    from allears.pipeline.intake.models import Waiting

    if not ids:
        return 0
    return Waiting.objects.filter(envelope_id__gte=min(ids), envelope_id__lte=max(ids)).count()


def _report(ids: list[int], *, as_json: bool) -> None:
    from allears.pipeline.intake.models import Ending

    ends: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    messages = 0
    for part in _parts(ids):
        rows = Ending.objects.filter(envelope_id__in=part)
        for ending in rows:
            ends[ending.ended_as] += 1
            messages += ending.message_count
            reasons[ending.filled_reason] += bool(ending.reason)
    skipped = {reason: count for reason, count in reasons.most_common() if count}
    report = {"pieces": len(ids), "messages": messages, "endings": dict(ends), "skipped": skipped}
    if as_json:
        out.print_json(json.dumps(report))
        return
    out.print(f"{len(ids)} pieces, {messages} messages; {ends['dead']} dead letters.")
    for reason, count in skipped.items():
        out.print(f"  {count} × {reason}", markup=False)


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), 10_000):
        yield ids[start : start + 10_000]
