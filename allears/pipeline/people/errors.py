"""States that stand in the way of knowing people."""

from allears.foundation.errors import AllEarsError, NotValid


class SameCustomer(NotValid):
    """This is one and the same customer already."""


class MergeUndone(AllEarsError):
    """These two are apart already."""


class CustomerNameNeeded(NotValid):
    """A customer needs a name."""


class NoteNeedsWords(NotValid):
    """A note needs words."""
