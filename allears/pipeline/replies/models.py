from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Brand, Member, Workspace
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation, Message


class DraftKind(models.TextChoices):
    """What the draft will become."""

    REPLY = "reply", _("Reply")
    PRIVATE = "private", _("Private message")
    NOTE = "note", _("Note")


class Draft(models.Model):
    """What a member is writing in a conversation, kept while they type; with the ids of saved replies in it."""

    PERSONAL_TEXTS = ("text",)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=DraftKind, default=DraftKind.REPLY)
    text = models.TextField()
    saved_replies = models.JSONField(default=list)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "member", "kind"], name="draft_once_per_member"),
        ]


class DraftFile(models.Model):
    """A file waiting in a draft."""

    PERSONAL_TEXTS = ("name",)

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)


class DispatchState(models.TextChoices):
    """Where a reply is on its way out."""

    HELD = "held", _("Held for undo")
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unknown")
    CANCELLED = "cancelled", _("Taken back")


class Dispatch(models.Model):
    """A row of the outbox: one message on its way to one network, sent at most once.

    `idempotency_key` makes a reply posted twice one reply. `trouble` is a marked sentence, filled from
    `trouble_facts`. `before` remembers the conversation's status and assignee, for
    undo, and the ids of the saved replies in it, to be counted when it was sent. `template` is the approved
    message it is, with what goes into its gaps, empty for free words (as FilledTemplate). `delivered_at` and
    `read_at` are what the network told of it afterwards, if it tells.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="dispatches")
    message = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="dispatch")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    idempotency_key = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=DispatchState)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    look_ups = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_by_person = models.BooleanField(default=True)
    template = models.JSONField(default=dict)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "idempotency_key"], name="dispatch_once_per_idempotency_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["held", "waiting", "sending", "unknown"]),
                name="dispatch_due",
            ),
            models.Index(fields=["workspace", "state", "id"], name="dispatch_by_state"),
        ]


class DeedKind(models.TextChoices):
    """What is done to an item without words."""

    LIKE = "like", _("Like")
    UNLIKE = "unlike", _("Take the like back")
    HIDE = "hide", _("Hide")
    UNHIDE = "unhide", _("Show again")
    DELETE = "delete", _("Delete")


class DeedState(models.TextChoices):
    """How far a deed is."""

    WAITING = "waiting", _("Waiting")
    DOING = "doing", _("Under way")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class ItemDeed(models.Model):
    """Something a member has done to an item on its network, without words: twice is the same as once.

    Hiding and deleting have a `reason` (see actions/deeds.py) and `words` of the member's own where that says
    "other"; `kept_text` is what stood there then. `trouble` is a marked sentence, filled from `trouble_facts`.
    """

    PERSONAL_TEXTS = ("kept_text", "words")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deeds", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=DeedKind)
    emoji = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=16, default="")
    words = models.CharField(max_length=500, default="")
    kept_text = models.TextField(default="")
    state = models.CharField(max_length=7, choices=DeedState, default=DeedState.WAITING)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(state__in=["waiting", "doing"]),
                name="item_deed_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["waiting", "doing"]), name="item_deed_due"
            ),
            models.Index(fields=["message", "id"], name="item_deed_of_message"),
        ]


class TemplateShelf(models.Model):
    """The messages that a channel's network has approved, as they were last listed (`found`: Templates)."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="+")
    found = models.JSONField(default=list)
    listed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)


class EarlyReceipt(models.Model):
    """What became of a message of ours, told before the network had told us what it calls that message."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=300)
    state = models.CharField(max_length=9)
    at = models.DateTimeField()
    trouble = models.CharField(max_length=300, default="")
    trouble_facts = models.JSONField(default=dict)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id", "state"], name="early_receipt_once"),
        ]


class SavedReply(models.Model):
    """Words to answer with again, {{ variables }} among them. It serves one brand and language, or any; with
    an owner it is only theirs. `is_thanks`: it may answer praise at one key (see pipeline/praise). `used_count`
    counts the answers that went out with it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey(
        Brand, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    language = models.CharField(max_length=8, default="")
    title = models.CharField(max_length=120)
    shortcut = models.CharField(max_length=32, default="")
    text = models.TextField()
    is_thanks = models.BooleanField(default=False)
    used_count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "language",
                "shortcut",
                Coalesce("brand", 0),
                Coalesce("owner", 0),
                condition=~Q(shortcut=""),
                name="saved_reply_shortcut_once",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "owner"], name="saved_reply_of_workspace")]

    def __str__(self) -> str:
        return self.title
