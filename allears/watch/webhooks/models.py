from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Workspace


class EndpointState(models.TextChoices):
    """Whether an endpoint is told."""

    ON = "on", _("On")
    PAUSED = "paused", _("Paused")
    DISABLED = "disabled", _("Switched off")


class Endpoint(models.Model):
    """A program's address that is told what happens in a workspace.

    `kinds` are the events it wants, none for all. `key` binds its secrets in the vault; the old one
    signs beside the new one until `old_secret_until`. `cursor` is the last event it was told of, or
    that it need not be. `trouble` is a marked sentence, filled from `trouble_facts`.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    key = models.CharField(max_length=32, unique=True)
    sealed_secret = models.TextField()
    sealed_old_secret = models.TextField(default="", blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    kinds = models.JSONField(default=list)
    sees_private_teams = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=EndpointState, default=EndpointState.ON)
    trouble = models.CharField(max_length=300, default="", blank=True)
    trouble_facts = models.JSONField(default=dict)
    failing_since = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_called_at = models.DateTimeField(null=True, blank=True)
    last_took_ms = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="endpoint_name_once_per_workspace"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.state == EndpointState.ON


class CallState(models.TextChoices):
    """Where a call is on its way."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class Call(models.Model):
    """One event told to one endpoint. `key` is its webhook-id, the same at every try; `payload` is sent as it is.

    `status` and `answer` (its beginning) are what came back last, `trouble` why nothing did.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="calls", db_index=False)
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=48)
    event_id = models.BigIntegerField(null=True)
    payload = models.TextField()
    state = models.CharField(max_length=9, choices=CallState, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    next_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(default="")
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "key"], name="call_once_per_endpoint"),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "id"],
                condition=Q(state__in=["waiting", "sending"]),
                name="call_under_way",
            ),
            models.Index(fields=["endpoint", "state", "id"], name="call_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_test(self) -> bool:
        return self.event_id is None
