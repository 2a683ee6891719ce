from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allears.foundation.business_time import (
    DAY,
    WEEKDAYS,
    Hours,
    HoursNotValid,
    Interval,
    parse_hours,
    parse_intervals,
    round_the_clock,
)

OFFICE = dict.fromkeys(WEEKDAYS[:5], ("09:00-17:00",))
SPLIT = dict.fromkeys(WEEKDAYS[:5], ("08:00-12:00", "13:30-18:00"))
ALWAYS = round_the_clock()
HOUR = 3600


def hours(week, *days_off, zone="UTC"):
    return parse_hours(week, [{"on": day, "name": ""} for day in days_off], zone)


def at(text, zone="UTC", fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


# November 20th of 2026 is a Friday.


def test_an_hour_from_friday_half_past_four_is_monday_half_past_nine():
    office = hours(OFFICE)

    assert office.add_business_time(at("2026-11-20T16:30"), HOUR) == at("2026-11-23T09:30")
    assert office.business_seconds_between(at("2026-11-20T16:30"), at("2026-11-23T09:30")) == HOUR


def test_time_that_just_fits_ends_with_the_day():
    assert hours(OFFICE).add_business_time(at("2026-11-20T16:00"), HOUR) == at("2026-11-20T17:00")


def test_a_split_shift_is_closed_at_noon():
    split = hours(SPLIT)

    assert not split.is_open(at("2026-11-20T12:30"))
    assert split.next_opening(at("2026-11-20T12:30")) == at("2026-11-20T13:30")
    assert split.add_business_time(at("2026-11-20T11:30"), HOUR) == at("2026-11-20T14:00")


def test_the_first_moment_is_open_and_the_last_is_not():
    office = hours(OFFICE)

    assert [office.is_open(at(f"2026-11-20T{clock}")) for clock in ("08:59", "09:00", "16:59", "17:00")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_holiday_is_closed_from_midnight_to_midnight():
    office = hours(OFFICE, "2026-11-23")

    assert office.add_business_time(at("2026-11-20T16:30"), HOUR) == at("2026-11-24T09:30")
    assert office.is_open(at("2027-11-23T12:00"))


def test_a_yearly_holiday_comes_every_year():
    office = hours(OFFICE, "12-25")

    assert [office.is_open(at(f"{year}-12-25T12:00")) for year in (2026, 2028, 2029)] == [False] * 3
    assert office.is_open(at("2026-12-24T12:00"))


def test_a_night_shift_belongs_to_the_evening():
    nights = hours({"fri": ["22:00-06:00"]})

    assert nights.is_open(at("2026-11-21T05:59"))
    assert not nights.is_open(at("2026-11-22T05:59"))
    assert nights.next_closing(at("2026-11-20T23:00")) == at("2026-11-21T06:00")


def test_a_holiday_cuts_the_night_before_it_and_the_night_it_would_begin():
    nights = hours(dict.fromkeys(WEEKDAYS, ("22:00-06:00",)), "2026-11-21")

    assert nights.next_closing(at("2026-11-20T23:00")) == at("2026-11-21T00:00")
    assert nights.next_opening(at("2026-11-21T00:00")) == at("2026-11-22T22:00")


def test_round_the_clock_never_closes_and_calendar_time_is_business_time():
    always = hours(ALWAYS)

    assert always.next_closing(at("2026-11-20T23:00")) is None
    assert always.business_seconds_between(at("2026-11-20T16:30"), at("2026-11-23T09:30")) == 65 * HOUR
    assert always.add_business_time(at("2026-11-20T16:30"), 65 * HOUR) == at("2026-11-23T09:30")


def test_round_the_clock_closes_for_the_next_holiday():
    assert hours(ALWAYS, "2026-12-25").next_closing(at("2026-11-20T23:00")) == at("2026-12-25T00:00")


@pytest.mark.parametrize("always_off", [hours({}), hours({"sun": ["09:00-17:00"]}, "2399-12-31")])
def test_nothing_is_ever_due_where_it_is_never_open(always_off):
    beginning = at("2026-11-20T16:30") if not any(always_off.week) else at("2399-12-30T00:00")

    assert always_off.next_opening(beginning) is None
    assert always_off.next_closing(beginning) is None
    assert always_off.add_business_time(beginning, 1) is None
    assert always_off.add_business_time(beginning, 0) == beginning


def test_every_day_of_the_year_may_be_off():
    days = [f"{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    last = ["01-29", "01-30", "01-31", "02-29", "03-29", "03-30", "03-31", "04-29", "04-30", "05-29", "05-30"]
    last += ["05-31", "06-29", "06-30", "07-29", "07-30", "07-31", "08-29", "08-30", "08-31", "09-29"]
    last += ["09-30", "10-29", "10-30", "10-31", "11-29", "11-30", "12-29", "12-30", "12-31"]

    assert hours(ALWAYS, *days, *last).next_opening(at("2026-11-20T16:30")) is None
    assert hours(ALWAYS, *days, *last[:3], *last[4:]).next_opening(at("2026-11-20T16:30")) == at("2028-02-29")


# In Berlin the clocks went from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October 2026.


def test_the_day_the_clocks_go_forward_is_an_hour_shorter():
    berlin = hours(ALWAYS, zone="Europe/Berlin")
    day = at("2026-03-29T00:00", "Europe/Berlin"), at("2026-03-30T00:00", "Europe/Berlin")

    assert berlin.business_seconds_between(*day) == 23 * HOUR
    assert hours({"sat": ["22:00-06:00"]}, zone="Europe/Berlin").business_seconds_between(*day) == 5 * HOUR


def test_the_day_the_clocks_go_back_is_an_hour_longer():
    berlin = hours({"sun": ["00:00-24:00"]}, zone="Europe/Berlin")
    day = at("2026-10-25T00:00", "Europe/Berlin"), at("2026-10-26T00:00", "Europe/Berlin")

    assert berlin.business_seconds_between(*day) == 25 * HOUR


def test_an_opening_that_the_clocks_skip_begins_with_the_change():
    berlin = hours({"sun": ["02:30-10:00"]}, zone="Europe/Berlin")

    assert berlin.next_opening(at("2026-03-28T12:00", "Europe/Berlin")) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )


def test_hours_that_the_clocks_skip_altogether_are_no_opening():
    berlin = hours({"sun": ["02:00-03:00"]}, zone="Europe/Berlin")

    assert berlin.next_opening(at("2026-03-28T12:00", "Europe/Berlin")) == at(
        "2026-04-05T02:00", "Europe/Berlin"
    )


def test_of_a_time_that_comes_twice_the_first_opens_and_closes():
    berlin = hours({"sun": ["02:30-04:00"], "sat": ["22:00-02:30"]}, zone="Europe/Berlin")
    first = at("2026-10-25T02:30", "Europe/Berlin").astimezone(UTC)

    assert berlin.next_closing(at("2026-10-24T23:00", "Europe/Berlin")) == at(
        "2026-10-25T04:00", "Europe/Berlin"
    )
    assert list_openings(berlin, first - timedelta(hours=3), 2) == [
        (at("2026-10-24T22:00", "Europe/Berlin"), first),
        (first, at("2026-10-25T04:00", "Europe/Berlin")),
    ]
    assert berlin.business_seconds_between(first, at("2026-10-25T04:00", "Europe/Berlin")) == 2.5 * HOUR


def test_hours_are_told_by_the_clock_of_their_zone():
    saigon = hours(OFFICE, zone="Asia/Ho_Chi_Minh")

    assert saigon.next_opening(at("2026-11-20T10:00")) == at("2026-11-23T02:00")
    assert saigon.next_opening(at("2026-11-20T09:00")) == at("2026-11-20T09:00")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("9-17", "09:00-17:00"),
        ("13:30\u201318, 8 - 12:00", "08:00-12:00, 13:30-18:00"),
        ("8-12,11-13", "08:00-13:00"),
        ("8-12, 12-13", "08:00-13:00"),
        ("22-6", "22:00-06:00"),
        ("0-24", "00:00-24:00"),
        ("9-9", "09:00-09:00"),
        ("18.30-20h15", "18:30-20:15"),
        (" ", ""),
    ],
)
def test_hours_are_read_as_people_write_them(text, kept):
    assert ", ".join(map(str, parse_intervals(text))) == kept
    assert parse_intervals(kept) == parse_intervals(text)


@pytest.mark.parametrize("text", ["9", "9-25", "24-3", "9:60-10", "nine to five", "9-17-18", "09:00-24:01"])
def test_what_are_no_hours_is_refused(text):
    with pytest.raises(HoursNotValid):
        parse_intervals(text)


@pytest.mark.parametrize("day", ["2026-02-29", "02-30", "", "Christmas", "2026-12-25 "])
def test_what_is_no_day_is_refused(day):
    with pytest.raises(HoursNotValid):
        hours(OFFICE, day)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc", "Europe"])
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(HoursNotValid):
        hours(OFFICE, zone=zone)


def list_openings(open_hours, since, count):
    return [opening for opening, _number in zip(open_hours.openings_from(since), range(count), strict=False)]


ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Ho_Chi_Minh",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
days = st.lists(
    st.builds(Interval, st.integers(0, DAY - 1), st.integers(1, DAY)).map(
        lambda one: Interval(one.since, one.until + (DAY if one.until <= one.since else 0))
    ),
    max_size=3,
).map(lambda found: parse_intervals(", ".join(map(str, found))))
some_hours = st.builds(
    Hours,
    week=st.tuples(*[days] * 7),
    zone=st.sampled_from([ZoneInfo(name) for name in ZONES]),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
    yearly=st.frozensets(st.sampled_from([(12, 25), (1, 1), (2, 29), (10, 25)])),
)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 365 * 24 * HOUR).map(lambda seconds: BEGINNING + timedelta(seconds=seconds))
lengths = st.integers(1, 40 * 24 * HOUR)


@given(some_hours, moments)
def test_openings_stand_in_line_and_are_open(open_hours, moment):
    found = list_openings(open_hours, moment, 20)

    assert all(since < until for since, until in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert all(open_hours.is_open(since) for since, _until in found)


@given(some_hours, moments)
def test_a_moment_is_open_if_its_clock_shows_so(open_hours, moment):
    shown = moment.astimezone(open_hours.zone)
    offsets = {(shown + timedelta(days=days)).utcoffset() for days in (-2, -1, 0, 1)}
    assume(len(offsets) == 1)
    minutes = shown.hour * 60 + shown.minute
    today, before = shown.date(), shown.date() - timedelta(days=1)
    of_today = any(one.since <= minutes < one.until for one in open_hours.week[today.weekday()])
    of_the_night = any(minutes + DAY < one.until for one in open_hours.week[before.weekday()])

    is_off = open_hours.is_holiday(today)
    expected = not is_off and (of_today or (of_the_night and not open_hours.is_holiday(before)))
    assert open_hours.is_open(moment) is expected


@given(some_hours, moments, lengths, lengths)
def test_time_adds_up(open_hours, moment, first, second):
    middle, end = moment + timedelta(seconds=first), moment + timedelta(seconds=first + second)
    whole = open_hours.business_seconds_between(moment, end)

    parts = (
        open_hours.business_seconds_between(moment, middle),
        open_hours.business_seconds_between(middle, end),
    )
    assert sum(parts) == whole
    assert 0 <= whole <= first + second
    assert open_hours.business_seconds_between(end, moment) == 0


@given(some_hours, moments, lengths)
def test_what_is_added_is_what_passes_and_no_moment_sooner(open_hours, moment, seconds):
    assume(any(open_hours.week))
    due = open_hours.add_business_time(moment, seconds)

    assert due is not None
    assert open_hours.business_seconds_between(moment, due) == seconds
    assert open_hours.business_seconds_between(moment, due - timedelta(seconds=1)) < seconds


@given(some_hours, moments, lengths)
def test_it_does_not_matter_in_whose_time_a_moment_is_told(open_hours, moment, seconds):
    told = moment.astimezone(open_hours.zone)
    end = told + timedelta(seconds=seconds)

    assert open_hours.add_business_time(told, seconds) == open_hours.add_business_time(moment, seconds)
    assert open_hours.business_seconds_between(told, end) == open_hours.business_seconds_between(
        moment, end.astimezone(UTC)
    )


@given(some_hours, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(open_hours, moment):
    opening = open_hours.next_opening(moment)

    assert (opening is None) == (not any(open_hours.week))
    if opening:
        assert open_hours.is_open(opening)
        assert open_hours.business_seconds_between(moment, opening) == 0


@given(some_hours, moments)
def test_it_is_open_right_until_it_closes(open_hours, moment):
    closing = open_hours.next_closing(moment)

    if closing:
        assert not open_hours.is_open(closing)
        assert open_hours.is_open(closing - timedelta(seconds=1))
