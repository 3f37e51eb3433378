"""Clocks that people are promised: working days and hours by the Chinese calendar (C4, I2)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.workdays import (
    MOVING,
    SHANGHAI,
    add_working_days,
    add_working_minutes,
    calendar_known,
    is_working_day,
    last_open_before,
    working_minutes_between,
)

OPENS, CLOSES = time(8), time(18)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        ("2026-11-24", True, "a Tuesday"),
        ("2026-11-28", False, "a Saturday"),
        ("2026-02-14", True, "the make-up Saturday before the Spring Festival"),
        ("2026-02-28", True, "the make-up Saturday after it"),
        ("2026-02-17", False, "the Spring Festival"),
        ("2026-10-10", True, "the make-up Saturday after National Day"),
        ("2026-10-07", False, "the last day of National Day"),
        ("2026-05-09", True, "the make-up Saturday after Labour Day"),
    ],
)
def test_days_of_a_published_year(day: str, works: bool, why: str) -> None:
    """I2: holidays and make-up days as the State Council's notice for 2026 says."""
    assert is_working_day(date.fromisoformat(day)) is works, why


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2031-01-01", False),
        ("2031-01-02", True),
        ("2031-05-02", False),
        ("2031-10-03", False),
        ("2031-01-22", False),
        ("2031-01-25", False),
        ("2031-01-27", True),
        ("2031-06-24", False),
        ("2045-05-01", False),
        ("2045-05-03", True),
    ],
)
def test_days_of_a_year_not_published(day: str, works: bool) -> None:
    """I2: Monday to Friday less the statutory days, which is said by calendar_known."""
    found = date.fromisoformat(day)
    assert not calendar_known(found.year)
    assert is_working_day(found) is works


def test_which_years_are_known() -> None:
    """I2: the year that runs is published, and each year to come has its lunar days or will be published before."""
    assert calendar_known(2025) and calendar_known(2026)
    assert min(MOVING) == 2027 and sorted(MOVING) == list(range(2027, 2027 + len(MOVING)))


@pytest.mark.parametrize(
    ("start", "minutes", "due", "why"),
    [
        ("2026-11-24 09:30", 120, "2026-11-24 11:30", "inside the day"),
        ("2026-11-24 17:00", 120, "2026-11-25 09:00", "over the night"),
        ("2026-11-24 16:00", 120, "2026-11-24 18:00", "to the very end of the day"),
        ("2026-11-24 06:00", 30, "2026-11-24 08:30", "before opening"),
        ("2026-11-24 19:00", 30, "2026-11-25 08:30", "after closing"),
        ("2026-11-27 17:30", 60, "2026-11-30 08:30", "over a weekend"),
        ("2026-02-14 17:00", 240, "2026-02-24 11:00", "over the Spring Festival, from a make-up Saturday"),
        ("2026-11-28 10:00", 0, "2026-11-30 08:00", "nothing, on a Saturday: when the station opens"),
        ("2026-11-24 09:00", 1500, "2026-11-26 14:00", "more than two days"),
    ],
)
def test_hours_that_count(start: str, minutes: int, due: str, why: str) -> None:
    """C4, I2: only the station's hours on working days count."""
    found = add_working_minutes(here(start), minutes, OPENS, CLOSES)
    assert found == here(due), why
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-24 09:00", 5, "2026-12-01 18:00"),
        ("2026-11-24 23:59", 5, "2026-12-01 18:00"),
        ("2026-11-28 09:00", 1, "2026-11-30 18:00"),
        ("2026-09-30 09:00", 5, "2026-10-13 18:00"),
        ("2026-11-24 09:00", 0, "2026-11-24 18:00"),
    ],
)
def test_days_that_count(start: str, days: int, due: str) -> None:
    """I2: five working days end when the station closes; the day itself is not counted, make-up days are."""
    assert add_working_days(here(start), days, CLOSES) == here(due)


@given(start=MOMENTS, first=st.integers(0, 900), second=st.integers(0, 900))
def test_time_adds_up(start: datetime, first: int, second: int) -> None:
    """I2: in two steps or in one; never earlier than the time itself; and the way back measures the same."""
    middle = add_working_minutes(start, first, OPENS, CLOSES)
    end = add_working_minutes(start, first + second, OPENS, CLOSES)
    assert add_working_minutes(middle, second, OPENS, CLOSES) == end
    assert end >= start + timedelta(minutes=first + second)
    assert abs(working_minutes_between(start, end, OPENS, CLOSES) - first - second) <= 1
    assert not first + second or is_working_day(end.astimezone(SHANGHAI).date())


@given(start=MOMENTS, days=st.integers(1, 30))
def test_working_days_are_working_days(start: datetime, days: int) -> None:
    """I2: exactly so many working days lie after the day of the start."""
    end = add_working_days(start, days, CLOSES).astimezone(SHANGHAI).date()
    first = start.astimezone(SHANGHAI).date()
    between = [first + timedelta(days=n) for n in range(1, (end - first).days + 1)]
    assert sum(map(is_working_day, between)) == days and is_working_day(end)


def test_hours_that_make_no_sense_are_refused() -> None:
    """C4: a station that never opens would have clocks that never ring."""
    for bad in ((CLOSES, OPENS), (OPENS, OPENS)):
        with pytest.raises(ValueError):
            add_working_minutes(here("2026-11-24 09:00"), 1, *bad)
    with pytest.raises(ValueError):
        add_working_minutes(here("2026-11-24 09:00"), -1, OPENS, CLOSES)
    assert working_minutes_between(here("2026-11-25 09:00"), here("2026-11-24 09:00"), OPENS, CLOSES) == 0


@pytest.mark.parametrize(
    ("now", "due", "last"),
    [
        ("2026-11-24T13:00", "2026-11-25T01:00", "2026-11-24T18:00"),  # not at one in the morning: before closing
        ("2026-11-24T09:00", "2026-11-24T12:00", "2026-11-24T12:00"),
        ("2026-11-24T22:30", "2026-11-25T03:00", "2026-11-25T09:00"),  # nobody is there before: the next morning
        ("2026-11-27T20:00", "2026-11-28T08:00", "2026-11-30T09:00"),  # Friday evening: Monday
    ],
)
def test_the_last_open_moment(now: str, due: str, last: str) -> None:
    """Q1: what staff are to do by a time falls into the station's hours."""
    at = {name: datetime.fromisoformat(f"{words}:00+08:00") for name, words in (("now", now), ("due", due), ("last", last))}
    assert last_open_before(at["now"], at["due"], time(8), time(18)) == at["last"]
