"""States that stand in the way of thanking, and of showing praise to others."""

from allears.foundation.errors import AllEarsError, NotValid


class NotPraise(AllEarsError):
    """These words are not read as praise that asks nothing. Answer them yourself."""


class NoThanksLeft(AllEarsError):
    """Every thank-you that is not used up here has been said already. Write one yourself."""


class HowTheyAgreedNeeded(NotValid):
    """Say how they agreed to be quoted: where, and in which words."""


class NotOnTheWall(AllEarsError):
    """This is not on the wall."""
