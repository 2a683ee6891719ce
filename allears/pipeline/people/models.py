from django.db import models

from allears.foundation.workspaces.models import Member, Workspace


class Customer(models.Model):
    """A person who needs us."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(max_length=200)
    first_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """A customer on one network. `realm` separates ids that are only unique within one channel.

    `language` and `time_zone` (an IANA name) are what the network last said of the person, "" if nothing.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    network = models.CharField(max_length=24)
    realm = models.CharField(max_length=24, default="")
    external_id = models.CharField(max_length=320)
    name = models.CharField(max_length=200, default="")
    handle = models.CharField(max_length=200, default="")
    address = models.CharField(max_length=320, default="")
    language = models.CharField(max_length=16, default="")
    time_zone = models.CharField(max_length=64, default="")
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "network", "realm", "external_id"], name="identity_once_per_network"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.handle or self.external_id


class CustomerNote(models.Model):
    """Words about a person, for members only. They hang on the customer, and no path leads from here outside."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    text = models.TextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)


class CustomerMerge(models.Model):
    """Two customers made one by a person. The absorbed one's row is gone; what it was, and the ids of all that
    moved, by table, are kept here, so that it can be undone. Conversations above `last_conversation_id` came after."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    survivor = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    absorbed_id = models.BigIntegerField()
    absorbed_name = models.CharField(max_length=200)
    absorbed_first_seen_at = models.DateTimeField()
    moved = models.JSONField(default=dict)
    last_conversation_id = models.BigIntegerField()
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "absorbed_id"], name="customer_merge_of_absorbed")]
