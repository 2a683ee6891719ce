"""What was read and corrected: of a message, and of a workspace as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from allears.foundation.rows import find_rows
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.corrected import CHOICES, answer_in
from allears.pipeline.conversations.folding import unpack_chances
from allears.pipeline.conversations.models import (
    Correction,
    Direction,
    Message,
    MessageReading,
    Question,
    Rereading,
)
from allears.pipeline.understanding.reading import Advice

__all__ = ["CHOICES", "Correction", "MessageReading", "Question", "answer_in", "unpack_chances"]


def readings_of(message_ids: Iterable[int]) -> dict[int, MessageReading]:
    """Return the readings of messages, in one statement."""
    return {row.message_id: row for row in find_rows(MessageReading, "message_id {among}", among=message_ids)}


def corrections_of(message: Message) -> dict[str, Correction]:
    """Return what people said of a message and did not take back, by question."""
    found = Correction.objects.filter(message=message, undone_at__isnull=True).select_related("member")
    return {one.question: one for one in found}


def corrections_among(message_ids: Iterable[int]) -> dict[int, list[Correction]]:
    """Return what people said of messages and did not take back, by message, the oldest first."""
    found: dict[int, list[Correction]] = {}
    rows = Correction.objects.filter(message__in=list(message_ids), undone_at__isnull=True)
    for one in rows.select_related("member").order_by("id"):
        found.setdefault(one.message_id, []).append(one)
    return found


def words_that_moved(message: Message, question: str) -> list[tuple[str, float]]:
    """Return the words that moved an answer, the strongest first, with the weight of each."""
    from allears.pipeline.understanding.explaining import explain

    return list(explain(message.text, question))


@dataclass(frozen=True, slots=True)
class CorrectedBy:
    """What one member corrected: how much in all, and of each question."""

    name: str
    count: int
    by_question: dict[str, int]


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a workspace is read: counts, exactly.

    `advised` are decisions of people on "step in", `agreed` those that agreed. `versions` says how many messages
    each version read, `waiting` how many still wait for the newest.
    """

    read: int
    corrected: int
    people: list[CorrectedBy]
    advised: int
    agreed: int
    versions: list[tuple[str, int]]
    version: str
    begun_at: datetime | None
    waiting: int

    @property
    def precision(self) -> int | None:
        """How many of a hundred step-in advices people agreed with."""
        return round(100 * self.agreed / self.advised) if self.advised else None


def understanding_of(member: Member) -> Understanding:
    """Say how the member's workspace is read and corrected."""
    mine = MessageReading.objects.filter(workspace=member.workspace_id)
    versions = list(mine.values_list("version").annotate(count=Count("message")).order_by("-count"))
    said = Correction.objects.filter(workspace=member.workspace_id, undone_at__isnull=True)
    stepping = said.filter(question=Question.ADVICE, before=Advice.STEP_IN)
    changed = said.exclude(after=F("before"))
    progress = rereading_progress()
    return Understanding(
        read=sum(count for _version, count in versions),
        corrected=changed.values("message").distinct().count(),
        people=_people(list(changed.values_list("member__name", "question").annotate(count=Count("id")))),
        advised=stepping.count(),
        agreed=stepping.filter(after=Advice.STEP_IN).count(),
        versions=versions,
        version=progress.version if progress else "",
        begun_at=progress.began_at if progress else None,
        waiting=waiting_for(progress, member.workspace_id) if progress else 0,
    )


def _people(rows: list[tuple[str | None, str, int]]) -> list[CorrectedBy]:
    counts: dict[str, dict[str, int]] = {}
    for name, question, count in rows:
        counts.setdefault(name or "", {})[question] = count
    found = [CorrectedBy(name, sum(mine.values()), mine) for name, mine in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.name))


def rereading_progress() -> Rereading | None:
    """Return how far the newest models are with messages from before them."""
    return Rereading.objects.order_by("-began_at", "-id").first()


def waiting_for(progress: Rereading, workspace_id: int | None = None) -> int:
    """Count the messages that the newest models have still to read: without a reading, or with one of others."""
    if progress.done_at:
        return 0
    mine = Q(workspace=workspace_id) if workspace_id else Q()
    read = MessageReading.objects.filter(message=OuterRef("pk"), version=progress.version)
    older = Message.objects.filter(mine, id__lte=progress.next_id, direction=Direction.IN)
    return older.filter(~Exists(read)).count()
