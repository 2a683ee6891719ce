from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Brand, Team, Workspace


class ChannelState(models.TextChoices):
    """Whether a channel hears and speaks."""

    ON = "on", _("On")
    PAUSED = "paused", _("Paused")
    DISCONNECTED = "disconnected", _("Disconnected")


class Subscription(models.TextChoices):
    """Whether a network delivers to us: proved, disproved, or not asked yet."""

    UNKNOWN = "", _("Not known")
    ALIVE = "alive", _("Alive")
    DEAD = "dead", _("Not subscribed")


class Channel(models.Model):
    """One account, mailbox, number or key of ours on a network.

    `key` is the unguessable part of its address for programs, /in/<key>. `sealed_secrets` is the
    vault's ciphertext of a JSON object. Without a `brand` the workspace's default one holds.
    Envelopes are kept `keep_raw_days` after their ending. `trouble` is a marked sentence, filled
    from `trouble_facts`. One that `is_sample` never reaches a network: nobody listens to it, and what
    is sent there goes to nobody.

    `account_id` is the network's own id of our account, and `found` what the network says of it (`find_out`).
    `subscription` says whether the network delivers to us, as it was proved last. Keys that end do so at
    `tokens_end_at`; the last warning was given `warned_days` before. `daily_budget` is in millionths of a
    US dollar; `budget_spent_on` is the last day on which it was used up. What was written up to
    `backfill_days` before it was connected is heard too.
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
    account_id = models.CharField(max_length=200, blank=True, default="")
    found = models.JSONField(default=dict)
    found_at = models.DateTimeField(null=True, blank=True)
    subscription = models.CharField(max_length=8, choices=Subscription, blank=True, default="")
    subscription_checked_at = models.DateTimeField(null=True, blank=True)
    subscription_message = models.CharField(max_length=300, blank=True, default="")
    subscription_advice = models.CharField(max_length=300, blank=True, default="")
    subscription_facts = models.JSONField(default=dict)
    tokens_end_at = models.DateTimeField(null=True, blank=True)
    tokens_got_at = models.DateTimeField(null=True, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)
    refreshing_until = models.DateTimeField(null=True, blank=True)
    refresher = models.CharField(max_length=32, blank=True, default="")
    last_polled_at = models.DateTimeField(null=True, blank=True)
    daily_budget = models.PositiveBigIntegerField(null=True, blank=True)
    budget_spent_on = models.DateField(null=True, blank=True)
    backfill_days = models.PositiveSmallIntegerField(default=30)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="channel_name_once_per_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "account_id"],
                condition=~Q(account_id=""),
                name="channel_account_once_per_workspace",
            ),
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


class Polling(models.Model):
    """When a channel is asked next for what is new, and which worker is asking just now."""

    channel = models.OneToOneField(
        Channel, on_delete=models.CASCADE, primary_key=True, related_name="polling"
    )
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    poller = models.CharField(max_length=64, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    polled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="polling_due")]


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


class Bucket(models.Model):
    """What was used of one budget of a channel lately: counts by the number of their slot of time.

    `version` rises with every change, so that processes which count at once never lose a use.
    `closed_until` is when the network, having said that it is too much, is asked again.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="buckets")
    name = models.CharField(max_length=40)
    used = models.JSONField(default=dict)
    version = models.PositiveBigIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "name"], name="bucket_once_per_budget"),
        ]


class Price(models.Model):
    """What one use of a network costs in this workspace, where that is not what its connector says."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="prices")
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=40)
    micro_dollars = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "name"], name="price_once_per_use"),
        ]


class Spending(models.Model):
    """How often something that costs was used by a channel on a day (UTC), at the prices of its moments."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="spendings")
    on = models.DateField()
    name = models.CharField(max_length=40)
    count = models.PositiveBigIntegerField(default=0)
    micro_dollars = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "on", "name"], name="spending_once_per_day"),
        ]
