from django.db import models

from allears.foundation.workspaces.models import Workspace
from allears.pipeline.channels.models import Channel


class Post(models.Model):
    """What something public was said under or about, as the network last told of it: ours, or somebody's.

    Counts are empty where they were not told. `seen_at` is when we were last told more than its id, `gone_at`
    when the network said that it is no longer there; what we knew of it stays.
    """

    PERSONAL_TEXTS = ("text",)
    PERSONAL_NAMES = ("author_name", "author_handle")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=24, default="")
    text = models.TextField(default="")
    author_name = models.CharField(max_length=200, default="")
    author_handle = models.CharField(max_length=200, default="")
    url = models.CharField(max_length=1000, default="")
    picture_url = models.CharField(max_length=2000, default="")
    is_ours = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    likes = models.PositiveBigIntegerField(null=True)
    comments = models.PositiveBigIntegerField(null=True)
    shares = models.PositiveBigIntegerField(null=True)
    views = models.PositiveBigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="post_once_per_channel"),
        ]

    def __str__(self) -> str:
        return self.text or self.external_id
