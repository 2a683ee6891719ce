from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from allears.foundation.business_time import Hours, parse_hours, round_the_clock
from allears.foundation.workspaces.colours import text_colour_on

TEAL = "#0f766e"


class Account(AbstractBaseUser):
    """A person who signs in, by e-mail address and password."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    theme = models.CharField(max_length=8, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="account_email_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Workspace(models.Model):
    """One company's walled garden. `has_samples` says that sample data are among its rows.

    `public_url` is where the internet reaches it, if not where the installation says.
    """

    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField()
    has_samples = models.BooleanField(default=False)
    public_url = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A face that a workspace shows: name, voice, signature, opening hours, colour. One is the default.

    `voice` tells agents in plain words how the brand speaks. `hours` and `holidays` are as `parse_hours`
    reads them, by the clock of `time_zone`. `colour` is "#rrggbb".
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="brands")
    name = models.CharField(max_length=120)
    voice = models.TextField(blank=True, default="")
    signature = models.TextField(blank=True, default="")
    colour = models.CharField(max_length=7, default=TEAL)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(default=round_the_clock)
    holidays = models.JSONField(default=list)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="brand_name_once_per_workspace"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(is_default=True), name="one_default_brand_per_workspace"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def colour_text(self) -> str:
        return text_colour_on(self.colour)

    def opening_hours(self) -> Hours:
        return parse_hours(self.hours, self.holidays, self.time_zone)


class Role(models.TextChoices):
    """What a member may do, from everything to only looking."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    LEAD = "lead", _("Lead")
    AGENT = "agent", _("Agent")
    OBSERVER = "observer", _("Observer")


class Member(models.Model):
    """A person in one workspace, with a role."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "account"], name="member_once_per_workspace"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_answer(self) -> bool:
        return self.role != Role.OBSERVER

    @property
    def may_see_personal(self) -> bool:
        """Whether personal data in messages is shown to them: whoever answers needs it."""
        return self.may_answer

    @property
    def may_lead(self) -> bool:
        return self.role in {Role.OWNER, Role.ADMIN, Role.LEAD}

    @property
    def may_administer(self) -> bool:
        return self.role in {Role.OWNER, Role.ADMIN}

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER


class Team(models.Model):
    """Members who share a queue. What a private team handles, only its members and administrators see."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    is_private = models.BooleanField(default=False)
    members = models.ManyToManyField(Member, through="TeamMember", related_name="teams")

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="team_name_once_per_workspace"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A member's place in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "member"], name="member_once_per_team"),
        ]


class Invitation(models.Model):
    """A place kept for someone, open until accepted, withdrawn or expired. Only the token's hash is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254, blank=True, default="")
    role = models.CharField(max_length=12, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class PasswordReset(models.Model):
    """A way back in for someone who forgot their password; used once. Only the token's hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class SignIn(models.Model):
    """One browser in which an account is, or was, signed in."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    session_hash = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")
    signed_in_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class Try(models.Model):
    """One try at something that may not be done often; `key_hash` says what and by whom. Gone after a day."""

    key_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key_hash", "at"], name="try_of_key")]
