"""States that stand in the way of doing something with a conversation."""

from allears.foundation.errors import AllEarsError, NotValid


class StillUnanswered(AllEarsError):
    """The customer still waits for an answer. Answer, or say why no reply is needed."""


class NothingToEnd(AllEarsError):
    """Nothing here waits for an answer any more."""


class NoteIsEmpty(NotValid):
    """A note needs words."""


class ReasonNeeded(NotValid):
    """Say why no reply is needed."""


class NoSuchStatus(NotValid):
    """There is no such status."""


class NoSuchPriority(NotValid):
    """There is no such priority."""
