from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Workspace


class Envelope(models.Model):
    """A delivery as it arrived. On SQLite it lies in a file of its own, so ids stand for relations.

    `key` is the network's own id or the digest of the bytes: the same delivery twice is one envelope.
    `source` says where it lies on the network; `reader` who reads it, if not the channel's connector.
    """

    workspace_id = models.BigIntegerField()
    channel_id = models.BigIntegerField()
    key = models.CharField(max_length=300)
    source = models.CharField(max_length=300, default="")
    reader = models.CharField(max_length=16, default="")
    is_silent = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    headers = models.TextField(default="")
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel_id", "key"], name="envelope_once_per_channel"),
        ]
        indexes = [
            models.Index(fields=["channel_id", "source"], condition=~Q(source=""), name="envelope_by_source"),
        ]


class Waiting(models.Model):
    """An envelope's place in the queue, put with it and removed after its Ending is committed.

    `lane` (0-63) is a hash of what must stay in order.
    """

    envelope_id = models.BigIntegerField(primary_key=True)
    channel_id = models.BigIntegerField()
    lane = models.SmallIntegerField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["channel_id", "envelope_id"], name="waiting_of_channel")]


class EndedAs(models.TextChoices):
    """How an envelope ended."""

    MESSAGES = "messages", _("Messages")
    NOTHING = "nothing", _("Nothing to do")
    DEAD = "dead", _("Dead letter")
    REPLAYING = "replaying", _("Being read again")


class Ending(models.Model):
    """How one envelope ended, committed in the transaction that filed its messages.

    `reason` is a marked sentence, filled from `reason_facts`; `technical` is for the log.
    """

    envelope_id = models.BigIntegerField(primary_key=True)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel_id = models.BigIntegerField()
    ended_as = models.CharField(max_length=10, choices=EndedAs)
    message_count = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, default="")
    reason_facts = models.JSONField(default=dict)
    technical = models.CharField(max_length=300, default="")
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    is_purged = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "envelope_id"],
                condition=Q(ended_as__in=["dead", "replaying"]),
                name="ending_dead",
            ),
        ]

    @property
    def filled_reason(self) -> str:
        """The reason in English, as programs and the command line are told."""
        return self.reason % self.reason_facts if self.reason_facts else self.reason
