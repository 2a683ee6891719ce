"""Note what the health page looks back on."""

from allears.foundation.clock import now
from allears.foundation.work.actions import note_time
from allears.foundation.work.queries import last_time
from allears.watch.health.machine import SIZES, measure_sizes

KEPT = 35


def note_sizes() -> None:
    """Note how large everything is today; the last weeks are kept."""
    before = last_time(SIZES)
    days = {**(before.facts if before else {}), now().isoformat(): sum(measure_sizes().values())}
    note_time(SIZES, **dict(sorted(days.items())[-KEPT:]))
