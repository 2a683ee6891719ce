"""What can go wrong between us and a network. Each docstring is the sentence a person reads."""

from datetime import datetime


class ConnectorError(Exception):
    """The network and All Ears did not understand each other."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.__doc__ or "")
        self.detail = detail


class Unreadable(ConnectorError):
    """What arrived could not be read; it is kept as it came."""


class Unverified(ConnectorError):
    """The signature is missing or wrong, so nothing was taken in."""


class Refused(ConnectorError):
    """The network refused it for good. Change it, or answer another way."""


class Unreachable(ConnectorError):
    """The network did not answer. All Ears tries again by itself."""


class SlowDown(ConnectorError):
    """The network asks us to slow down. All Ears goes on by itself as soon as it may."""

    def __init__(self, until: datetime, detail: str = "") -> None:
        super().__init__(detail)
        self.until = until


class Disconnected(ConnectorError):
    """The network no longer accepts our keys. Connect the channel again."""


class Unknown(ConnectorError):
    """It may or may not have been sent. Look before sending again."""
