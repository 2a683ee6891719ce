"""The wall, and whether praise is thanked for within a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.masking import masked
from allears.pipeline.conversations.models import Direction, Message, MessageReading, Status
from allears.pipeline.conversations.queries.queue import visible_conversations
from allears.pipeline.praise.models import WallEntry

TARGET = timedelta(days=1)
LOOKED_BACK = timedelta(days=30)
ON_A_PAGE = 50

__all__ = ["Promise", "WallEntry", "WallPage", "praise_promise", "wall_entries_of", "wall_of"]


@dataclass(frozen=True, slots=True)
class Promise:
    """How praise was thanked for: `due` is what came in LOOKED_BACK and is a day old or thanked for, `kept` of it
    was answered within a day, `late` waits longer than that now."""

    due: int
    kept: int
    late: int

    @property
    def percent(self) -> int | None:
        """How many of a hundred were thanked for in time; None while there was none."""
        return round(100 * self.kept / self.due) if self.due else None


def praise_promise(member: Member) -> Promise:
    """Count, exactly, how the praise of the last month that the member may see was thanked for."""
    at = now()
    mine = visible_conversations(member)
    praised = MessageReading.objects.filter(
        workspace=member.workspace_id, is_praise=True, message__sent_at__gte=at - LOOKED_BACK
    )
    answers = Message.objects.filter(conversation=OuterRef("message__conversation"), direction=Direction.OUT)
    after = answers.filter(sent_at__gte=OuterRef("message__sent_at"))
    in_time = Exists(after.filter(sent_at__lte=OuterRef("message__sent_at") + TARGET))
    praised = praised.filter(message__conversation__in=mine.values("id"))
    kept = praised.filter(in_time).count()
    late = praised.exclude(in_time).filter(message__sent_at__lt=at - TARGET).count()
    waiting = mine.filter(status__in=[Status.NEW, Status.OPEN], is_praise=True, waiting_since__lt=at - TARGET)
    return Promise(kept + late, kept, waiting.count())


@dataclass(frozen=True, slots=True)
class WallPage:
    """Praise on the wall, the newest first, and the id to go on before (0: no more)."""

    entries: list[WallEntry]
    next_before: int


def wall_of(member: Member, before: int = 0) -> WallPage:
    """Return a page of the wall as the member may see it; personal data is masked for everyone."""
    found = _visible(member)
    if before:
        mark = WallEntry.objects.filter(workspace=member.workspace_id, id=before).values("put_up_at")[:1]
        found = found.filter(put_up_at__lte=mark).exclude(id__gte=before, put_up_at=mark)
    entries = list(found.order_by("-put_up_at", "-id")[: ON_A_PAGE + 1])
    more = entries[ON_A_PAGE - 1].id if len(entries) > ON_A_PAGE else 0
    entries = entries[:ON_A_PAGE]
    for entry in entries:
        entry.message.text = masked(entry.message.text)
    return WallPage(entries, more)


def wall_entries_of(message_ids: Iterable[int]) -> dict[int, WallEntry]:
    """Return what is on the wall of some messages, by message."""
    found = WallEntry.objects.filter(message__in=list(message_ids)).select_related("member", "agreed_with")
    return {one.message_id: one for one in found}


def _visible(member: Member) -> QuerySet[WallEntry]:
    mine = WallEntry.objects.filter(workspace=member.workspace_id, message__deleted_at__isnull=True)
    mine = mine.filter(message__conversation__in=visible_conversations(member).values("id"))
    return mine.select_related("message__identity", "message__channel", "member", "agreed_with")
