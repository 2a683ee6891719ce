"""What may stand in a visitor's way. Each docstring is the sentence they read."""

from allears.foundation.errors import AllEarsError, NotAllowed, NotValid


class UnknownVisitor(AllEarsError):
    """This device is not known here any more. Open the chat again."""

    status = 401


class WrongSignature(NotAllowed):
    """The signature of this identity is wrong."""


class LineIsEmpty(NotValid):
    """Write something, or add a file."""


class LineIsTooLong(NotValid):
    """This is too long for one message. Please send it in parts."""


class NoSuchFile(NotValid):
    """A file of this message is not here any more. Please add it again."""


class FileIsTooLarge(AllEarsError):
    """This file is too large."""

    status = 413


class FileNotTaken(NotValid):
    """Files of this kind are not taken. Send a picture, a document or an archive."""


class NotAnAddress(NotValid):
    """This is not an e-mail address."""


class NothingToSend(NotValid):
    """There is nothing to send yet."""


class NoWayToMail(AllEarsError):
    """Mail can't be sent from here just now."""
