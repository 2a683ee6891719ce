"""Fill quickly: copies of what the product itself has filed, row by row the same but for ids and numbers.

Filing three million messages takes the product twenty minutes; copying takes three. Every table and index
ends up with the rows that filing would have left, customers and order numbers differing from copy to copy.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, connections, models, transaction
from django.db.models import Max

from allears.foundation.events.models import Event
from allears.foundation.sqlite.router import intake_database
from allears.pipeline.conversations.models import Conversation, Leg, Message, MessageReading, Thread
from allears.pipeline.conversations.search_index import index_messages
from allears.pipeline.intake.models import Ending, Envelope
from allears.pipeline.people.models import Customer, Identity

# How a column of a copy comes from the original; {by} is the distance of the ids, {copy} the number of the copy.
MOVED = "{column} + {by}"
MOVED_UNLESS_NONE = "CASE WHEN {column} > 0 THEN {column} + {by} ELSE {column} END"
RENAMED = "{column} || '.{by}'"
RENUMBERED = "replace({column}, 'AE', 'AE{copy}')"
LATER = "{column} + {copy}"
TABLES: dict[type[models.Model], dict[str, str]] = {
    Envelope: {"id": MOVED, "key": RENAMED},
    Customer: {"id": MOVED, "name": RENAMED},
    Identity: {"id": MOVED, "customer_id": MOVED, "external_id": RENAMED, "name": RENAMED},
    Thread: {"id": MOVED, "external_id": RENAMED},
    Conversation: {
        "id": MOVED,
        "customer_id": MOVED,
        "customer_name": RENAMED,
        "last_message_id": MOVED,
        "preview": RENUMBERED,
        "queue_position": LATER,
        "matter_position": LATER,
    },
    Leg: {"id": MOVED, "thread_id": MOVED, "conversation_id": MOVED, "party": MOVED_UNLESS_NONE},
    Message: {
        "id": MOVED,
        "thread_id": MOVED,
        "conversation_id": MOVED,
        "identity_id": MOVED,
        "envelope_id": MOVED,
        "external_id": RENAMED,
        "text": RENUMBERED,
    },
    MessageReading: {"message_id": MOVED},
    Ending: {"envelope_id": MOVED},
    Event: {"id": MOVED, "conversation": MOVED},
}
INDEXED_AT_ONCE = 5000


def multiply(times: int) -> int:
    """Copy everything that was filed until there is `times` as much; return how many messages there are."""
    tops = {model: model._meta.default_manager.aggregate(top=Max("pk"))["top"] or 0 for model in TABLES}
    by = max(tops.values()) + 1000
    for copy in range(1, times):
        for model, changes in TABLES.items():
            _copy(model, changes, tops[model], copy, by * copy)
        _index(tops[Message], by * copy)
    for model in TABLES:
        _move_sequence(model)
    return Message.objects.count()


def _copy(model: type[models.Model], changes: dict[str, str], top: int, copy: int, by: int) -> None:
    alias = intake_database() if model is Envelope else "default"
    columns = [field.column for field in model._meta.concrete_fields]
    values = [
        changes.get(column, "{column}").format(column=f'"{column}"', by=by, copy=copy) for column in columns
    ]
    names = ",".join(f'"{column}"' for column in columns)
    key, table = model._meta.pk.column, model._meta.db_table
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {",".join(values)} FROM "{table}" WHERE "{key}" <= {top}'
        )


def _index(top: int, by: int) -> None:
    for rows in _indexable(top, by):
        with transaction.atomic():
            index_messages(rows)


def _indexable(top: int, by: int) -> Iterator[list[tuple[int, int, int, str]]]:
    first = by
    while first < by + top:
        last = min(first + INDEXED_AT_ONCE, by + top)
        found = Message.objects.filter(id__gt=first, id__lte=last).values_list(
            "id", "workspace_id", "channel_id", "text", "identity__name", "identity__handle"
        )
        yield [
            (id_, workspace, channel, f" {text}  {name} {handle} ")
            for id_, workspace, channel, text, name, handle in found
        ]
        first = last


def _move_sequence(model: type[models.Model]) -> None:
    """Let PostgreSQL's sequences go on behind the copies; SQLite's do so by themselves."""
    if connection.vendor == "postgresql" and isinstance(model._meta.pk, models.AutoField):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))"
            )


def settle(share_open: int) -> dict[str, Any]:
    """Answer and solve all conversations but one in `share_open`, as on a desk that keeps up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_message SET outcome = 'answered', outcome_at = received_at"
            f" WHERE conversation_id % {share_open} <> 0"
        )
        cursor.execute(
            "UPDATE conversations_conversation SET status = 'solved', solved_at = last_message_at, waiting_since = NULL"
            f" WHERE id % {share_open} <> 0"
        )
        cursor.execute(
            "UPDATE conversations_conversation SET status = 'pending', solved_at = NULL"
            " WHERE status = 'solved' AND id % 50 = 1"
        )
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("ANALYZE")
    return {
        "conversations": Conversation.objects.count(),
        "open": Conversation.objects.filter(status__in=["new", "open"]).count(),
        "messages": Message.objects.count(),
    }
