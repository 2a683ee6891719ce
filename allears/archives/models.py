from django.db import models

from allears.foundation.workspaces.models import Workspace


class Import(models.Model):
    """One archive on its way into a workspace. A killed import is taken up where it stopped.

    `offsets` say by how much the ids of each kind move, `places` where single rows went instead,
    `progress` the last row (by its id in the archive) of each kind that is in.
    """

    archive_id = models.CharField(max_length=40)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    offsets = models.JSONField(default=dict)
    places = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["archive_id", "workspace"], name="import_once_per_workspace"),
        ]
