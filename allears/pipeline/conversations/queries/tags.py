"""Tags: which there are, how much they are used, and what stands on a conversation."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import ConversationTag, Tag, Tone

__all__ = ["Tag", "Tone"]


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A tag as a conversation wears it."""

    id: int
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class UsedTag:
    """A tag, and on how many conversations it stands."""

    id: int
    name: str
    tone: str
    count: int


def tags_of_workspace(workspace_id: int) -> list[ShownTag]:
    """List a workspace's tags by name."""
    tags = Tag.objects.filter(workspace=workspace_id).values_list("id", "name", "tone")
    return sorted((ShownTag(*tag) for tag in tags), key=lambda tag: tag.name.casefold())


def used_tags(member: Member) -> list[UsedTag]:
    """List the workspace's tags with how often each is used, the most used first."""
    counts = _counts(ConversationTag.objects.filter(tag__workspace=member.workspace_id))
    tags = [
        UsedTag(tag.id, tag.name, tag.tone, counts.get(tag.id, 0))
        for tag in tags_of_workspace(member.workspace_id)
    ]
    return sorted(tags, key=lambda tag: -tag.count)


def _counts(found: QuerySet[ConversationTag]) -> dict[int, int]:
    return dict(found.order_by().values_list("tag_id").annotate(count=Count("id")))


def count_tagged(tag: Tag) -> int:
    """Count the conversations that have a tag."""
    return ConversationTag.objects.filter(tag=tag).count()


def tags_of(conversation_ids: Collection[int]) -> dict[int, list[ShownTag]]:
    """Return the tags of several conversations by name, in one statement; without tags, not among them."""
    if not conversation_ids:
        return {}
    found: dict[int, list[ShownTag]] = {}
    rows = ConversationTag.objects.filter(conversation__in=conversation_ids)
    values = rows.values_list("conversation_id", "tag_id", "tag__name", "tag__tone")
    for conversation, id_, name, tone in values:
        found.setdefault(conversation, []).append(ShownTag(id_, name, tone))
    for tags in found.values():
        tags.sort(key=lambda tag: tag.name.casefold())
    return found


def tag_called(workspace_id: int, name: str) -> Tag | None:
    """Find a tag by its name in any case, of any alphabet."""
    wanted = name.strip().casefold()
    tags = Tag.objects.filter(workspace=workspace_id)
    return next((tag for tag in tags if tag.name.casefold() == wanted), None)


def get_visible_tag(member: Member, tag_id: int) -> Tag:
    """Return a tag of the member's workspace. Raise NotVisible for any other."""
    tag = Tag.objects.filter(workspace=member.workspace_id, id=tag_id).first()
    if tag is None:
        raise NotVisible
    return tag
