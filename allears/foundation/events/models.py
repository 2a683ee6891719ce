from django.db import models
from django.db.models import Q

from allears.foundation.workspaces.models import Workspace


class Event(models.Model):
    """One thing that happened. `by` is a member's id, or empty when the machine did it.

    What it is about is kept as plain ids (`conversation`, `channel`, or `subject` such as "member:7"),
    so that the ledger outlives what it tells of.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=48)
    by = models.BigIntegerField(null=True)
    conversation = models.BigIntegerField(null=True)
    channel = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=64, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "id"], name="event_of_workspace"),
            models.Index(
                fields=["conversation", "id"],
                condition=Q(conversation__isnull=False),
                name="event_of_conversation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"
