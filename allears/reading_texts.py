"""Have the texts of a batch read, all in one call, before the transaction begins: flow.py's "understand"."""

from allears.batches import Batch
from allears.pipeline.conversations.actions.reading import read_all
from allears.pipeline.conversations.texts import text_to_read


def understand(batch: Batch) -> None:
    """Bring the words of a batch together with what they were read as; ours are not read."""
    told = [one.incoming for one in batch.told if not one.incoming.is_ours]
    texts = [text_to_read(one.text, one.visibility, one.item, one.in_reply_to, ()) for one in told]
    for incoming, reading in zip(told, read_all(texts), strict=True):
        if reading:
            batch.understood[id(incoming)] = reading
