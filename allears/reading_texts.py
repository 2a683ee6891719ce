"""Have the texts of a batch read, all in one call, before the transaction begins: flow.py's "understand"."""

from threading import Event

from allears.batches import Batch
from allears.foundation.workspaces.queries import Home, homes_of
from allears.pipeline.conversations.actions.copying import bring_copies
from allears.pipeline.conversations.actions.reading import read_all
from allears.pipeline.conversations.texts import text_to_read
from allears.pipeline.intake.claiming import is_anything_waiting
from allears.pipeline.understanding.reading import Text

_IS_READY = Event()


def prepare_to_read() -> None:
    """Load what reads texts, which takes about a second, as soon as there is something to read.

    Before anything is in hand: a process that dies while it loads held nothing up.
    """
    if not _IS_READY.is_set() and is_anything_waiting():
        read_all([Text(text="Is it here yet?")])
        bring_copies()
        _IS_READY.set()


def understand(batch: Batch) -> None:
    """Bring the words of a batch together with what they were read as; ours are not read."""
    told = [one for one in batch.told if not one.incoming.is_ours]
    homes = homes_of({one.reading.envelope.workspace_id for one in told})
    texts = [
        text_to_read(
            one.incoming.text,
            one.incoming.visibility,
            one.incoming.item,
            one.incoming.in_reply_to,
            homes.get(one.reading.envelope.workspace_id, Home()),
        )
        for one in told
    ]
    for one, reading in zip(told, read_all(texts), strict=True):
        if reading:
            batch.understood[id(one.incoming)] = reading
    if texts:
        bring_copies()
