"""Hold the Activity API's stream open: each line is an event, as a webhook would bring it."""

from collections.abc import Iterator
from threading import Event

from allears.connectors.errors import Unreachable, Unreadable
from allears.connectors.interface import Account, Heard
from allears.connectors.x.cutting import cut_delivery
from allears.connectors.x.describing import STREAM
from allears.connectors.x.network import address, app_header
from allears.connectors.x.subscribing import way_to_hear

PLACE = "stream"
SILENCE = 60.0


def hear(account: Account, stop: Event) -> Iterator[Heard]:
    """Yield what the stream brings until `stop`. Channels told by webhook, or that only ask, wait here."""
    if way_to_hear(account.settings) != STREAM:
        stop.wait()
        return
    if account.web is None:
        raise Unreachable
    line_at = address("/2/activity/stream")
    for line in account.web.lines(
        line_at, headers={"authorization": app_header(account)}, stop=stop, silence=SILENCE
    ):
        heard = _heard(line, account)
        if heard:
            yield heard
    if not stop.is_set():
        raise Unreachable


def _heard(line: bytes, account: Account) -> Heard | None:
    """Read one line; an empty one only says that X is still there, and what is for other accounts is theirs."""
    if not line.strip():
        return None
    try:
        pieces = cut_delivery(line)
    except Unreadable:
        return None
    us = account.settings.get("account_id", "")
    ours = tuple(piece for piece in pieces if not us or piece.account in {"", us})
    return Heard(pieces=ours, place=PLACE, mark=ours[-1].key[:200]) if ours else None
