from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.conversations.models.conversations import Message


class MessageReading(models.Model):
    """What understanding made of an inbound message, and what people said instead.

    Columns hold what counts: the models' word, or a correction in its place. `chances` keeps what the models
    were sure of (see readings.py), `reasons` are [code, what it speaks for, percent], `personal` are [kind,
    start, end] in the message's text. `copies` is the first message of a group of near-copies, 0 for none.
    """

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="reading"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.CharField(max_length=40)
    language = models.CharField(max_length=8, default="")
    sentiment = models.CharField(max_length=8)
    intent = models.CharField(max_length=10)
    asks = models.BooleanField()
    urgency = models.SmallIntegerField()
    is_praise = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)
    advice = models.CharField(max_length=7)
    chances = models.CharField(max_length=40, default="")
    reasons = models.JSONField(default=list)
    personal = models.JSONField(default=list)
    sketch = models.CharField(max_length=300, default="")
    copies = models.BigIntegerField(default=0)
    is_campaign = models.BooleanField(default=False)
    is_corrected = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "version"], name="reading_by_version"),
            models.Index(fields=["copies", "message"], condition=Q(copies__gt=0), name="reading_of_copies"),
        ]


class Question(models.TextChoices):
    """What a reading answers, and a person may correct."""

    SENTIMENT = "sentiment", _("Mood")
    INTENT = "intent", _("Intent")
    URGENCY = "urgency", _("Urgency")
    ASKS = "asks", _("Asks for an answer")
    ADVICE = "advice", _("Step in")


class Correction(models.Model):
    """What a person said against a reading, or to agree with it (`before` is `after`): about one question.

    It wins over every later reading, for ever, until it is taken back.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+", db_index=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    question = models.CharField(max_length=9, choices=Question)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    version = models.CharField(max_length=40)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "question"],
                condition=Q(undone_at__isnull=True),
                name="correction_once_per_question",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "question", "at"], name="correction_of_workspace")]


class Rereading(models.Model):
    """How far the messages from before some models came were read by them: from the newest down.

    `next_id` is the next message to be read, `count` how many were.
    """

    version = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    from_id = models.BigIntegerField()
    next_id = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
