"""Learn what is noise: what a person called spam is corrected to it, and what says nearly the same follows."""

from collections.abc import Collection

from django.db.models import QuerySet

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.reading import read_later
from allears.pipeline.conversations.corrected import correct_reading
from allears.pipeline.conversations.models import Correction, MessageReading, Question
from allears.pipeline.understanding.reading import Intent

_CHANGED = ["intent", "is_praise", "is_corrected"]


def learn_noise(message_ids: Collection[int], by: Member) -> None:
    """Correct the intent of messages to spam, where nobody said otherwise. What has no reading teaches nothing."""
    said = _standing(message_ids).values("message")
    readings = MessageReading.objects.filter(message__in=message_ids).exclude(message__in=said)
    taught = list(readings.exclude(intent=Intent.SPAM))
    Correction.objects.bulk_create([_correction(reading, by) for reading in taught])
    for reading in taught:
        correct_reading(reading, Question.INTENT, Intent.SPAM)
        reading.is_corrected = True
    MessageReading.objects.bulk_update(taught, _CHANGED)


def _correction(reading: MessageReading, by: Member) -> Correction:
    return Correction(
        message_id=reading.message_id,
        workspace_id=reading.workspace_id,
        member=by,
        question=Question.INTENT,
        before=reading.intent,
        after=Intent.SPAM,
        version=reading.version,
        at=now(),
    )


def unlearn_noise(message_ids: Collection[int]) -> None:
    """Let the intent of messages be what it was before somebody called them spam."""
    said = {one.message_id: one for one in _standing(message_ids).filter(after=Intent.SPAM)}
    Correction.objects.filter(id__in=[one.id for one in said.values()]).update(undone_at=now())
    others = Correction.objects.filter(message__in=said, undone_at__isnull=True)
    still = set(others.values_list("message_id", flat=True))
    readings = list(MessageReading.objects.filter(message__in=said))
    for reading in readings:
        correct_reading(reading, Question.INTENT, said[reading.message_id].before)
        reading.is_corrected = reading.message_id in still
    MessageReading.objects.bulk_update(readings, _CHANGED)
    if readings:
        read_later([reading.message_id for reading in readings])


def _standing(message_ids: Collection[int]) -> QuerySet[Correction]:
    return Correction.objects.filter(
        message__in=message_ids, question=Question.INTENT, undone_at__isnull=True
    )
