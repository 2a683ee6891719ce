"""What can stand in the way of getting in, or of changing who is in."""

from allears.foundation.errors import AllEarsError, NotAllowed, NotValid


class AlreadySetUp(AllEarsError):
    """All Ears is already set up. Sign in, or ask its owner for an invitation."""


class InvitationNotOpen(AllEarsError):
    """This invitation was used, withdrawn or has expired. Ask for a new one."""

    status = 410


class InvitationForSomeoneElse(AllEarsError):
    """This invitation is meant for another e-mail address. Sign in with that one."""

    status = 403


class ResetNotOpen(AllEarsError):
    """This link was used or has expired. Ask for a new one."""

    status = 410


class AlreadyMember(AllEarsError):
    """This person is already in your workspace. Look for them on the members page."""


class AccountExists(AllEarsError):
    """There is an account with this e-mail address already. Sign in with it."""


class LastOwner(AllEarsError):
    """A workspace needs an owner. Make someone else an owner first."""


class NotYourself(AllEarsError):
    """You can't do this to yourself. Ask another owner or administrator."""


class RoleAboveYours(NotAllowed):
    """You can't give a role above your own, nor change someone who has one."""


class BelongsElsewhereToo(NotAllowed):
    """This person belongs to other workspaces too, so only they can reset their password."""


class NameTaken(NotValid):
    """There is one with this name already. Choose another name."""


class WrongPassword(NotValid):
    """This is not your present password."""


class TeamIsPrivate(AllEarsError):
    """Open this team to everyone first: without the team, everyone would see what it handled in private."""


class DefaultBrandStays(AllEarsError):
    """The default brand stays: channels without one of their own show it. Make another the default first."""


class BrandNotValid(NotValid):
    """The hours, the colour or the time zone of this brand can't be read."""


class TooManyTries(AllEarsError):
    """That was too often in a short time. Wait a while, then try again."""

    status = 429
