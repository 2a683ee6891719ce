"""Who says the same: the group of near-copies that a conversation belongs to, and what it is."""

from dataclasses import dataclass
from datetime import timedelta

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.conversations.queries.queue import OPEN, QueueRow, rows_by_id, visible_conversations
from allears.pipeline.understanding.copies import Copy, GroupKind, kind_of_group

_JUDGED_BY = 200
_SHOWN = 6
# An identity is seen first when its first message was written.
_JUST_SEEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """A group of near-copies as a member sees it: how many people, what is open of it, whether it is a campaign."""

    group: int
    people: int
    messages: int
    is_campaign: bool
    open_count: int
    others: list[QueueRow]


def look_alikes(member: Member, conversation: Conversation) -> LookAlikes | None:
    """Return who else says what stands in a conversation; None where nobody does."""
    if not conversation.copies:
        return None
    visible = visible_conversations(member).filter(copies=conversation.copies)
    people = visible.values("customer").distinct().count()
    copies = _copies_in(conversation.copies, member)
    if people < 2 and len(copies) < 2:
        return None
    still_open = visible.filter(status__in=OPEN).exclude(id=conversation.id)
    newest = list(still_open.order_by("-last_message_at").values_list("id", flat=True)[:_SHOWN])
    return LookAlikes(
        group=conversation.copies,
        people=people,
        messages=len(copies),
        is_campaign=kind_of_group(copies) == GroupKind.CAMPAIGN,
        open_count=still_open.count(),
        others=sorted(rows_by_id(newest), key=lambda row: newest.index(row.id)),
    )


def _copies_in(group: int, member: Member) -> list[Copy]:
    """Read the first texts of a group, with who wrote them and whether we knew them before."""
    visible = visible_conversations(member).values("id")
    rows = Message.objects.filter(reading__copies=group, conversation__in=visible).order_by("id")
    found = rows.values_list("text", "identity_id", "sent_at", "identity__first_seen_at")[:_JUDGED_BY]
    return [
        Copy(text=text, author=str(author), at=at, is_newcomer=seen_at >= at - _JUST_SEEN)
        for text, author, at, seen_at in found
    ]
