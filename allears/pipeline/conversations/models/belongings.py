from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models.conversations import Message
from allears.pipeline.people.models import Identity


class MessageBody(models.Model):
    """What a message holds beside its new text: subject, quoted text, signature, safe HTML, warnings."""

    PERSONAL_TEXTS = ("subject", "quoted", "signature")
    PERSONAL_PAGES = ("html",)

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="body")
    subject = models.CharField(max_length=300, default="")
    quoted = models.TextField(default="")
    signature = models.TextField(default="")
    html = models.TextField(default="")
    references = models.JSONField(default=list)
    warnings = models.JSONField(default=list)


class FileState(models.TextChoices):
    """Where the bytes of an attachment are."""

    KEPT = "kept", _("Kept here")
    WAITING = "waiting", _("Being fetched")
    GONE = "gone", _("Not to be had")


class Attachment(models.Model):
    """A file that came or went with a message; its bytes lie under their digest.

    Bytes that still lie on the network wait to be fetched from `remote`, which the vault sealed because it may
    hold a secret; until then there is no digest. `trouble` is a marked sentence, filled from `trouble_facts`:
    why they did not come yet, or never will.
    """

    PERSONAL_TEXTS = ("name",)

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    content_id = models.CharField(max_length=300, default="")
    is_inline = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.KEPT)
    remote = models.TextField(default="")
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="kept") | ~Q(digest=""), name="attachment_kept_under_digest"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="attachment_waiting"),
        ]


class MessageName(models.Model):
    """Another id by which the network knows a message: what a long one was split into, or an older version."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="names")
    external_id = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="message_name_once_per_channel"),
        ]


class MessageVersion(models.Model):
    """The words of a message before they were changed, which stood `until` then."""

    PERSONAL_TEXTS = ("text",)
    PERSONAL_PAGES = ("html",)

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()
    html = models.TextField(default="")
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "until"], name="message_version_once"),
        ]


class Reaction(models.Model):
    """How somebody reacted to a message: one character, or the network's own word (":kettle:").

    `author_id` is the network's id of who did, "" when it was us; they need not be a customer, and are an
    `identity` only when they are one.
    """

    PERSONAL_NAMES = ("name", "author_id")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    author_id = models.CharField(max_length=320, default="")
    name = models.CharField(max_length=200, default="")
    emoji = models.CharField(max_length=64)
    is_ours = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "author_id", "emoji"], name="reaction_once_per_author"
            ),
        ]
