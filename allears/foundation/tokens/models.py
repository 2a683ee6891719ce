from django.db import models

from allears.foundation.workspaces.models import Member


class ApiToken(models.Model):
    """What a program shows to act as its member. `beginning` is enough of it to recognise it by."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    beginning = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a token's idempotency key was answered with, so that the same request again does nothing more.

    It is written in the transaction that did what was asked: there is no answer without the deed, and
    no deed without the answer. Gone after a day.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once_per_key"),
        ]
        indexes = [models.Index(fields=["at"], name="kept_answer_by_age")]
