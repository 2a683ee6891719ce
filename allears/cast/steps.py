"""What a story is made of: each step so many minutes ago."""

from dataclasses import dataclass
from typing import Literal

from allears.cast.people import Colleague, Person
from allears.pipeline.conversations.models import Priority

HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Says:
    """The customer writes. `quotes` is what their mail program put below."""

    ago: int
    text: str
    quotes: str = ""
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """A colleague answers, and it is sent. `then` is "solve", "wait", "hold" or ""."""

    ago: int
    by: Colleague
    text: str
    then: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """A colleague writes a note."""

    ago: int
    by: Colleague
    text: str


@dataclass(frozen=True, slots=True)
class Takes:
    """A colleague takes the conversation."""

    ago: int
    by: Colleague


@dataclass(frozen=True, slots=True)
class Raises:
    """A colleague sets how soon it matters."""

    ago: int
    by: Colleague
    priority: Priority


@dataclass(frozen=True, slots=True)
class NeedsNoReply:
    """A colleague says that nothing need be said, and why."""

    ago: int
    by: Colleague
    reason: str


@dataclass(frozen=True, slots=True)
class IsSpam:
    """A colleague calls it spam."""

    ago: int
    by: Colleague


Step = Says | Answers | Notes | Takes | Raises | NeedsNoReply | IsSpam
Way = Literal["mail", "app", "square"]


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation. `via` is the mailbox, the chat of the app (private) or the town square (public);
    `below` is the key of the public story under which this one was written."""

    key: str
    by: Person
    via: Way
    steps: tuple[Step, ...]
    subject: str = ""
    below: str = ""
