"""The database engine `allears.foundation.sqlite`: transactions pass the write gate of their file."""

from collections import defaultdict

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from allears.foundation.gate import WriteGate

_gates: defaultdict[str, WriteGate] = defaultdict(WriteGate)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait at the gate of their file."""

    _held_gate: WriteGate | None = None

    def _start_transaction_under_autocommit(self) -> None:
        gate = _gates[str(self.settings_dict["NAME"])]
        if not gate.enter(float(self.settings_dict["OPTIONS"].get("timeout", 30))):
            raise OperationalError("database is locked: another writer holds the gate")
        self._held_gate = gate
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_gate()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _leave_gate(self) -> None:
        gate, self._held_gate = self._held_gate, None
        if gate:
            gate.leave()
