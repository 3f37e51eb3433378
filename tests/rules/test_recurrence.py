"""Repeating services: the rules that the chat understands, checked against a second implementation (C2, C8)."""

from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from models.rules.recurrence import SHANGHAI, WEEKDAYS, occurrences, read_rule

FIRST = datetime(2026, 11, 25, 15, 0, tzinfo=SHANGHAI)  # a Wednesday


def days(body: str, n: int = 4, first: datetime = FIRST) -> list[str]:
    return [f"{moment:%m-%d}" for moment in occurrences(body, first, limit=n)]


@pytest.mark.parametrize(
    ("body", "found", "said"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", ["11-25", "12-02", "12-09", "12-16"], "每周三"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", ["11-25", "11-30", "12-02", "12-07"], "每周一和周三"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", ["11-27", "12-07", "12-11", "12-21"], "隔周的周一、周五"),
        ("FREQ=WEEKLY", ["11-25", "12-02", "12-09", "12-16"], "每周一次"),
        ("FREQ=DAILY", ["11-25", "11-26", "11-27", "11-28"], "每天"),
        ("FREQ=DAILY;INTERVAL=2;COUNT=3", ["11-25", "11-27", "11-29"], "隔天，一共三次"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", ["11-25", "11-26", "11-27", "11-30"], "工作日"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", ["12-01", "12-15", "01-01", "01-15"], "每月1号和15号"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31", ["12-31", "01-31", "03-31", "05-31"], "每月31号"),
    ],
)
def test_what_people_say(body: str, found: list[str], said: str) -> None:
    """C2, C8: each said rule gives these days."""
    assert days(body, len(found) if "COUNT" not in body else 9) == found, said


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds(
        lambda days, every: f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(sorted(days))}",
        st.sets(st.sampled_from(WEEKDAYS), min_size=1),
        st.integers(1, 4),
    ),
    st.builds(
        lambda days, every: f"FREQ=MONTHLY;INTERVAL={every};BYMONTHDAY={','.join(map(str, sorted(days)))}",
        st.sets(st.integers(1, 31), min_size=1, max_size=4),
        st.integers(1, 3),
    ),
)
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)


@given(body=RULES, first=STARTS, count=st.one_of(st.none(), st.integers(1, 12)))
def test_a_second_implementation_agrees(body: str, first: datetime, count: int | None) -> None:
    """C8: dateutil, which reads all of RFC 5545, finds the same visits."""
    whole = f"{body};COUNT={count}" if count else body
    theirs = rrulestr(whole, dtstart=first.replace(tzinfo=None))
    expected = [moment.replace(tzinfo=SHANGHAI) for moment, _n in zip(theirs, range(8), strict=False)]
    assert occurrences(whole, first, limit=8) == expected


@given(body=RULES, first=STARTS, skip=st.integers(0, 6))
def test_going_on_later_gives_the_same_days(body: str, first: datetime, skip: int) -> None:
    """C8: the next visits after any of them are the ones that were planned."""
    planned = occurrences(body, first, limit=10)
    assert occurrences(body, first, limit=3, after=planned[skip]) == planned[skip + 1 : skip + 4]


def test_the_count_holds_from_the_first_visit() -> None:
    """C8: ten visits are ten, also where the first ones are over; without days there are none."""
    last = occurrences("FREQ=DAILY;COUNT=10", FIRST, limit=99, after=FIRST + timedelta(days=7))
    assert [moment.day for moment in last] == [3, 4]
    assert occurrences("FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=12", FIRST, limit=3) == []


@pytest.mark.parametrize(
    "body",
    [
        "", "每周三", "FREQ=YEARLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;INTERVAL=0", "FREQ=DAILY;COUNT=-1",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=WEEKLY;UNTIL=20270101", "FREQ=DAILY;INTERVAL=99999",
        "FREQ=MONTHLY;BYDAY=2MO",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(body: str) -> None:
    """C2: better no rule than half a rule."""
    with pytest.raises(ValueError):
        read_rule(body)
