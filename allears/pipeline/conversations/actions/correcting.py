"""Correct what was read, agree with an advice, and take either back. What a person says wins for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.actions.legs import hold_conversations
from allears.pipeline.conversations.actions.reading import read_later, refold
from allears.pipeline.conversations.corrected import CHOICES, answer_in, correct_reading
from allears.pipeline.conversations.errors import NoSuchAnswer, NothingToTakeBack, NotReadYet
from allears.pipeline.conversations.models import Correction, Message, MessageReading, Question


def correct_message(message: Message, question: str, answer: str, by: Member) -> bool:
    """Put a person's answer to a question in the place of what was read; return whether anything is new.

    The same as what was read is kept for the advice only: that somebody agreed. Raise NoSuchAnswer, NotReadYet.
    """
    require_answering(by)
    if answer not in CHOICES.get(question, ()):
        raise NoSuchAnswer
    with _held_reading(message) as reading:
        before = answer_in(reading, question)
        said = _standing(message.id, question)
        if before == answer and (said or question != Question.ADVICE):
            return False
        if said:
            Correction.objects.filter(id=said.id).update(undone_at=now())
        _keep(reading, by, (question, said.before if said else before, answer))
        correct_reading(reading, question, answer)
        reading.is_corrected = True
        _record("message.corrected", message, by, (question, before, answer))
    return True


def _keep(reading: MessageReading, by: Member, said: tuple[str, str, str]) -> None:
    question, before, after = said
    Correction.objects.create(
        message_id=reading.message_id,
        workspace_id=reading.workspace_id,
        member=by,
        question=question,
        before=before,
        after=after,
        version=reading.version,
        at=now(),
    )


def take_back_correction(message: Message, question: str, by: Member) -> None:
    """Let what was read count again. Raise NothingToTakeBack."""
    require_answering(by)
    with _held_reading(message) as reading:
        said = _standing(message.id, question)
        if said is None:
            raise NothingToTakeBack
        Correction.objects.filter(id=said.id).update(undone_at=now())
        correct_reading(reading, question, said.before)
        others = Correction.objects.filter(message=message, undone_at__isnull=True)
        reading.is_corrected = others.exists()
        _record("message.correction_undone", message, by, (question, said.after, said.before))
        # Newer models may read it in another way than those it was corrected in.
        read_later([message.id])


def _standing(message_id: int, question: str) -> Correction | None:
    found = Correction.objects.filter(message=message_id, question=question, undone_at__isnull=True)
    return found.first()


@contextmanager
def _held_reading(message: Message) -> Iterator[MessageReading]:
    """Hold a message's conversation, save what the block makes of its reading, and what it comes to."""
    with transaction.atomic():
        held = hold_conversations({message.conversation_id})
        rows = MessageReading.objects.filter(message=message)
        reading = (rows.select_for_update() if connection.vendor == "postgresql" else rows).first()
        if reading is None or not held:
            raise NotReadYet
        yield reading
        reading.save()
        refold(held.values())


def _record(kind: str, message: Message, by: Member, said: tuple[str, str, str]) -> None:
    question, before, after = said
    facts = {"message": message.id, "question": question, "before": before, "after": after}
    record_event(
        kind, message.workspace_id, by, f"message:{message.id}", conversation=message.conversation_id, **facts
    )
