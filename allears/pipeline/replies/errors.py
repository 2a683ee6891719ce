"""States that stand in the way of a reply."""

from allears.foundation.errors import AllEarsError, NotValid


class ReplyIsEmpty(NotValid):
    """A reply needs words, or a file."""


class CannotReply(AllEarsError):
    """This can't be answered from here."""


class TextTooLong(NotValid):
    """The text is too long for this network."""


class FilesNotTaken(NotValid):
    """The network does not take these files."""


class NotPossible(AllEarsError):
    """The network does not allow this for this message."""


class DeedUnderWay(AllEarsError):
    """Something is being done to this message just now. Wait a moment."""


class ReasonForDeedNeeded(NotValid):
    """Say why: it is kept with what you hide or delete."""


class SomeoneAnswered(AllEarsError):
    """A colleague answered since you opened this."""


class TooLateToUndo(AllEarsError):
    """It is already on its way and can't be taken back."""


class NotRefused(AllEarsError):
    """It is no longer waiting for your decision."""


class FileTooLarge(NotValid):
    """This file is larger than 25 MB, which most networks refuse."""


class UnknownVariable(NotValid):
    """There is no such variable."""


class ShortcutTaken(NotValid):
    """Another saved reply has this shortcut already."""


class SavedReplyIsEmpty(NotValid):
    """A saved reply needs a title and words."""


class HasGaps(NotValid):
    """Something is still to be filled in."""
