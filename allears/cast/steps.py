"""What a story is made of, and when each step of it happened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from allears.cast.people import Colleague, Person

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LENGTH = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m?)?")
_WEEKDAY = re.compile(r"(\d+)w (\w{3}) (\d+):(\d\d)")
_LATER = re.compile(r"\+(\d+)d (\d+):(\d\d)")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `by` is nobody when the customer did it; `how` is what stands behind the verb.

    `when` is how long ago ("1d3h10"), a weekday of some weeks ago ("2w tue 14:05"), or how long after
    the step before ("+35m", "+1d 09:10").
    """

    when: str
    by: Colleague | None
    does: str
    how: str = ""
    text: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation. `via` is the key of a channel; `below` that of the public story it was written under."""

    key: str
    by: Person
    via: str
    steps: tuple[Step, ...]
    subject: str = ""
    below: str = ""

    def id_of(self, number: int) -> str:
        """Name the customer's message of that number as its network would."""
        return f"{self.key}-{number}"

    def number_of(self, step: Step) -> int:
        """Say which of the customer's messages a step is, from 1."""
        return [one for one in self.steps if one.by is None].index(step) + 1


def moments_of(story: Story, at: datetime, zone: ZoneInfo) -> list[datetime]:
    """Say when each step of a story happened, `at` being now and `zone` the customers' clock.

    A story that would reach into the future happened a week earlier.
    """
    found = list(_moments(story, at.astimezone(zone)))
    while found[-1] >= at:
        found = [moment - timedelta(days=7) for moment in found]
    assert all(one <= other for one, other in pairwise(found)), story.key
    return found


def _moments(story: Story, at: datetime) -> Iterator[datetime]:
    before = at
    for step in story.steps:
        before = _moment(step.when, at, before)
        yield before


def _moment(when: str, at: datetime, before: datetime) -> datetime:
    if weekday := _WEEKDAY.fullmatch(when):
        weeks, day, hour, minute = weekday.groups()
        back = (at.weekday() - DAYS.index(day) - 1) % 7 + 1 + 7 * (int(weeks) - 1)
        return _on(at.date() - timedelta(days=back), hour, minute, at)
    if later := _LATER.fullmatch(when):
        days, hour, minute = later.groups()
        return _on(before.date() + timedelta(days=int(days)), hour, minute, at)
    if when.startswith("+"):
        return before + _length(when[1:])
    return at - _length(when)


def _on(day: date, hour: str, minute: str, at: datetime) -> datetime:
    return datetime.combine(day, time(int(hour), int(minute)), at.tzinfo)


def _length(text: str) -> timedelta:
    found = _LENGTH.fullmatch(text)
    assert found, text
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
