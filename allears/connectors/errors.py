"""What can go wrong between us and a network. Each docstring is the sentence a person reads.

`detail` says more, as a marked sentence (see words.py) whose %(name)s come from `facts`; what the
network itself said goes to `raw`, which is for the log and never for a person.
"""

from datetime import datetime


class ConnectorError(Exception):
    """The network and All Ears did not understand each other."""

    def __init__(self, detail: str = "", *, raw: str = "", **facts: str) -> None:
        self.detail = detail or (self.__doc__ or "")
        self.facts = facts
        self.raw = raw
        super().__init__(self.detail % facts if facts else self.detail)


class Unreadable(ConnectorError):
    """What arrived could not be read; it is kept as it came."""


class Unverified(ConnectorError):
    """The signature is missing or wrong, so nothing was taken in."""


class Refused(ConnectorError):
    """The network refused it for good. Change it, or answer another way."""


class Unreachable(ConnectorError):
    """The network did not answer."""


class SlowDown(ConnectorError):
    """The network asks us to slow down."""

    def __init__(self, until: datetime, detail: str = "", *, raw: str = "", **facts: str) -> None:
        super().__init__(detail, raw=raw, **facts)
        self.until = until


class Disconnected(ConnectorError):
    """The network no longer accepts our keys. Connect the channel again."""


class Unknown(ConnectorError):
    """It may or may not have been sent. Look before sending again."""


class Expired(Disconnected):
    """The network says that our keys have ended; All Ears renews them and tries again."""
