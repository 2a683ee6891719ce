from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Workspace
from allears.pipeline.conversations.models import Conversation, Message


class Use(models.TextChoices):
    """What the model is asked for."""

    SUMMARY = "summary", _("Summary")
    DRAFT = "draft", _("Draft of a reply")
    TRANSLATION = "translation", _("Translation")


class LanguageModel(models.Model):
    """The service of a workspace, reached at `address`, with the name of its model.

    `key` binds its sealed key in the vault. `uses` are those that are switched on. Prices are micro-dollars for a
    million tokens, in and out; a budget of none is no limit.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=500)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=32, unique=True)
    sealed_key = models.TextField(default="", blank=True)
    is_on = models.BooleanField(default=True)
    uses = models.JSONField(default=list)
    price_in = models.PositiveBigIntegerField(default=0)
    price_out = models.PositiveBigIntegerField(default=0)
    daily_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    monthly_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    daily_micro_dollars = models.PositiveBigIntegerField(null=True, blank=True)
    monthly_micro_dollars = models.PositiveBigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def serves(self, use: str) -> bool:
        """Say whether it may be asked for this."""
        return self.is_on and use in self.uses

    def cost(self, tokens_in: int, tokens_out: int) -> int:
        """Return micro-dollars, rounded up, so that what is counted is never too little."""
        return -(-(tokens_in * self.price_in + tokens_out * self.price_out) // 1_000_000)


class Spending(models.Model):
    """What the model of a workspace was asked on one day (UTC): calls, tokens in and out, and their price."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    on = models.DateField()
    calls = models.PositiveBigIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    micro_dollars = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "on"], name="model_spending_once_a_day"),
        ]


class SuggestionState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("Waiting")
    WRITING = "writing", _("Being written")
    DONE = "done", _("Written")
    FAILED = "failed", _("Failed")


class Suggestion(models.Model):
    """One thing the model was asked for. `message` is set for a translation, into `language`.

    `seen_message_id` was the newest message then. `text` is as it came back, with what was held back put in again;
    `trouble` is a marked sentence, filled from `trouble_facts`. `is_taken`: somebody put it into their reply.
    Tokens are estimated when the call begins, and counted when it has ended.
    """

    PERSONAL_TEXTS = ("text",)

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    use = models.CharField(max_length=11, choices=Use)
    language = models.CharField(max_length=8, default="")
    state = models.CharField(max_length=7, choices=SuggestionState, default=SuggestionState.WAITING)
    asked_by = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seen_message_id = models.BigIntegerField()
    text = models.TextField(default="")
    is_cut = models.BooleanField(default=False)
    is_taken = models.BooleanField(default=False)
    model = models.CharField(max_length=200, default="")
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    micro_dollars = models.PositiveBigIntegerField(default=0)
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "use"],
                condition=Q(state__in=["waiting", "writing"], message__isnull=True),
                name="suggestion_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["message", "language"],
                condition=Q(state__in=["waiting", "writing"], message__isnull=False),
                name="translation_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="suggestion_of_conversation"),
            models.Index(fields=["message", "id"], name="suggestion_of_message"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "writing"]),
                name="suggestion_under_way",
            ),
        ]

    @property
    def is_under_way(self) -> bool:
        return self.state in {SuggestionState.WAITING, SuggestionState.WRITING}

    @property
    def is_done(self) -> bool:
        return self.state == SuggestionState.DONE
