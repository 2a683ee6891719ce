from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Workspace
from allears.pipeline.channels.models import Channel


class Visitor(models.Model):
    """Someone at a chat widget. `public_id` names them as an author, `thread` the thread they write in.

    `user_id` is theirs on the site, when the site vouched for it. A visitor who turned out to be another one
    is `joined_to` it: that one reads what both wrote. `seen_message_id` is the newest message they saw,
    `mailed_message_id` the newest answer that also went out by mail.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    public_id = models.CharField(max_length=32, unique=True)
    thread = models.CharField(max_length=32)
    user_id = models.CharField(max_length=200, blank=True, default="")
    joined_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="joined")
    name = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    page_url = models.CharField(max_length=1000, blank=True, default="")
    page_title = models.CharField(max_length=300, blank=True, default="")
    seen_message_id = models.BigIntegerField(default=0)
    mailed_message_id = models.BigIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    here_until = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "user_id"],
                condition=~Q(user_id="") & Q(joined_to__isnull=True),
                name="visitor_once_per_user",
            ),
        ]
        indexes = [models.Index(fields=["thread"], name="visitor_of_thread")]

    def __str__(self) -> str:
        return self.name or self.email or self.public_id


class VisitorToken(models.Model):
    """What lets one device of a visitor in. Only the token's hash is kept."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="tokens")
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class VisitorFile(models.Model):
    """A file a visitor has sent and not yet written a line with; its bytes lie under their digest."""

    public_id = models.CharField(max_length=32, unique=True)
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()


class MailState(models.TextChoices):
    """How far an answer came on its way by mail."""

    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused")


class MailedAnswer(models.Model):
    """Answers that a visitor did not see, sent by mail up to a message, once.

    What is found "being sent" by a second try was in hand when a worker died: it may have gone out, so it
    is never sent again. `external_id` is the mail's own id.
    """

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="mailed_answers")
    up_to_message_id = models.BigIntegerField()
    address = models.CharField(max_length=254)
    external_id = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=MailState, default=MailState.SENDING)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor", "up_to_message_id"], name="answer_mailed_once"),
        ]
