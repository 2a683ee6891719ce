from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Brand, Team, Workspace


class ChannelState(models.TextChoices):
    """Whether a channel hears and speaks."""

    ON = "on", _("On")
    PAUSED = "paused", _("Paused")
    DISCONNECTED = "disconnected", _("Disconnected")


class Channel(models.Model):
    """One account, mailbox, number or key of ours on a network.

    `key` is the unguessable part of its address for programs, /in/<key>. `sealed_secrets` is the
    vault's ciphertext of a JSON object. Without a `brand` the workspace's default one holds.
    Envelopes are kept `keep_raw_days` after their ending. `trouble` is a marked sentence, filled
    from `trouble_facts`. One that `is_sample` never reaches a network: nobody listens to it, and what
    is sent there goes to nobody.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="channels")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="channels")
    brand = models.ForeignKey(
        Brand, on_delete=models.SET_NULL, null=True, blank=True, related_name="channels"
    )
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=254, blank=True, default="")
    key = models.CharField(max_length=43, unique=True)
    settings = models.JSONField(default=dict)
    sealed_secrets = models.TextField(default="")
    signature = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, choices=ChannelState, default=ChannelState.ON)
    trouble = models.CharField(max_length=300, blank=True, default="")
    trouble_facts = models.JSONField(default=dict)
    trouble_since = models.DateTimeField(null=True, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    keep_raw_days = models.PositiveIntegerField(default=365)
    listening_until = models.DateTimeField(null=True, blank=True)
    listener = models.CharField(max_length=32, blank=True, default="")
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="channel_name_once_per_workspace"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.state == ChannelState.ON


class Cursor(models.Model):
    """How far one place of a channel (a folder, a kind of item) was heard."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="cursors")
    place = models.CharField(max_length=200)
    mark = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "place"], name="cursor_once_per_place"),
        ]


class ReconciledDay(models.Model):
    """One channel's day at the source beside what is stored (counts of items)."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="reconciled_days")
    on = models.DateField()
    at_source = models.PositiveIntegerField()
    stored = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    extra = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    fetched_again = models.PositiveIntegerField(default=0)
    compared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "on"], name="reconciled_day_once_per_channel"),
        ]

    @property
    def is_complete(self) -> bool:
        return self.missing == 0
