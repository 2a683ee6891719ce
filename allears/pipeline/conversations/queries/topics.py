"""Tags that fit a conversation by what the workspace tagged before, and how good such suggestions are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import Substr

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import (
    Conversation,
    ConversationTag,
    Direction,
    LearnedTopics,
    Message,
    Tag,
    TagDecision,
)

if TYPE_CHECKING:
    from allears.pipeline.understanding.topics import Topics

# What was finished without any tag.
NO_TAG = "0"
_LEAST = 0.5
_MESSAGES, _CHARACTERS = 3, 1_000
_AT_ONCE = 500
_MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class SuggestedTag:
    """A tag that may fit, and how sure that is in percent."""

    id: int
    name: str
    tone: str
    percent: int


@dataclass(frozen=True, slots=True)
class TagsSuggested:
    """How good suggestions were: accepted, dismissed; from how many conversations they are learned, and when."""

    accepted: int
    dismissed: int
    examples: int
    learned_at: datetime | None

    @property
    def precision(self) -> int | None:
        """How many of a hundred that were decided on were accepted."""
        decided = self.accepted + self.dismissed
        return round(100 * self.accepted / decided) if decided else None


_kept: dict[int, tuple[datetime, "Topics | None"]] = {}


def suggested_tags(conversation: Conversation) -> list[SuggestedTag]:
    """Suggest tags for a conversation, the surest first: none that it has, or that was decided on here."""
    topics = _topics_of(conversation.workspace_id)
    if topics is None:
        return []
    text = words_of_conversations([conversation.id]).get(conversation.id)
    chances = {int(label): chance for label, chance in topics.suggest(text, _LEAST)} if text else {}
    if not chances.keys() - {int(NO_TAG)}:
        return []
    known = ConversationTag.objects.filter(conversation=conversation).values("tag")
    decided = TagDecision.objects.filter(conversation=conversation).values("tag")
    tags = Tag.objects.filter(workspace=conversation.workspace_id, id__in=chances)
    tags = tags.exclude(id__in=known).exclude(id__in=decided)
    found = [SuggestedTag(one.id, one.name, one.tone, round(100 * chances[one.id])) for one in tags]
    return sorted(found, key=lambda one: -one.percent)


def _topics_of(workspace_id: int) -> "Topics | None":
    """Return what a workspace learned, read once for each time it learned."""
    mine = LearnedTopics.objects.filter(workspace=workspace_id)
    learned_at = mine.values_list("learned_at", flat=True).first()
    if learned_at is None:
        return None
    kept = _kept.get(workspace_id)
    if kept is None or kept[0] != learned_at:
        from allears.pipeline.understanding.topics import topics_from

        learned = mine.values_list("learned", flat=True).first()
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[workspace_id] = (learned_at, topics_from(bytes(learned)) if learned else None)
    return kept[1]


def forget_topics() -> None:
    """Read anew what was learned."""
    _kept.clear()


def words_of_conversations(conversation_ids: Collection[int]) -> dict[int, str]:
    """Return what customers wrote first in each conversation: the beginning of their first three messages."""
    found: dict[int, list[str]] = {}
    ids = sorted(conversation_ids)
    for start in range(0, len(ids), _AT_ONCE):
        rows = Message.objects.filter(conversation__in=ids[start : start + _AT_ONCE], direction=Direction.IN)
        beginnings = rows.order_by("sent_at", "id").values_list(
            "conversation_id", Substr("text", 1, _CHARACTERS)
        )
        for conversation, text in beginnings.iterator():
            mine = found.setdefault(conversation, [])
            if len(mine) < _MESSAGES and text.strip():
                mine.append(text)
    return {conversation: "\n".join(texts) for conversation, texts in found.items() if texts}


def tags_suggested(member: Member) -> TagsSuggested:
    """Say how good suggested tags are in the member's workspace."""
    said = TagDecision.objects.filter(tag__workspace=member.workspace_id)
    counts = said.aggregate(
        accepted=Count("id", filter=Q(is_accepted=True)), dismissed=Count("id", filter=Q(is_accepted=False))
    )
    learned = LearnedTopics.objects.filter(workspace=member.workspace_id).first()
    is_any = learned is not None and bool(learned.learned)
    return TagsSuggested(
        **counts,
        examples=learned.examples if learned and is_any else 0,
        learned_at=learned.learned_at if learned and is_any else None,
    )
