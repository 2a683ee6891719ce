from django.db import models

from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.conversations.models.conversations import Conversation
from allears.pipeline.conversations.models.tags import Tag


class LearnedTopics(models.Model):
    """What a workspace's tags are about, as its own tagged conversations taught it (topics.py has the format).

    `stamp` says from which state of its tags, `examples` from how many conversations.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, primary_key=True, related_name="+")
    learned = models.BinaryField(default=b"")
    stamp = models.CharField(max_length=60)
    examples = models.PositiveIntegerField(default=0)
    learned_at = models.DateTimeField()


class TagDecision(models.Model):
    """What a person decided on a tag that was suggested: accepted, or dismissed and not suggested again."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    is_accepted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="tag_decision_once"),
        ]
