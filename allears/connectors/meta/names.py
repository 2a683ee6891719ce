"""Ask who writes: webhooks of chats tell only an id.

Asked once for each person and kept for a while in the process. Reading must stay quick, so only a few are asked
for in a second, and nobody for five minutes after Meta did not answer; names of the rest come with the next poll.
"""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from allears.connectors.errors import ConnectorError, Refused
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.values import Json

MOST_KEPT = 5000
A_SECOND = 3
PAUSE = 300.0


class Names:
    """What was told of people, by channel and id, newest last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], Json] = OrderedDict()
        self._asked: list[float] = []
        self._paused: dict[int, float] = {}
        self._lock = Lock()

    def get(self, channel: int, person: str) -> Json | None:
        """Return what is known of a person; None if nobody was asked yet."""
        with self._lock:
            return self._kept.get((channel, person))

    def may_ask(self, channel: int) -> bool:
        """Say whether Meta may be asked just now, and count it."""
        at = monotonic()
        with self._lock:
            self._asked = [moment for moment in self._asked if at - moment < 1.0]
            if self._paused.get(channel, 0.0) > at or len(self._asked) >= A_SECOND:
                return False
            self._asked.append(at)
            return True

    def keep(self, channel: int, person: str, told: Json) -> None:
        """Keep what was told, or {} where Meta tells nothing."""
        with self._lock:
            self._kept[(channel, person)] = told
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def pause(self, channel: int) -> None:
        """Ask nothing for a while."""
        with self._lock:
            self._paused[channel] = monotonic() + PAUSE


NAMES = Names()


def find_name(graph: Graph, person: str, fields: str) -> Json:
    """Ask who somebody is; {} if that is not told, or can't be asked just now."""
    channel = graph.account.channel_id
    known = NAMES.get(channel, person)
    if known is not None or not person.isdecimal() or not NAMES.may_ask(channel):
        return known or {}
    try:
        told = graph.get(person, fields=fields)
    except Refused:
        told = {}
    except ConnectorError:
        NAMES.pause(channel)
        return {}
    NAMES.keep(channel, person, told)
    return told
