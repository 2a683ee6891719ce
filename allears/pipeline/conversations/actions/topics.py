"""Learn from tagged conversations what each tag is about, and keep what people decide on suggestions."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.gate import behind_people
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.actions.tagging import tag_conversations
from allears.pipeline.conversations.models import (
    Conversation,
    ConversationTag,
    LearnedTopics,
    Status,
    Tag,
    TagDecision,
)
from allears.pipeline.conversations.queries.topics import NO_TAG, words_of_conversations

# From so many conversations with it a tag is learned, from so many of the newest at most.
FEWEST, MOST = 5, 5_000
# Learning takes seconds; what changed within the hour waits.
REST = timedelta(hours=1)


def learn_topics_anew() -> None:
    """Learn in every workspace whose tags changed since it last learned. A task of every ten minutes."""
    learned = dict(LearnedTopics.objects.values_list("workspace_id", "stamp"))
    recently = set(
        LearnedTopics.objects.filter(learned_at__gt=now() - REST).values_list("workspace_id", flat=True)
    )
    for workspace_id, stamp in _stamps().items():
        if learned.get(workspace_id) != stamp and workspace_id not in recently:
            learn_workspace_topics(workspace_id, stamp)
    gone = learned.keys() - _stamps().keys()
    LearnedTopics.objects.filter(workspace__in=gone).delete()


def _stamps() -> dict[int, str]:
    """Say in what state the tags of each workspace are that uses any."""
    rows = ConversationTag.objects.order_by().values_list("tag__workspace")
    found = rows.annotate(count=Count("id"), newest=Max("id"))
    return {workspace_id: f"{count}:{newest}" for workspace_id, count, newest in found}


def learn_workspace_topics(workspace_id: int, stamp: str) -> None:
    """Learn what the tags of one workspace are about; with too few conversations there is nothing to suggest."""
    from allears.pipeline.understanding.topics import TooFewTopics, learn_topics

    examples = _examples(workspace_id)
    try:
        learned = learn_topics([text for text, _ in examples], [label for _, label in examples]).to_bytes()
    except TooFewTopics:
        learned = b""
    values = {"learned": learned, "stamp": stamp, "examples": len(examples), "learned_at": now()}
    with behind_people(), transaction.atomic():
        LearnedTopics.objects.update_or_create(workspace_id=workspace_id, defaults=values)


def _examples(workspace_id: int) -> list[tuple[str, str]]:
    """Return texts with the tag of each, the newest first, and finished conversations that nobody tagged."""
    rows = ConversationTag.objects.filter(tag__workspace=workspace_id).order_by("-id")
    pairs = list(rows.values_list("conversation_id", "tag_id")[:MOST])
    counts: dict[int, int] = {}
    for _conversation, tag in pairs:
        counts[tag] = counts.get(tag, 0) + 1
    labels = [(conversation, str(tag)) for conversation, tag in pairs if counts[tag] >= FEWEST]
    if not labels:
        return []
    finished = Conversation.objects.filter(workspace=workspace_id, status__in=[Status.SOLVED, Status.CLOSED])
    plain = finished.exclude(id__in=ConversationTag.objects.values("conversation")).order_by("-id")
    untagged = list(plain.values_list("id", flat=True)[: len(labels) // 2])
    labels += [(id_, NO_TAG) for id_ in untagged if len(untagged) >= FEWEST]
    texts = words_of_conversations({conversation for conversation, _ in labels})
    return [(texts[conversation], label) for conversation, label in labels if conversation in texts]


def accept_tag(conversation: Conversation, tag_id: int, by: Member) -> None:
    """Put a suggested tag on a conversation, and remember that the suggestion was right."""
    with transaction.atomic():
        _decide(conversation, tag_id, by, is_accepted=True)
        tag_conversations([conversation.id], [tag_id], by)


def dismiss_tag(conversation: Conversation, tag_id: int, by: Member) -> None:
    """Suggest a tag no more on a conversation, and remember that the suggestion was wrong."""
    with transaction.atomic():
        _decide(conversation, tag_id, by, is_accepted=False)


def _decide(conversation: Conversation, tag_id: int, by: Member, *, is_accepted: bool) -> None:
    require_answering(by)
    tag = Tag.objects.filter(workspace=by.workspace_id, id=tag_id).first()
    if tag is None:
        raise NotVisible
    said = {"is_accepted": is_accepted, "member": by, "at": now()}
    TagDecision.objects.update_or_create(conversation=conversation, tag=tag, defaults=said)
    record_event(
        "conversation.tag_accepted" if is_accepted else "conversation.tag_dismissed",
        by.workspace_id,
        by,
        f"tag:{tag.id}",
        conversation=conversation.id,
        name=tag.name,
    )
