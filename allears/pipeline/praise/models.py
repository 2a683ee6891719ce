from django.db import models

from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.conversations.models import Conversation, Message, Post


class Thanks(models.Model):
    """A thank-you that was picked for praise; it goes with its message when that is taken back.

    `opening` and `closing` name what it is made of (see thanks.py), so that a day of the workspace's never hears
    the same words twice, nor a thread the same half of them.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="+")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    day = models.DateField()
    opening = models.CharField(max_length=24)
    closing = models.CharField(max_length=24, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "day", "opening", "closing"], name="thanks_once_a_day"
            ),
        ]


class WallEntry(models.Model):
    """Praise that was put up for the team to see.

    `agreement` says how its writer agreed to be quoted; "": nobody asked, so it stays among us.
    """

    PERSONAL_TEXTS = ("agreement",)

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    put_up_at = models.DateTimeField()
    agreement = models.CharField(max_length=300, default="")
    agreed_at = models.DateTimeField(null=True)
    agreed_with = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreement="", agreed_at__isnull=True)
                | (~models.Q(agreement="") & models.Q(agreed_at__isnull=False)),
                name="wall_entry_agreed_at_iff_agreed",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "put_up_at", "id"], name="wall_of_workspace")]
