from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.models import Member, Team, Workspace


class Order(models.TextChoices):
    """In which order a list stands."""

    WAITING = "waiting", _("Urgent first, then who waits longest")
    MATTERS = "matters", _("What matters most first, then who waits longest")
    NEWEST = "newest", _("Newest message first")
    OLDEST = "oldest", _("Oldest message first")


class Audience(models.TextChoices):
    """Who has a saved view in their rail."""

    ME = "me", _("Only me")
    TEAM = "team", _("My team")
    ALL = "all", _("Everyone")


class SavedView(models.Model):
    """A filter with a name and an order, kept in the rail of one member, of a team, or of everyone.

    `wanted` is a filter as `as_mapping` writes it; "me" in it is whoever looks.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    owner = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(max_length=4, choices=Audience, default=Audience.ME)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60)
    wanted = models.JSONField(default=dict)
    order = models.CharField(max_length=7, choices=Order, default=Order.WAITING)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="team", team__isnull=False)
                | (~Q(audience="team") & Q(team__isnull=True)),
                name="saved_view_team_iff_for_a_team",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]
        indexes = [models.Index(fields=["workspace", "audience", "position"], name="saved_view_in_rail")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Its name in addresses."""
        return f"view-{self.id}"
