"""What may not be done often: counted in the database, so that it holds on every node and over restarts.

Each page that counts says how many: grep `count_try`. Sign-in has a limit of its own (AXES_ in settings).
"""

from datetime import timedelta

from allears.foundation.clock import now
from allears.foundation.workspaces.errors import TooManyTries
from allears.foundation.workspaces.models import Try
from allears.foundation.workspaces.tokens import hash_of

KEPT_FOR = timedelta(days=1)


def count_try(what: str, by: str, at_most: int, within: timedelta = timedelta(hours=1)) -> None:
    """Count one try at something by someone. Raise TooManyTries above so many within that time."""
    key = hash_of(f"{what}:{by}")
    if Try.objects.filter(key_hash=key, at__gt=now() - within).count() >= at_most:
        raise TooManyTries
    Try.objects.filter(at__lt=now() - KEPT_FOR).delete()
    Try.objects.create(key_hash=key, at=now())
