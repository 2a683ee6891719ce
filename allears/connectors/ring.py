"""What a network does not tell by itself (that something was changed or deleted) is found by looking again.

A channel's cursors remember what to look at: a ring of places, one item each, the newest over the oldest.
So it is bounded, survives a restart, and needs no table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from allears.connectors.interface import Heard

PLACE = "watched:"
LONGEST_MARK = 200


@dataclass(frozen=True, slots=True)
class Watched:
    """An item that is looked at again; `state` is what it was when last seen (a version)."""

    slot: int
    seconds: int
    id: str
    state: str = ""


class Ring:
    """The items of a channel that are worth another look."""

    def __init__(self, cursors: Mapping[str, str], size: int, keep_for: timedelta) -> None:
        self._size = size
        self._keep_for = keep_for
        marks = {place: mark for place, mark in cursors.items() if place.startswith(PLACE) and mark}
        self._slots = {one.slot: one for place, mark in marks.items() if (one := _read(place, mark))}

    def due(self, at: datetime) -> list[Watched]:
        """List what is still watched, the newest first."""
        oldest = (at - self._keep_for).timestamp()
        fresh = [one for one in self._slots.values() if one.seconds >= oldest]
        return sorted(fresh, key=lambda one: -one.seconds)

    def watch(self, items: Iterable[tuple[str, str, datetime]], at: datetime) -> list[Heard]:
        """Watch items (id, state, since when) from now on; return the marks to be kept."""
        oldest = (at - self._keep_for).timestamp()
        known = {one.id for one in self._slots.values()}
        fresh = {id_: (state, int(since.timestamp())) for id_, state, since in items if id_ not in known}
        kept = [self._put(id_, *value) for id_, value in fresh.items() if value[1] >= oldest]
        return [heard for heard in kept if heard]

    def forget(self, one: Watched) -> Heard:
        """Watch it no longer."""
        self._slots.pop(one.slot, None)
        return Heard(pieces=(), place=f"{PLACE}{one.slot}", mark="")

    def renew(self, one: Watched, state: str) -> Heard:
        """Remember its new state."""
        return self._keep(Watched(one.slot, one.seconds, one.id, state))

    def _put(self, id_: str, state: str, seconds: int) -> Heard | None:
        free = next((slot for slot in range(self._size) if slot not in self._slots), None)
        if free is None:
            oldest = min(self._slots.values(), key=lambda one: one.seconds)
            if oldest.seconds > seconds:
                return None
            free = oldest.slot
        if len(_write(seconds, id_, state)) > LONGEST_MARK:
            return None
        return self._keep(Watched(free, seconds, id_, state))

    def _keep(self, one: Watched) -> Heard:
        self._slots[one.slot] = one
        return Heard(pieces=(), place=f"{PLACE}{one.slot}", mark=_write(one.seconds, one.id, one.state))


def _write(seconds: int, id_: str, state: str) -> str:
    return f"{seconds} {id_} {state}".strip()


def _read(place: str, mark: str) -> Watched | None:
    seconds, _, rest = mark.partition(" ")
    id_, _, state = rest.partition(" ")
    slot = place.removeprefix(PLACE)
    if not (slot.isdecimal() and seconds.isdecimal() and id_):
        return None
    return Watched(int(slot), int(seconds), id_, state)
