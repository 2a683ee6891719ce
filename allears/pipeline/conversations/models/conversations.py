from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Team, Workspace
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models.posts import Post
from allears.pipeline.people.models import Customer, Identity


class Status(models.TextChoices):
    """Where a conversation stands."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class Priority(models.IntegerChoices):
    """How soon, from the most urgent."""

    URGENT = 0, _("Urgent")
    HIGH = 1, _("High")
    NORMAL = 2, _("Normal")
    LOW = 3, _("Low")


class Visibility(models.TextChoices):
    """Who else can see it."""

    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")


class Conversation(models.Model):
    """One customer, one matter, one clock.

    `waiting_since` is when the first customer message still unanswered was written.
    `queue_position` orders queues: urgent first, then longest waiting, then newest of those
    who do not wait (see positions.py). `preview` is the newest message, ready to show.
    `answered_elsewhere_at` is when our newest words were written that we only heard on the network:
    what a customer wrote before them is answered, however late it arrives. `language` to `copies` are what
    the customer's words since they wait were read as (see readings.py), and `matter_position` orders by that.
    """

    PERSONAL_TEXTS = ("subject", "preview")
    PERSONAL_NAMES = ("customer_name",)

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.NEW)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    is_spam = models.BooleanField(default=False)
    subject = models.CharField(max_length=300, default="")
    preview = models.CharField(max_length=200, default="")
    customer_name = models.CharField(max_length=200, default="")
    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    answered_elsewhere_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField()
    last_message_id = models.BigIntegerField(default=0)
    last_outbound_id = models.BigIntegerField(default=0)
    message_count = models.PositiveIntegerField(default=0)
    queue_position = models.BigIntegerField()
    language = models.CharField(max_length=8, default="")
    sentiment = models.CharField(max_length=8, default="")
    intent = models.CharField(max_length=10, default="")
    urgency = models.SmallIntegerField(default=1)
    asks = models.BooleanField(default=True)
    is_praise = models.BooleanField(default=False)
    advice = models.CharField(max_length=7, default="")
    has_personal = models.BooleanField(default=False)
    copies = models.BigIntegerField(default=0)
    matter_position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["solved", "closed"], solved_at__isnull=False)
                | (~Q(status__in=["solved", "closed"]) & Q(solved_at__isnull=True)),
                name="conversation_solved_at_iff_solved",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "queue_position", "id", "assignee", "team"],
                condition=Q(status__in=["new", "open"]),
                name="conversation_queue",
            ),
            models.Index(
                fields=["workspace", "assignee", "queue_position", "id"],
                condition=Q(status__in=["new", "open"]),
                name="conversation_queue_of_member",
            ),
            models.Index(
                fields=["workspace", "status", "last_message_at", "id", "assignee", "team"],
                name="conversation_by_status",
            ),
            models.Index(
                fields=["workspace", "last_message_at", "id", "team"], name="conversation_by_recency"
            ),
            models.Index(
                fields=["workspace", "matter_position", "id", "assignee", "team"],
                condition=Q(status__in=["new", "open"]),
                name="conversation_by_matter",
            ),
            models.Index(
                fields=["workspace", "queue_position", "id", "team"],
                condition=Q(status__in=["new", "open"], is_praise=True),
                name="conversation_of_praise",
            ),
            models.Index(fields=["copies", "id"], condition=Q(copies__gt=0), name="conversation_of_copies"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.id}"

    @property
    def is_open(self) -> bool:
        return self.status in {Status.NEW, Status.OPEN}

    @property
    def is_finished(self) -> bool:
        return self.status in {Status.SOLVED, Status.CLOSED}


class Thread(models.Model):
    """One exchange in one channel. `external_id` is the network's own name for it, if it has one.

    `starts_anew` marks one that a forward began: it names its ancestors, but is never joined to them.
    """

    PERSONAL_TEXTS = ("subject",)

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=300, default="")
    visibility = models.CharField(max_length=8, choices=Visibility)
    subject = models.CharField(max_length=300, default="")
    starts_anew = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=~Q(external_id=""),
                name="thread_once_per_channel",
            ),
        ]


class ThreadKey(models.Model):
    """A message id that was written in, or referred to from, a thread whose network has no thread ids."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="thread_key_once_per_channel"),
        ]


class Leg(models.Model):
    """A thread's part in a conversation. In public each identity has a leg of its own; `party` is the
    identity's id there, and 0 where a thread is private and so belongs to one conversation."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="legs", db_index=False)
    party = models.BigIntegerField(default=0)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="legs")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "party"], name="leg_once_per_party"),
        ]


class Direction(models.TextChoices):
    """From the customer, or from us."""

    IN = "in", _("Received")
    OUT = "out", _("Sent")


class Kind(models.TextChoices):
    """What sort of message it is."""

    MESSAGE = "message", _("Message")
    AUTO_REPLY = "auto_reply", _("Automatic reply")
    BOUNCE = "bounce", _("Delivery failure")
    INVITE = "invite", _("Invitation")


class Outcome(models.TextChoices):
    """How an inbound message ended; the empty one has not ended yet."""

    NONE = "", _("Waiting for an answer")
    ANSWERED = "answered", _("Answered")
    NO_REPLY_NEEDED = "no_reply_needed", _("No reply needed")
    MERGED = "merged", _("Merged")
    SPAM = "spam", _("Spam")
    HANDED_OVER = "handed_over", _("Handed over")
    WINDOW_EXPIRED = "window_expired", _("Window expired")


class Message(models.Model):
    """One message, in or out. `text` is what was newly written; the rest is folded in its MessageBody.

    `item` is what its network calls it (an ItemKind), `post` what it stands under, and `facts` what the
    connector wants to be told again of it. `deleted_by` is a Who. It waits since `waits_from`, where that is
    not when it was written: since it was changed after we had answered it.
    """

    PERSONAL_TEXTS = ("text", "outcome_reason")

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+", db_index=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    envelope_id = models.BigIntegerField(null=True)
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MESSAGE)
    visibility = models.CharField(max_length=8, choices=Visibility)
    external_id = models.CharField(max_length=300)
    in_reply_to = models.CharField(max_length=300, default="")
    text = models.TextField()
    has_more = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.NONE)
    outcome_reason = models.CharField(max_length=200, default="")
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.BigIntegerField(null=True)
    item = models.CharField(max_length=16, default="")
    url = models.CharField(max_length=1000, default="")
    facts = models.JSONField(default=dict)
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    waits_from = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.CharField(max_length=8, default="")
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="message_once_per_channel"),
            models.CheckConstraint(
                condition=Q(direction="in") | Q(outcome=""), name="message_outcome_only_inbound"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at__isnull=True)
                | (~Q(outcome="") & Q(outcome_at__isnull=False)),
                name="message_outcome_at_iff_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "sent_at", "id"], name="message_of_conversation"),
            models.Index(
                fields=["conversation", "sent_at"],
                condition=Q(direction="in", outcome=""),
                name="message_unanswered",
            ),
            models.Index(fields=["post", "sent_at"], condition=Q(post__isnull=False), name="message_of_post"),
        ]

    @property
    def is_inbound(self) -> bool:
        return self.direction == Direction.IN
