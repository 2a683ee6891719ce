"""Read messages that are here already: changed words, what has no reading, and everything by newer models.

Corrections stay what they are, whatever a newer version reads.
"""

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import F

from allears.foundation.clock import now
from allears.foundation.gate import behind_people
from allears.foundation.rows import find_rows, insert_rows, new_row
from allears.foundation.workspaces.queries import Home, homes_of
from allears.pipeline.conversations.actions.clocks import mask_previews
from allears.pipeline.conversations.actions.learning import apply_lessons
from allears.pipeline.conversations.actions.legs import hold_conversations
from allears.pipeline.conversations.actions.reading import read_all, refold
from allears.pipeline.conversations.corrected import correct_reading
from allears.pipeline.conversations.folding import columns_of
from allears.pipeline.conversations.models import Correction, Direction, Message, MessageReading, Rereading
from allears.pipeline.conversations.texts import text_to_read
from allears.pipeline.understanding.reading import Reading, Text

AT_ONCE = 200
# So long of every minute: people and what arrives come first.
SECONDS_A_MINUTE = 12.0
_KEPT = {"message_id", "workspace_id", "copies", "is_campaign", "is_corrected"}
_COLUMNS = [one.attname for one in MessageReading._meta.concrete_fields if one.attname not in _KEPT]
_REPLACE = "ON CONFLICT (message_id) DO UPDATE SET " + ", ".join(
    f"{one} = excluded.{one}" for one in _COLUMNS
)


def read_messages(message_ids: Sequence[int]) -> None:
    """Read messages anew, by what stands in them now. A task."""
    for start in range(0, len(message_ids), AT_ONCE):
        _read_again(Message.objects.filter(id__in=message_ids[start : start + AT_ONCE]))


def read_by_new_models(seconds: float = SECONDS_A_MINUTE) -> None:
    """Go on reading old messages, newest first, where models are newer than they were. A task of every minute."""
    progress = _progress()
    ends_at = monotonic() + seconds
    while progress and progress.done_at is None and monotonic() < ends_at:
        _read_some(progress)


def _progress() -> Rereading | None:
    """Return how far the present models are, beginning when they are new; None without any models."""
    from allears.pipeline.understanding.reader import current_version  # brings numpy with it

    version = current_version()
    if not version:
        return None
    progress, is_new = Rereading.objects.get_or_create(version=version[:40], defaults=_from_the_newest())
    # Older models that came back: others read what arrived meanwhile.
    if not is_new and Rereading.objects.filter(began_at__gt=progress.began_at).exists():
        _begin_again(progress)
    return progress


def look_for_unread() -> None:
    """Go through all messages once more, for those that the present models did not read. A task of every night.

    What came with an archive has no reading, or one of other models; what could not be read is tried again.
    """
    if progress := _progress():
        _begin_again(progress)


def _begin_again(progress: Rereading) -> None:
    for name, value in _from_the_newest().items():
        setattr(progress, name, value)
    progress.save()


def _from_the_newest() -> dict[str, Any]:
    newest = Message.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return {"began_at": now(), "from_id": newest, "next_id": newest, "done_at": None}


def _read_some(progress: Rereading) -> None:
    """Read one batch of what the present models did not read, then note how far it is.

    A batch that was read when the process died is passed over the next time. Where another process went on
    meanwhile, or all began again, that stands.
    """
    here = Rereading.objects.filter(id=progress.id, next_id=progress.next_id, done_at=None)
    older = Message.objects.filter(id__lte=progress.next_id, direction=Direction.IN).order_by("-id")
    ids = list(older.values_list("id", flat=True)[:AT_ONCE])
    read = MessageReading.objects.filter(message__in=ids, version=progress.version)
    wanted = set(ids) - set(read.values_list("message_id", flat=True))
    _read_again(Message.objects.filter(id__in=wanted))
    here.update(
        next_id=ids[-1] - 1 if ids else 0,
        count=F("count") + len(wanted),
        done_at=None if len(ids) == AT_ONCE else now(),
    )
    progress.refresh_from_db()


def _read_again(messages: Iterable[Message]) -> None:
    """Read some messages outside a transaction, and write what still holds when it begins."""
    inbound = [message for message in messages if message.is_inbound]
    homes = homes_of({message.workspace_id for message in inbound})
    texts = [_text_of(message, homes.get(message.workspace_id, Home())) for message in inbound]
    readings = read_all(texts)
    read = {one.id: (one, reading) for one, reading in zip(inbound, readings, strict=True) if reading}
    if not read:
        return
    with behind_people(), transaction.atomic():
        rows = [_row(one, reading) for one, reading in read.values()]
        apply_lessons(rows)
        _correct(rows)
        insert_rows(rows, _REPLACE)
        held = hold_conversations({message.conversation_id for message, _ in read.values()}).values()
        mask_previews(held)
        refold(held)


def _text_of(message: Message, home: Home) -> Text:
    return text_to_read(message.text, message.visibility, message.item, message.in_reply_to, home)


def _row(message: Message, reading: Reading) -> MessageReading:
    return new_row(
        MessageReading, message_id=message.id, workspace_id=message.workspace_id, **columns_of(reading)
    )


def _correct(rows: Sequence[MessageReading]) -> None:
    by_message = {row.message_id: row for row in rows}
    said = find_rows(Correction, "undone_at IS NULL AND message_id {among}", among=sorted(by_message))
    for correction in said:
        correct_reading(by_message[correction.message_id], correction.question, correction.after)
