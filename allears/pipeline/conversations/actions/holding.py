"""Hold one conversation against other writers while it is changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Coalesce

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Direction, Message, Outcome
from allears.pipeline.conversations.positions import place_in_queues


@contextmanager
def held_conversation(conversation_id: int) -> Iterator[Conversation]:
    """Open a transaction, hold the conversation, and save what the block changed on it."""
    with transaction.atomic():
        rows = Conversation.objects.filter(id=conversation_id)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update()
        conversation = rows.first()
        if conversation is None:
            raise NotVisible
        yield conversation
        place_in_queues(conversation)
        conversation.save()


def waiting_since(conversation_id: int) -> datetime | None:
    """Compute since when a customer waits: their first message that has no outcome."""
    unanswered = Message.objects.filter(
        conversation=conversation_id, direction=Direction.IN, outcome=Outcome.NONE
    )
    found: datetime | None = unanswered.aggregate(first=Min(Coalesce("waits_from", "sent_at")))["first"]
    return found


def require_answering(member: Member | None) -> None:
    """Raise NotAllowed unless the member may work on conversations."""
    if member is not None and not member.may_answer:
        raise NotAllowed
