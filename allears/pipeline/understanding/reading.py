"""What understanding makes of a text: plain values that know no table, no request and no setting.

A `Text` goes in, a `Reading` comes out. Chances are between 0 and 1; "not sure" is an answer. They are named tuples,
built in under half the time of frozen dataclasses. Members of enumerations hash as the strings that they equal: in a
tenth of the time that `Enum` takes, and either can be looked up by the other.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Sentiment(StrEnum):
    """How its author feels about what they write of."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNSURE = "unsure"

    __hash__ = str.__hash__


class Intent(StrEnum):
    """What its author wants of us with it.

    A complaint says that something is wrong, with or without a question. A request asks us to do something,
    a question asks us to tell something. Praise only praises. Chatter wants nothing of us.
    """

    QUESTION = "question"
    COMPLAINT = "complaint"
    REQUEST = "request"
    PRAISE = "praise"
    CHATTER = "chatter"
    SPAM = "spam"
    UNSURE = "unsure"

    __hash__ = str.__hash__


class Urgency(IntEnum):
    """How soon it matters, by what is said alone; how long somebody waits already is another matter."""

    LOW = 0  # nobody waits for anything
    NORMAL = 1
    HIGH = 2  # today: somebody is stuck, or about to leave us
    CRITICAL = 3  # now: danger, money going, many people hit


class Advice(StrEnum):
    """Whether to step in (Z5)."""

    STEP_IN = "step_in"
    WATCH = "watch"
    LEAVE = "leave"

    __hash__ = str.__hash__


class PersonalKind(StrEnum):
    """What a piece of personal data is. An order number is told apart and is never masked."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    PASSPORT = "passport"
    ORDER = "order"

    __hash__ = str.__hash__


class Text(NamedTuple):
    """A text to read, and what is known of where it stands. None: not known.

    `is_addressed`: it names us, answers us, or stands under a post of ours. `is_among_others`: it answers
    somebody who is not us. `names`: what we are called (brands, handles), as people would write it.
    `languages` and `countries` (ISO 639-1, ISO 3166-1): where we are at home, so they are expected sooner,
    and telephone numbers of there are known without a country code. `can_help`: how well something of ours
    answers it (0..1, see helping.py), None when nothing was found or nobody looked.
    """

    text: str
    is_private: bool = False
    is_addressed: bool | None = None
    is_among_others: bool = False
    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    can_help: float | None = None


class Personal(NamedTuple):
    """A piece of personal data: characters `start` to `end` of the text as it was given."""

    kind: PersonalKind
    start: int
    end: int


class Reason(NamedTuple):
    """Why the advice is as it is: a `code` that screens have words for, and how sure it is (0..1).

    `speaks_for`: the advice it speaks for.
    """

    code: str
    speaks_for: Advice
    chance: float = 1.0


class Reading(NamedTuple):
    """What was made of one text.

    `version` names the models it was made by. `language` is an ISO 639-1 code, "" when it can't be told.
    `sentiment_chances` are negative, neutral, positive. `asks`: an answer is asked for. `urgency_chance` says how
    sure the urgency is. `is_praise`: praise that asks nothing (Z4), with no complaint hidden in it. `is_sensitive`:
    grief, health, politics and the like. `sketch` is its signature for near-copies, "" when it is too short for one.
    """

    version: str
    language: str = ""
    language_chance: float = 0.0
    sentiment: Sentiment = Sentiment.UNSURE
    sentiment_chances: tuple[float, float, float] = (0.0, 0.0, 0.0)
    intent: Intent = Intent.UNSURE
    intent_chances: Mapping[Intent, float] = MappingProxyType({})
    asks: bool = True
    asks_chance: float = 0.5
    urgency: Urgency = Urgency.NORMAL
    urgency_chance: float = 0.5
    is_praise: bool = False
    is_sensitive: bool = False
    advice: Advice = Advice.WATCH
    reasons: tuple[Reason, ...] = ()
    personal: tuple[Personal, ...] = ()
    sketch: bytes = b""
