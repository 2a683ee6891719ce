from django.db import models
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Workspace


class SampleState(models.TextChoices):
    """How far a sample set is."""

    FILLING = "filling", _("Being filled")
    READY = "ready", _("Ready")


class SampleSet(models.Model):
    """The sample data of one workspace. Of `total` steps, `told` are told; `next_line` is what happens next
    while messages arrive live, until `live_until`."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=SampleState, default=SampleState.FILLING)
    asked_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    is_live = models.BooleanField(default=False)
    told = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    live_until = models.DateTimeField(null=True)
    next_line = models.PositiveIntegerField(default=0)


class SampleThing(models.Model):
    """A row that the sample data brought: `kind` names its model, as "workspaces.team"."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    row_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "row_id"], name="sample_thing_once"),
        ]
