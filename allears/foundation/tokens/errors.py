"""What stands in the way of a program."""

from allears.foundation.errors import AllEarsError, NotValid


class TokenNotGood(AllEarsError):
    """This token is missing, unknown, revoked or expired, or its member has left. Send a good one."""

    status = 401


class TokenNameMissing(NotValid):
    """Say what the token is for: a name tells you later which program to look at."""


class KeyUsedBefore(NotValid):
    """This idempotency key came with another request before. Use a new key for each new request."""
