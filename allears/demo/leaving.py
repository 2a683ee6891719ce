"""Take the cast away: every row that came with it, and whatever hangs on those rows, table by table.

Where a row hangs on one that goes and may stand without it, it lets go; what belongs to people who were
here before is never reached, because conversations, channels, customers and members go only by name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db import models, transaction

from allears.demo.models import SampleSet, SampleThing
from allears.foundation.events.models import Event
from allears.foundation.files import path_of_file
from allears.foundation.sqlite.router import intake_database
from allears.foundation.word_index import forget_many_words
from allears.foundation.work.models import Job
from allears.foundation.workspaces.models import Account, Member, Workspace
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import close_opened_channels
from allears.pipeline.conversations.actions.copying import forget_gone_copies
from allears.pipeline.conversations.models import Conversation, Message, Note
from allears.pipeline.intake.models import Ending, Envelope, Waiting
from allears.pipeline.people.models import Customer, Identity

if TYPE_CHECKING:
    Reference = models.ForeignKey[models.Model]
Model = type[models.Model]
Rows = dict[Model, set[int]]
AT_ONCE = 500
# These go only when they are sample data themselves, never because they hang on something that is.
BY_NAME: set[Model] = {Workspace, Account, Member, Channel, Conversation, Customer, Identity, Event}
# What the ledger calls a row, where that is not the name of its model.
CALLED = {"SavedView": "view"}
INDEXES = {"message_search": Message, "note_search": Note, "person_search": Identity}


@dataclass(frozen=True, slots=True)
class Gone:
    """What went that is not a row of the main database: channels, and digests of files nobody else has."""

    channel_ids: list[int]
    digests: list[str]


def take_away(workspace_id: int, *, for_good: bool) -> Gone:
    """Remove all sample rows of a workspace in the present transaction; `for_good` its sample set too."""
    rows, loose = _below(_roots(workspace_id))
    channel_ids = sorted(rows.get(Channel, set()))
    digests = _digests_of(rows)
    _remove_events(workspace_id, rows, channel_ids)
    Ending.objects.filter(workspace=workspace_id, channel_id__in=channel_ids).delete()
    for table, model in INDEXES.items():
        forget_many_words(table, rows.get(model, set()))
    for model, ids in rows.items():
        for part in _parts(ids):
            _delete(model, part)
    for field, ids in loose:
        for part in _parts(ids):
            _rows_at(field, part).update(**{field.name: None})
    forget_gone_copies(workspace_id)
    Job.objects.filter(key__startswith=f"samples:{workspace_id}:").delete()
    Job.objects.filter(key__in=[f"member:{id_}" for id_ in rows.get(Member, set())]).delete()
    SampleThing.objects.filter(workspace=workspace_id).delete()
    if for_good:
        SampleSet.objects.filter(workspace=workspace_id).delete()
        Workspace.objects.filter(id=workspace_id).update(has_samples=False)
    close_opened_channels()
    return Gone(channel_ids, [digest for digest in digests if not _is_kept(digest)])


def _roots(workspace_id: int) -> Rows:
    """Name what goes: what was remembered, the sample channels, and who only ever wrote there."""
    rows: Rows = {Channel: set(_ids(Channel.objects.filter(workspace=workspace_id, is_sample=True)))}
    for thing in SampleThing.objects.filter(workspace=workspace_id):
        rows.setdefault(apps.get_model(thing.kind), set()).add(thing.row_id)
    if Account in rows:
        others = Member.objects.exclude(id__in=rows.get(Member, set()))
        rows[Account] -= set(others.filter(account__in=rows[Account]).values_list("account", flat=True))
    conversations = Conversation.objects.filter(channel__in=rows[Channel])
    rows[Conversation] = set(_ids(conversations))
    rows[Identity] = _strangers(rows)
    rows[Customer] = _only_there(rows, set(conversations.values_list("customer", flat=True)))
    return rows


def _strangers(rows: Rows) -> set[int]:
    """Find the identities that wrote nowhere but in sample channels."""
    here = Message.objects.filter(channel__in=rows[Channel], identity__isnull=False)
    found = set(here.values_list("identity", flat=True))
    for part in _parts(found.copy()):
        elsewhere = Message.objects.filter(identity__in=part).exclude(channel__in=rows[Channel])
        found -= set(elsewhere.values_list("identity", flat=True))
    return found


def _only_there(rows: Rows, customers: set[int]) -> set[int]:
    """Find the customers of whom nothing is left without the sample data."""
    mine = Identity.objects.filter(id__in=rows[Identity])
    customers |= set(mine.values_list("customer", flat=True))
    for part in _parts(customers.copy()):
        others = Conversation.objects.filter(customer__in=part).exclude(channel__in=rows[Channel])
        customers -= set(others.values_list("customer", flat=True))
        known = Identity.objects.filter(customer__in=part).exclude(id__in=rows[Identity])
        customers -= set(known.values_list("customer", flat=True))
    return customers


def _below(roots: Rows) -> tuple[Rows, list[tuple["Reference", set[int]]]]:
    """Find every row that can't be without the roots, and the fields in which others let go of them."""
    found: Rows = {}
    loose = []
    waiting = list(roots.items())
    while waiting:
        model, ids = waiting.pop()
        new = ids - found.setdefault(model, set())
        found[model] |= new
        for field in _fields_to(model) if new else ():
            if field.model in BY_NAME or (field.null and field.remote_field.on_delete is not models.CASCADE):
                loose += [(field, new)] if field.null else []
                continue
            below = {id_ for part in _parts(new) for id_ in _ids(_rows_at(field, part))}
            waiting.append((field.model, below))
    return found, loose


def _fields_to(model: Model) -> Iterator["Reference"]:
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield cast("Reference", relation.field)  # type: ignore[union-attr]


def _rows_at(field: "Reference", ids: Iterable[int]) -> "models.QuerySet[models.Model]":
    return field.model._default_manager.filter(**{f"{field.name}__in": ids})


def _ids(rows: "models.QuerySet[models.Model]") -> Iterator[int]:
    yield from rows.values_list("pk", flat=True)


def _delete(model: Model, ids: list[int]) -> None:
    rows = model._default_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)  # noqa: SLF001 - every row that hangs on these goes too


def _remove_events(workspace_id: int, rows: Rows, channel_ids: list[int]) -> None:
    """Take what the ledger tells of sample rows out of it: none of it ever happened."""
    mine = Event.objects.filter(workspace=workspace_id)
    mine.filter(channel__in=channel_ids).delete()
    for part in _parts(rows.get(Conversation, set())):
        mine.filter(conversation__in=part).delete()
    subjects = {f"{name}:{id_}" for model, ids in rows.items() for name in _names_of(model) for id_ in ids}
    subjects |= {f"sampleset:{id_}" for id_ in _ids(SampleSet.objects.filter(workspace=workspace_id))}
    ended = Ending.objects.filter(workspace=workspace_id, channel_id__in=channel_ids)
    subjects |= {f"envelope:{id_}" for id_ in _ids(ended)}
    told = set(mine.exclude(subject="").values_list("subject", flat=True)) & subjects
    for part in _parts(told):
        mine.filter(subject__in=part).delete()


def _names_of(model: Model) -> set[str]:
    name = model.__name__
    return {name.lower(), re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), CALLED.get(name, name.lower())}


def _digests_of(rows: Rows) -> set[str]:
    """List the files that rows which go have on disk."""
    return {
        digest
        for model in _models_with_files()
        for part in _parts(rows.get(model, set()))
        for digest in model._default_manager.filter(pk__in=part).values_list("digest", flat=True)
        if digest
    }


def _is_kept(digest: str) -> bool:
    return any(model._default_manager.filter(digest=digest).exists() for model in _models_with_files())


def _models_with_files() -> list[Model]:
    return [model for model in apps.get_models() if "digest" in {field.name for field in model._meta.fields}]


def _parts(ids: Iterable[int | str]) -> Iterator[list]:  # type: ignore[type-arg]
    rows = sorted(ids)
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def stop_reading(workspace_id: int) -> None:
    """Let nothing more be read of what waits in sample channels."""
    channel_ids = list(_ids(Channel.objects.filter(workspace=workspace_id, is_sample=True)))
    Waiting.objects.filter(channel_id__in=channel_ids).delete()


def forget_letters(channel_ids: list[int]) -> None:
    """Forget what was delivered to channels that are gone."""
    with transaction.atomic(using=intake_database()):
        Waiting.objects.filter(channel_id__in=channel_ids).delete()
        Envelope.objects.filter(channel_id__in=channel_ids).delete()
    Ending.objects.filter(channel_id__in=channel_ids).delete()


def forget_files(digests: Iterable[str]) -> None:
    """Remove files from the disk that no row names any more."""
    for digest in digests:
        path_of_file(digest).unlink(missing_ok=True)
