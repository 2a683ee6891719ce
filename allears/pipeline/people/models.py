from django.db import models

from allears.foundation.workspaces.models import Workspace


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
