"""Write the ledger."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.foundation.rows import insert_rows, new_row
from allears.foundation.workspaces.models import Member, Workspace

_listeners: list[Callable[[], None]] = []
CHANNEL_OF_NOTICES = "allears_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event to be written, for actions that write many at once."""

    kind: str
    workspace_id: int
    by: int | None = None
    conversation: int | None = None
    channel: int | None = None
    subject: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def record_event(
    kind: str, workspace: Workspace | int, by: Member | None = None, subject: str = "", **facts: Any
) -> None:
    """Write one event in the present transaction; `conversation` and `channel` among the facts are ids."""
    record_events(
        [
            Happening(
                kind=kind,
                workspace_id=workspace if isinstance(workspace, int) else workspace.id,
                by=by.id if by else None,
                conversation=facts.pop("conversation", None),
                channel=facts.pop("channel", None),
                subject=subject,
                facts=facts,
            )
        ]
    )


def record_events(happenings: Iterable[Happening]) -> None:
    """Write many events in the present transaction, and tell the listeners when it is committed."""
    at = now()
    insert_rows(
        new_row(
            Event,
            workspace_id=one.workspace_id,
            kind=one.kind,
            by=one.by,
            conversation=one.conversation,
            channel=one.channel,
            subject=one.subject,
            facts=one.facts,
            at=at,
        )
        for one in happenings
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL_OF_NOTICES])
    transaction.on_commit(tell_listeners)


def listen(listener: Callable[[], None]) -> None:
    """Have a function called, in this process, whenever events were committed."""
    _listeners.append(listener)


def forget(listener: Callable[[], None]) -> None:
    """Stop calling a function."""
    if listener in _listeners:
        _listeners.remove(listener)


def tell_listeners() -> None:
    """Call every listener; each must return at once."""
    for listener in _listeners:
        listener()
