"""What may stand in the way of connecting a channel."""

from allears.foundation.errors import AllEarsError, NotValid


class NoSuchNetwork(NotValid):
    """There is no connector of that kind."""


class FieldMissing(NotValid):
    """Something needed to connect is missing."""


class ChannelNameTaken(AllEarsError):
    """Another channel of this workspace has that name."""


class AlreadyConnected(AllEarsError):
    """This account is connected already, as a channel of this workspace. Connect that one again instead."""

    channel_id: int

    def __init__(self, channel_id: int) -> None:
        super().__init__()
        self.channel_id = channel_id


class AnotherAccount(AllEarsError):
    """These keys belong to another account. Connect that one as a channel of its own."""
