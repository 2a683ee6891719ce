"""What may stand in the way of connecting a channel."""

from allears.foundation.errors import AllEarsError, NotValid


class NoSuchNetwork(NotValid):
    """There is no connector of that kind."""


class FieldMissing(NotValid):
    """Something needed to connect is missing."""


class ChannelNameTaken(AllEarsError):
    """Another channel of this workspace has that name."""
