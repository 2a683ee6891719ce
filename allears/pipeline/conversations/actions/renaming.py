"""Know an exchange by the new name that its network gave it."""

from allears.connectors.interface import Renaming
from allears.pipeline.conversations.actions.legs import join_threads
from allears.pipeline.conversations.models import Thread


def rename_thread(channel_id: int, renaming: Renaming) -> tuple[bool | None, list[tuple[int, int]]]:
    """Take the new name; say whether that is news (None: neither is here), and which conversations (gone, kept)
    became one because both were here."""
    threads = Thread.objects.filter(channel=channel_id)
    old = threads.filter(external_id=renaming.old_thread).first()
    new = threads.filter(external_id=renaming.thread).first()
    if old is None:
        return (False if new else None), []
    if new is None:
        threads.filter(id=old.id).update(external_id=renaming.thread)
        return True, []
    return True, join_threads(new, old)
