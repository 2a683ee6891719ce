from django.db import models

from allears.foundation.workspaces.models import Member, Workspace


class Customer(models.Model):
    """A person who needs us."""

    PERSONAL_NAMES = ("name",)

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(max_length=200)
    first_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """A customer on one network. `realm` separates ids that are only unique within one channel.

    What stands here is what the network last said of the person, "" if nothing; `time_zone` is an IANA name,
    `followers` is empty where it was not told.
    """

    PERSONAL_NAMES = ("name", "handle", "address", "external_id", "url")

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
    url = models.CharField(max_length=1000, default="")
    picture_url = models.CharField(max_length=2000, default="")
    followers = models.PositiveBigIntegerField(null=True)
    is_verified = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "network", "realm", "external_id"], name="identity_once_per_network"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.handle or self.external_id


class IdentityName(models.Model):
    """Another id by which a network knows an identity: a phone number beside a user id, or one they had before."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="names")
    network = models.CharField(max_length=24)
    realm = models.CharField(max_length=24, default="")
    external_id = models.CharField(max_length=320)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "network", "realm", "external_id"], name="identity_name_once_per_network"
            ),
        ]


class SamePersonHint(models.Model):
    """A strong sign that two identities are one person, though they are of different customers.

    `one` is the older identity. `reason` is a marked sentence, filled from `reason_facts`. Nothing is merged
    because of it: a person decides. Once somebody said that they are two, it is not suggested again.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    one = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    reason_facts = models.JSONField(default=dict)
    noted_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="same_person_hint_once"),
        ]


class IdentityKey(models.Model):
    """A sign by which an identity may be known elsewhere (likeness.py); an empty one says that it was looked at."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "key"], name="identity_key_once")]
        indexes = [
            models.Index(fields=["workspace", "key"], condition=~models.Q(key=""), name="identity_by_key")
        ]


class CustomerNote(models.Model):
    """Words about a person, for members only. They hang on the customer, and no path leads from here outside."""

    PERSONAL_TEXTS = ("text",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    text = models.TextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)


class CustomerMerge(models.Model):
    """Two customers made one by a person. The absorbed one's row is gone; what it was, and the ids of all that
    moved, by table, are kept here, so that it can be undone. Conversations above `last_conversation_id` came after."""

    PERSONAL_NAMES = ("absorbed_name",)

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
