"""Business time: when a brand is open, and how much of a length of time that was.

Pure Python over zoneinfo. Intervals are told by the clock on the wall and belong to the day they begin on;
one whose end is not after its beginning goes on past midnight. On a holiday nothing is open and nothing
opens. A moment that the clocks skip is the moment of the change; of one that comes twice the first counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
FURTHEST = date(2400, 1, 1)
IDLE = 15_000  # days: a Sunday on 29 February may be forty years away
ENDLESS = timedelta(days=400)  # what is open for longer than this never closes, for all anyone cares
SECOND = timedelta(seconds=1)

_INTERVAL = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?\s*[-\u2013\u2014]\s*(\d{1,2})(?:[:.h](\d\d))?")
_DAY_OFF = re.compile(r"(?:(\d{4})-)?(\d\d)-(\d\d)")

Opening = tuple[datetime, datetime]


class HoursNotValid(ValueError):
    """These are no opening hours."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of a day, in minutes since its midnight; one that ends the next day ends above 1,440."""

    since: int
    until: int

    def __str__(self) -> str:
        return f"{_clock(self.since)}-{_clock(self.until - DAY if self.until > DAY else self.until)}"


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: the intervals of each weekday (Monday first), the days off, and whose clock is meant.

    `yearly` are days off in every year, as (month, day).
    """

    week: tuple[tuple[Interval, ...], ...]
    zone: ZoneInfo
    holidays: frozenset[date] = field(default_factory=frozenset)
    yearly: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def is_open(self, at: datetime) -> bool:
        """Say whether it is open at a moment."""
        first = next(self.openings_from(at), None)
        return first is not None and first[0] <= at

    def is_holiday(self, on: date) -> bool:
        """Say whether a day is one off."""
        return on in self.holidays or (on.month, on.day) in self.yearly

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when it opens: `at` itself if it is open then, None if it never opens again."""
        first = next(self.openings_from(at), None)
        return max(first[0], at.astimezone(UTC)) if first else None

    def next_closing(self, at: datetime) -> datetime | None:
        """Return when the present or next opening ends; None if there is none, or it goes on for years."""
        end: datetime | None = None
        begin: datetime | None = None
        for since, until in self.openings_from(at):
            if end is not None and since > end:
                return end
            begin, end = begin or since, until
            if end - begin > ENDLESS:
                return None
        return end

    def business_seconds_between(self, a: datetime, b: datetime) -> float:
        """Measure for how many of the seconds from `a` to `b` it was open; 0 if `b` is not later."""
        a, b, total = a.astimezone(UTC), b.astimezone(UTC), timedelta()
        for since, until in self.openings_from(a) if a < b else ():
            if since >= b:
                break
            total += min(until, b) - max(since, a)
        return total.total_seconds()

    def add_business_time(self, at: datetime, seconds: float) -> datetime | None:
        """Return the first moment by which it was open for so many seconds since `at`; None if it never is."""
        at, left = at.astimezone(UTC), timedelta(seconds=seconds)
        if left <= timedelta():
            return at
        for since, until in self.openings_from(at):
            begin = max(since, at)
            if left <= until - begin:
                return begin + left
            left -= until - begin
        return None

    def openings_from(self, at: datetime) -> Iterator[Opening]:
        """Yield, in order, the openings that end after a moment. They never overlap; some may touch."""
        at = reached = at.astimezone(UTC)
        idle, on = 0, at.astimezone(self.zone).date() - timedelta(days=1)
        while on < FURTHEST and idle < IDLE + 7 * len(self.holidays) and any(self.week):
            idle += 1
            for since, until in self._openings_on(on):
                if until > reached:
                    yield (since if reached == at else max(since, reached)), until
                    reached, idle = until, 0
            on += timedelta(days=1)

    def _openings_on(self, on: date) -> Iterator[Opening]:
        """Yield the openings that begin on a day."""
        if self.is_holiday(on):
            return
        is_cut = self.is_holiday(on + timedelta(days=1))
        for interval in self.week[on.weekday()]:
            until = min(interval.until, DAY) if is_cut else interval.until
            opening = _instant(self.zone, on, interval.since), _instant(self.zone, on, until)
            if opening[0] < opening[1]:
                yield opening


def parse_hours(
    week: Mapping[str, Iterable[str]], holidays: Iterable[Mapping[str, str]], zone_name: str
) -> Hours:
    """Read hours as they are stored: {"mon": ["09:00-17:00"]}, [{"on": "2026-12-25", "name": "Christmas"}].

    `on` without a year ("12-25") is a day off in every year. Raise HoursNotValid.
    """
    days = [_parse_day_off(one.get("on", "")) for one in holidays]
    try:
        zone = ZoneInfo(zone_name)
    except (KeyError, ValueError, OSError) as error:
        raise HoursNotValid(zone_name) from error
    return Hours(
        week=tuple(parse_intervals(",".join(week.get(day, ()))) for day in WEEKDAYS),
        zone=zone,
        holidays=frozenset(day for day in days if isinstance(day, date)),
        yearly=frozenset(day for day in days if isinstance(day, tuple)),
    )


def round_the_clock() -> dict[str, list[str]]:
    """Return the hours of who never closes, as they are stored."""
    return {day: ["00:00-24:00"] for day in WEEKDAYS}


def parse_intervals(text: str) -> tuple[Interval, ...]:
    """Read "8-12, 13:30-18" as the intervals of a day, in order; overlapping ones are one.

    Raise HoursNotValid.
    """
    found = sorted(_parse_interval(part.strip()) for part in text.split(",") if part.strip())
    merged: list[Interval] = []
    for one in found:
        if merged and one.since <= merged[-1].until:
            merged[-1] = Interval(merged[-1].since, max(merged[-1].until, one.until))
        else:
            merged.append(one)
    return tuple(merged)


def _parse_interval(text: str) -> Interval:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise HoursNotValid(text)
    hour, minute, to_hour, to_minute = (int(part or 0) for part in match.groups())
    since, until = hour * 60 + minute, to_hour * 60 + to_minute
    if since >= DAY or until > DAY or max(minute, to_minute) > 59:
        raise HoursNotValid(text)
    return Interval(since, until if until > since else until + DAY)


def _parse_day_off(text: str) -> date | tuple[int, int]:
    match = _DAY_OFF.fullmatch(text)
    if match is None:
        raise HoursNotValid(text)
    year, month, day = match.groups()
    try:
        found = date(int(year or 2000), int(month), int(day))  # 2000 had a 29 February
    except ValueError as error:
        raise HoursNotValid(text) from error
    return found if year else (found.month, found.day)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(maxsize=8192)
def _instant(zone: ZoneInfo, on: date, minutes: int) -> datetime:
    """Return the moment at which the clocks of a zone first show a time, or jump over it."""
    shown = datetime(on.year, on.month, on.day) + timedelta(minutes=minutes)  # noqa: DTZ001 - on the wall
    at = shown.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == shown:
        return at
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while at - before > SECOND:
        middle = before + (at - before) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < shown:
            before = middle
        else:
            at = middle
    return at.replace(microsecond=0)
