from django.db import models
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Workspace


class BulkState(models.TextChoices):
    """How far a bulk change is."""

    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class BulkChange(models.Model):
    """One verb for many conversations at once. `left` counts, by reason, those it left as they were;
    `kept` counts those an undo left, because somebody had changed them since."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=12)
    value = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.RUNNING)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=dict)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    undo_until = models.DateTimeField(null=True, blank=True)

    @property
    def is_under_way(self) -> bool:
        return self.state in {BulkState.RUNNING, BulkState.UNDOING}

    @property
    def handled(self) -> int:
        """How many are done with, for showing how far it is."""
        if self.state == BulkState.UNDOING:
            return self.undone + self.kept
        return int(self.changed + sum(self.left.values()))


class ItemState(models.TextChoices):
    """What became of one conversation of a bulk change."""

    WAITING = "waiting", _("Waiting")
    CHANGED = "changed", _("Changed")
    LEFT = "left", _("Left as it was")
    UNDONE = "undone", _("Undone")
    KEPT = "kept", _("Changed by somebody since")


class BulkItem(models.Model):
    """One conversation of a bulk change: what it was `before`, and the newest event when it was changed."""

    bulk = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="items", db_index=False)
    conversation = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=ItemState, default=ItemState.WAITING)
    before = models.JSONField(default=dict)
    event = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "conversation"], name="bulk_item_once"),
        ]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="bulk_item_by_state")]
