"""What may stand in the way of taking something in."""

from allears.foundation.errors import AllEarsError


class NotADeadLetter(AllEarsError):
    """This envelope was read in the meantime, so there is nothing left to do here."""


class EnvelopeGone(AllEarsError):
    """The bytes of this envelope are no longer kept, so it can't be read again."""
