from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Workspace
from allears.pipeline.conversations.models.conversations import Conversation


class Tone(models.TextChoices):
    """What the colour of a tag means."""

    CALM = "calm", _("Plain")
    GOOD = "good", _("Good")
    WARM = "warm", _("Careful")
    HOT = "hot", _("Alarming")


class Tag(models.Model):
    """A word of our own about what a conversation is."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    tone = models.CharField(max_length=4, choices=Tone, default=Tone.CALM)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="tag_name_once_per_workspace"),
            models.CheckConstraint(condition=~models.Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ConversationTag(models.Model):
    """A tag on a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="tag_once_per_conversation"),
        ]
        indexes = [models.Index(fields=["tag", "conversation"], name="conversation_tag_of_tag")]
