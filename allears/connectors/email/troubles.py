"""What goes wrong on the way to a mail server, and at which step, so that a check can explain it."""

from enum import StrEnum

from allears.connectors.errors import Disconnected, Unreachable


class Step(StrEnum):
    """How far a connection got: each step needs those before it."""

    SETTINGS = "settings"
    FIND = "find"
    CONNECT = "connect"
    ENCRYPT = "encrypt"
    LOG_IN = "log_in"
    TALK = "talk"


class NoLine(Unreachable):
    """The mail server could not be reached. All Ears tries again by itself."""

    def __init__(
        self, detail: str = "", *, step: Step = Step.TALK, advice: str = "", raw: str = "", **facts: str
    ) -> None:
        super().__init__(detail, raw=raw, **facts)
        self.step = step
        self.advice = advice


class LineDropped(NoLine):
    """The mail server hung up or stopped answering. All Ears tries again by itself."""


class CommandRefused(NoLine):
    """The mail server did not do what it was asked. All Ears tries again by itself."""


class NoEntry(Disconnected):
    """The mail server does not let us in. Connect the channel again."""

    def __init__(
        self, detail: str = "", *, step: Step = Step.LOG_IN, advice: str = "", raw: str = "", **facts: str
    ) -> None:
        super().__init__(detail, raw=raw, **facts)
        self.step = step
        self.advice = advice
