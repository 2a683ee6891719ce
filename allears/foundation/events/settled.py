"""Up to where the ledger, or another table that only grows, is final.

PostgreSQL gives an event its id before its transaction commits, so a smaller id may appear after a larger
one was read, however late. Who reads the ledger once and in order asks here how far it may read.
"""

from django.db import connection, models

from allears.foundation.events.models import Event
from allears.foundation.events.queries import last_event_id

# Who has taken an id holds this lock on the sequence until the transaction has ended and can be seen.
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND relation = %s::regclass
"""


class SettledIds:
    """Watches a table's end. Ask it again and again: each answer is final, and never less than the last.

    To be asked outside a transaction: what its asker has not committed yet does not count as being written.
    """

    def __init__(self, model: type[models.Model]) -> None:
        self._table = model._meta.db_table
        self._settled = 0
        self._newest = 0
        self._writers: set[str] = set()

    def settled_id(self) -> int:
        """Return an id up to which every row that will ever be there can be read now. PostgreSQL's only."""
        if self._settled == self._newest:
            sequence = _sequence(self._table)
            # In this order: whoever took an id up to the newest is among the writers, or has ended.
            self._newest = _last_value(sequence)
            self._writers = _writers(sequence)
        elif self._writers:
            self._writers &= _writers(_sequence(self._table))
        if not self._writers:
            self._settled = self._newest
        return self._settled


class SettledLedger(SettledIds):
    """Watches the ledger's end."""

    def __init__(self) -> None:
        super().__init__(Event)

    def settled_id(self) -> int:
        """Return an id up to which every event that will ever be there can be read now."""
        if connection.vendor != "postgresql":
            return last_event_id()  # one writer at a time: ids appear in order
        return super().settled_id()


def _sequence(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        return str(cursor.fetchone()[0])


def _last_value(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _writers(sequence: str) -> set[str]:
    """Name the transactions that have taken ids and have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [sequence])
        return {row[0] for row in cursor.fetchall()}
