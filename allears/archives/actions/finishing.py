"""After the rows: what is derived from them, and what must be true of a workspace that nobody sends from."""

from collections.abc import Iterator
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

from allears.archives.arriving import NOT_SENT_YET, PERHAPS_SENT
from allears.archives.manifest import Manifest
from allears.archives.models import Import
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.events.queries import last_event_id_of
from allears.foundation.sqlite.router import intake_database
from allears.foundation.work.actions import put_job
from allears.pipeline.conversations.actions.reindexing import index_rows_of
from allears.pipeline.conversations.actions.statuses import reopen_conversation
from allears.pipeline.conversations.models import Message, Note
from allears.pipeline.conversations.search_index import index_messages, index_note
from allears.pipeline.intake.actions import keep_ids_apart
from allears.pipeline.intake.claiming import put_back
from allears.pipeline.intake.models import EndedAs, Ending, Envelope, Waiting
from allears.pipeline.people.models import Identity
from allears.pipeline.people.search_index import index_people
from allears.pipeline.replies.models import Dispatch, DispatchState
from allears.watch.webhooks.models import Endpoint

AT_ONCE = 1000


def finish_import(way: Import, manifest: Manifest) -> None:
    """Index, queue what was never read, bring back what was not sent, and write down that it is done."""
    _index_messages(way)
    _index_people(way.workspace_id)
    for note in Note.objects.filter(conversation__workspace=way.workspace_id).iterator(AT_ONCE):
        index_note(note.id, way.workspace_id, note.text)
    _mark_purged(way.workspace_id)
    _queue_unread(way.workspace_id)
    keep_ids_apart()
    _reopen_unsent(way.workspace_id)
    with transaction.atomic():
        Endpoint.objects.filter(workspace=way.workspace_id).update(cursor=last_event_id_of(way.workspace_id))
        Import.objects.filter(id=way.id).update(ended_at=now())
        put_job("look_for_unread", due_at=now())
        record_event(
            "workspace.imported", way.workspace_id, None, archive=manifest.id, made_at=manifest.made_at
        )
    _look_at_statistics()


def _index_messages(way: Import) -> None:
    """Index every message as filing would have, some at once, each piece with the note that it is."""
    messages = (
        Message.objects.filter(workspace=way.workspace_id).select_related("identity", "member").order_by("id")
    )
    while rows := list(messages.filter(id__gt=way.progress.get("search", 0))[:AT_ONCE]):
        index = index_rows_of(rows)
        with transaction.atomic():
            index_messages(index)
            way.progress["search"] = rows[-1].id
            Import.objects.filter(id=way.id).update(progress=way.progress)


def _index_people(workspace_id: int) -> None:
    identities = Identity.objects.filter(workspace=workspace_id).select_related("customer")
    for ids in _in_pieces(identities, "id"):
        found = identities.filter(id__in=ids)
        with transaction.atomic():
            index_people((one, one.customer.name) for one in found)


def _mark_purged(workspace_id: int) -> None:
    """Note which endings' envelopes did not come along."""
    for ids in _in_pieces(Ending.objects.filter(workspace=workspace_id, is_purged=False), "envelope_id"):
        here = set(Envelope.objects.filter(id__in=ids).values_list("id", flat=True))
        Ending.objects.filter(envelope_id__in=[id_ for id_ in ids if id_ not in here]).update(is_purged=True)


def _queue_unread(workspace_id: int) -> None:
    """Queue the envelopes that had not been read, and dead letters that were being read again."""
    for ids in _in_pieces(Envelope.objects.filter(workspace_id=workspace_id), "id"):
        endings = Ending.objects.filter(envelope_id__in=ids).exclude(ended_as=EndedAs.REPLAYING)
        ended = set(endings.values_list("envelope_id", flat=True))
        waiting = set(Waiting.objects.filter(envelope_id__in=ids).values_list("envelope_id", flat=True))
        if lost := sorted(set(ids) - ended - waiting):
            with transaction.atomic(using=intake_database()):
                put_back(lost, now())


def _in_pieces(rows: QuerySet[Any], name: str) -> Iterator[list[int]]:
    last = 0
    while ids := list(
        rows.filter(**{f"{name}__gt": last}).order_by(name).values_list(name, flat=True)[:AT_ONCE]
    ):
        yield ids
        last = ids[-1]


def _reopen_unsent(workspace_id: int) -> None:
    """Bring conversations whose answer had not left back into the queue: somebody waits for it."""
    unsent = Dispatch.objects.filter(
        workspace=workspace_id, state=DispatchState.REFUSED, trouble__in=[NOT_SENT_YET, PERHAPS_SENT]
    )
    for conversation_id in unsent.order_by().values_list("conversation_id", flat=True).distinct():
        reopen_conversation(conversation_id)


def _look_at_statistics() -> None:
    """Let the databases know how much there is now; without it they choose wrong indexes."""
    for connection in connections.all():
        if not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
