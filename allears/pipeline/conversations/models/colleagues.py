from django.db import models
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models.conversations import Conversation


class Note(models.Model):
    """Words for members only. Another table than messages, so that no path leads from here to the outbox."""

    PERSONAL_TEXTS = ("text",)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()


class CallIn(models.Model):
    """A member called into a conversation by a note, with @; seen when they look at it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="call_ins")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "member"], name="call_in_once_per_note"),
        ]
        indexes = [models.Index(fields=["member", "seen_at"], name="call_in_of_member")]


class PresentAs(models.TextChoices):
    """What a member is doing in a conversation."""

    VIEWING = "viewing", _("is looking at this")
    REPLYING = "replying", _("is replying")


class Presence(models.Model):
    """A member in a conversation just now; stale after half a minute."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="presences")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    present_as = models.CharField(max_length=8, choices=PresentAs)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "member"], name="presence_once_per_member"),
        ]
