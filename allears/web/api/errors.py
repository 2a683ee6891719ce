"""What may be wrong with a request, before or beside what it asks for."""

from allears.foundation.errors import AllEarsError, NotValid


class NoSuchAddress(AllEarsError):
    """There is nothing at this address. The page at /api/docs lists every one there is."""

    status = 404


class MethodNotAllowed(AllEarsError):
    """This address does not know this method. The header Allow names those it knows."""

    status = 405


class LengthMissing(AllEarsError):
    """Say how long the body is, by a Content-Length header."""

    status = 411


class BodyTooLarge(AllEarsError):
    """A request may have at most 32 MB. Send fewer or smaller files."""

    status = 413


class NotJson(AllEarsError):
    """The body must be JSON, with the header Content-Type: application/json."""

    status = 415


class Malformed(AllEarsError):
    """This can't be read as JSON in UTF-8."""

    status = 400


class TooFast(AllEarsError):
    """This token has asked too often. Go on after the seconds that Retry-After names."""

    status = 429


class NotUnderstood(NotValid):
    """Something in this request needs another look; "errors" names what."""


class CursorNotKnown(NotValid):
    """This cursor is not one of ours, or belongs to another list. Begin again without it."""


class KeyNotGood(NotValid):
    """An idempotency key has 1 to 255 printable characters of ASCII."""


class FileNotGood(NotValid):
    """This file is not base64. Send its bytes in standard base64."""
